"""Commands over HTTP: one key is one wish, and a trial writes nothing."""

from datetime import timedelta

import pytest

from engine.asking import Asked
from engine.journal.outcome import Committed
from engine.ports import CommitUnknownError
from gateways.desk.pruning import prune
from gateways.office import Office
from tests.gateways.http.world import ApiWorld

KEY = {"Idempotency-Key": "6c0d7f4e-2f7e-4c0e-9a55-0d6f2f3f9a10"}


def pause(api: ApiWorld) -> str:
    return f"/v1/cases/{api.case().case_id}/pause"


def test_a_command_is_written_and_told_in_norwegian(api: ApiWorld) -> None:
    answer = api.post(pause(api), {"reason": "Kunden ringte"})
    told = answer.json()

    assert (answer.status_code, told["outcome"], told["repeated"]) == (200, "done", False)
    assert told["events"] == [{"type": "case.paused", "what": "Saken er satt på vent."}]
    assert answer.headers["kravspor-position"] == told["position"]
    assert api.case().paused


def test_the_same_key_and_content_has_one_effect_and_one_answer(api: ApiWorld) -> None:
    first = api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY).json()
    end = api.world.end
    second = api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY).json()

    assert second == {**first, "repeated": True}
    assert api.world.end == end


def test_the_same_key_for_another_wish_is_a_conflict(api: ApiWorld) -> None:
    api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY)
    other = api.post(pause(api), {"reason": "Noe annet"}, headers=KEY)
    elsewhere = api.post(f"/v1/cases/{api.case().case_id}/resume", headers=KEY)

    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (409, "key_reused")
    assert api.case().paused


def test_a_key_is_held_to_its_wish_for_as_long_as_requests_are_kept(api: ApiWorld) -> None:
    api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY)
    later(api, days=30)

    assert prune(api.office, api.office.today).requests == 0
    other = api.post(pause(api), {"reason": "Noe annet"}, headers=KEY)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")


def test_after_that_the_log_still_holds_the_wish_to_one_effect(api: ApiWorld) -> None:
    first = api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY).json()
    api.post(f"/v1/cases/{api.case().case_id}/resume")
    end = api.world.end
    later(api, days=31)

    assert prune(api.office, api.office.today, trial=True).requests == 2
    assert prune(api.office, api.office.today).requests == 2
    assert prune(api.office, api.office.today, trial=True).requests == 0
    again = api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY)
    assert again.json() == {**first, "repeated": True}
    assert api.world.end == end
    assert not api.case().paused, "what was done since is not undone"


def test_a_wish_that_led_to_nothing_is_decided_anew_after_that_and_once(api: ApiWorld) -> None:
    api.post(pause(api), {"reason": "a"})
    assert api.post(pause(api), {"reason": "b"}, headers=KEY).json()["outcome"] == "already"
    api.post(f"/v1/cases/{api.case().case_id}/resume")
    later(api, days=31)
    prune(api.office, api.office.today)

    done = api.post(pause(api), {"reason": "b"}, headers=KEY).json()
    end = api.world.end
    assert (done["outcome"], done["repeated"]) == ("done", False)
    assert api.post(pause(api), {"reason": "b"}, headers=KEY).json()["repeated"]
    assert api.world.end == end


def later(api: ApiWorld, days: int) -> None:
    api.world.clock.at += timedelta(days=days)


def test_another_callers_same_key_is_another_wish(api: ApiWorld) -> None:
    api.post(pause(api), {"reason": "Kunden ringte"}, headers=KEY)
    answer = api.post(pause(api), {"reason": "Kunden ringte"}, "case_handler", headers=KEY)

    assert answer.json()["outcome"] == "already"


def test_what_was_refused_is_decided_anew_under_the_same_key(api: ApiWorld) -> None:
    path, key = f"/v1/cases/{api.case().case_id}/pause", KEY
    api.post(path, {"reason": "a"})
    assert api.post(path, {"reason": "b"}, headers=key).json()["outcome"] == "already"
    api.post(f"/v1/cases/{api.case().case_id}/resume")

    assert api.post(path, {"reason": "b"}, headers=key).json()["outcome"] == "done"


def test_a_trial_tells_what_would_happen_and_writes_nothing(api: ApiWorld) -> None:
    end = api.world.end
    told = api.post(f"{pause(api)}?dry_run=true", {"reason": "Kunden ringte"}).json()

    assert told["outcome"] == "foreseen"
    assert told["events"] == [{"type": "case.paused", "what": "Saken er satt på vent."}]
    assert told["would_owe"]["principal_ore"] == 500_000
    assert api.world.end == end
    assert not api.case().paused


def test_a_command_without_a_key_is_not_understood(api: ApiWorld) -> None:
    answer = api.client.post(
        pause(api),
        json={"reason": "ring"},
        headers={"Authorization": f"Bearer {api.secrets['creditor']}"},
    )

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/header/idempotency-key"


def test_an_outcome_nobody_knows_yet_is_told_with_where_to_ask(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    carry = Office.carry

    def lost(office: Office, asked: Asked) -> object:
        outcome = carry(office, asked)
        assert isinstance(outcome, Committed)
        raise CommitUnknownError(outcome.commit_id)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Office, "carry", lost)
        answer = api.post(pause(api), {"reason": "ring"}, headers=KEY)
    assert (answer.status_code, answer.json()["outcome"]) == (202, "unknown")
    found = api.get(answer.headers["location"]).json()
    assert (found["outcome"], found["commit_id"]) == ("done", answer.json()["commit_id"])
    assert api.get(answer.headers["location"], "other creditor").status_code == 404

    again = api.post(pause(api), {"reason": "ring"}, headers=KEY).json()
    assert (again["outcome"], again["repeated"]) == ("done", True)


def test_the_request_is_the_cause_of_what_it_led_to(api: ApiWorld) -> None:
    mine = "0d3c3d7a-6d55-4b3e-8a2f-9d0a3c1a7f11"
    headers = {"Kravspor-Correlation-Id": mine}
    answer = api.post(pause(api), {"reason": "ring"}, headers=headers)
    last = api.office.store.read(f"case-{api.case().case_id}").events[-1]

    assert str(last.correlation) == mine
    assert str(last.causation) == answer.headers["kravspor-request-id"]
    assert last.actor == api.get("/v1/me").json()["actor"]
