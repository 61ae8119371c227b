"""Who may come in, what is shown of keys, and what is recorded of who looked."""

from uuid import uuid4

import pytest

from gateways.durable.access import digest_of
from gateways.http.limits import Limits
from tests.gateways.desk.world import World
from tests.gateways.http.world import OTHERS, ApiWorld, api_world


def test_who_asks_is_told_its_role_and_its_scope(api: ApiWorld) -> None:
    told = api.get("/v1/me").json()

    assert told["role"] == "creditor"
    assert told["creditor_ids"] == [str(api.creditor().creditor_id)]
    assert api.get("/v1/me", "auditor").json()["creditor_ids"] is None


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer kvs_nobodys", "Basic a3ZzOg==", "Bearer \x00"]
)
def test_without_a_key_that_opens_something_nobody_comes_in(api: ApiWorld, given: str) -> None:
    answer = api.client.get("/v1/me", headers={"Authorization": given.encode()})

    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated"
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_revoked_key_opens_nothing_from_that_moment(api: ApiWorld) -> None:
    access = api.office.durable.access
    key = access.opened_by(digest_of(api.secrets["auditor"]))
    assert key is not None
    access.revoke(key.key_id, api.world.clock.now())

    assert api.get("/v1/me", "auditor").status_code == 401


def test_after_a_rotation_only_the_new_secret_opens_and_the_actor_is_the_same(
    api: ApiWorld,
) -> None:
    access, actor = api.office.durable.access, api.get("/v1/me").json()["actor"]
    key = access.opened_by(digest_of(api.secrets["creditor"]))
    assert key is not None
    access.rotate(key.key_id, digest_of("kvs_new"), "_new", api.world.clock.now())

    assert api.get("/v1/me").status_code == 401
    api.secrets["creditor"] = "kvs_new"
    assert api.get("/v1/me").json()["actor"] == actor


def test_of_a_key_it_is_known_when_it_was_last_used(api: ApiWorld) -> None:
    api.get("/v1/me")
    key = api.office.durable.access.opened_by(digest_of(api.secrets["creditor"]))

    assert key is not None
    assert key.last_used_at == api.world.clock.now()


def test_anothers_case_is_not_there(api: ApiWorld) -> None:
    theirs = api.case(OTHERS).case_id
    answer = api.post(f"/v1/cases/{theirs}/pause", {"reason": "ring"})
    nowhere = api.post(f"/v1/cases/{uuid4()}/pause", {"reason": "ring"})

    assert answer.status_code == 404
    alike = {"instance": None}
    assert {**answer.json(), **alike} == {**nowhere.json(), **alike}
    assert not api.case(OTHERS).paused


def test_what_one_of_the_agency_does_with_a_case_is_recorded(api: ApiWorld) -> None:
    case = api.case()
    answer = api.post(f"/v1/cases/{case.case_id}/pause", {"reason": "ring"}, "case_handler")
    (line,) = api.office.durable.access.about(case.debtor_id)

    assert line.case_ids == (case.case_id,)
    assert line.role == "case_handler"
    assert line.route == "POST /v1/cases/{case_id}/pause"
    assert str(line.request_id) == answer.headers["kravspor-request-id"]


def test_what_a_creditor_looks_at_is_its_own_and_not_recorded(api: ApiWorld) -> None:
    case = api.case()
    api.post(f"/v1/cases/{case.case_id}/pause", {"reason": "ring"})

    assert api.office.durable.access.about(case.debtor_id) == []


def test_who_asks_too_often_waits() -> None:
    tight = api_world(World(), Limits(per_second=0.001, burst=2))
    answers = [tight.get("/v1/me") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert int(answers[2].headers["retry-after"]) > 0
    assert tight.get("/v1/me", "auditor").status_code == 200
