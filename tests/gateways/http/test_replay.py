"""Looking back over HTTP: to the øre, for those who may, and only at what is there."""

from typing import Any

import pytest

from tests.gateways.http.world import OTHERS, ApiWorld

AGENCY = ("auditor", "case_handler", "operator")


@pytest.fixture
def paid(api: ApiWorld) -> ApiWorld:
    """The first case was paid in part on 1 August, and that was told today."""
    body = {"amount_ore": 100_000, "paid_on": "2026-08-01"}
    assert api.post(f"/v1/cases/{api.case().case_id}/direct-payments", body).status_code == 200
    return api


def told(api: ApiWorld, path: str, role: str = "auditor", **asked: str) -> Any:
    answer = api.get(f"/v1/cases/{api.case().case_id}/{path}", role, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_a_view_as_of_today_owes_what_the_statement_of_today_says(paid: ApiWorld) -> None:
    view, answer = told(paid, "as-at"), told(paid, "statement")
    assert view["owed"] == answer["statement"]
    assert [payment["covered_ore"] for payment in view["payments"]] == [100_000]


def test_two_views_differ_by_what_was_told_in_between(paid: ApiWorld) -> None:
    same = told(paid, "diff", from_effective="2026-08-03")
    assert (same["changes"], same["effects"]) == ([], [])
    later = told(paid, "diff", from_effective="2026-08-03", to_effective="2026-08-13",
                 to_known="2026-08-03")  # fmt: skip
    moved = {change["key"]: change["by_ore"] for change in later["changes"]}
    assert moved["interest_ore"] == later["by_time"]["interest_ore"] > 0


def test_why_names_each_part_and_nobody(paid: ApiWorld) -> None:
    why = told(paid, "why", "creditor")
    assert sum(part["amount_ore"] for part in why["amounts"]) == why["total_ore"]
    assert "actor" not in str(why)
    assert "case_handler" not in str(why)


def test_an_event_leads_back_and_forward(paid: ApiWorld) -> None:
    number = paid.case().case_number
    answer = paid.get(f"/v1/events/{number}:1/causes", "auditor")
    tree = answer.json()
    assert [node["type"] for node in tree["back"]] == ["claim.offered"]
    by_id = paid.get(f"/v1/events/{tree['event']['event_id']}/causes", "auditor")
    assert by_id.json() == tree


@pytest.mark.parametrize("event", ["x", "x:1", "%00", "00001-0000000:1", "0" * 200, "ab:1"])
def test_an_event_that_is_not_there_is_404(api: ApiWorld, event: str) -> None:
    answer = api.get(f"/v1/events/{event}/causes", "auditor")
    assert (answer.status_code, answer.json()["code"]) == (404, "event_unknown")


def test_a_creditor_is_told_why_of_its_own_case_and_nothing_of_others(api: ApiWorld) -> None:
    others = api.case(OTHERS).case_id
    assert api.get(f"/v1/cases/{others}/why", "creditor").status_code == 404
    assert api.get(f"/v1/cases/{others}/why", "other creditor").status_code == 200
    for path in ("as-at", "diff"):
        answer = api.get(f"/v1/cases/{api.case().case_id}/{path}", "creditor")
        assert answer.status_code == 403


def test_a_day_before_the_case_is_refused_with_when_it_begins(api: ApiWorld) -> None:
    path = f"/v1/cases/{api.case().case_id}/as-at"
    answer = api.get(path, "auditor", params={"effective": "2026-08-02"})
    assert (answer.status_code, answer.json()["code"]) == (422, "case_not_begun")
    assert answer.json()["facts"]["begins"] == "2026-08-03"


def test_that_one_of_the_agency_looked_is_recorded(paid: ApiWorld) -> None:
    told(paid, "as-at")
    lines = paid.office.durable.access.lines(10)
    assert lines[0].case_ids == (paid.case().case_id,)
    assert lines[0].route == "GET /v1/cases/{case_id}/as-at"


def test_that_one_of_the_agency_saw_what_led_to_an_event_is_recorded_of_the_person(
    paid: ApiWorld,
) -> None:
    case = paid.case()
    paid.get(f"/v1/events/{case.case_number}:1/causes", "auditor")
    (line,) = paid.office.durable.access.lines(1)
    assert (line.case_ids, line.person_ids) == ((case.case_id,), (case.debtor_id,))
