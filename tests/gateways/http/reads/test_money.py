"""Money over HTTP: a payment, its payout line by line, the settlement letter, and the overview."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from events.money import Ore
from gateways.desk import payments
from gateways.desk.payments import Paid
from gateways.dispatch.outbox import Outbox
from gateways.dispatch.payouts import PayoutDispatch
from tests.gateways.http.world import OTHERS, ApiWorld

pytestmark = pytest.mark.postgres


def paid(api: ApiWorld, amount: int) -> None:
    """The debtor of the first case pays us, and the next day is worked."""
    today = api.world.today
    said = Paid(amount_ore=Ore(amount), ordered_on=today, received_on=today, reference="1")
    payments.book_by_hand(api.office, api.case(), said, api.world.by)
    api.world.day()


def only(api: ApiWorld, path: str, role: str = "creditor", **params: Any) -> dict[str, Any]:
    (item,) = api.get(path, role, params=params).json()["items"]
    found: dict[str, Any] = item
    return found


def test_a_payout_is_followed_to_its_lines_and_its_letter(
    sql_api: ApiWorld, tmp_path: Path
) -> None:
    paid(sql_api, 100_000)
    case = sql_api.case()
    payment = only(sql_api, "/v1/payments")
    payout = only(sql_api, "/v1/payouts")
    path = f"/v1/payouts/{payout['payout_id']}"
    line = only(sql_api, f"{path}/lines")
    early = sql_api.get(f"{path}/letter.pdf")
    PayoutDispatch(sql_api.office, Outbox(tmp_path)).day(sql_api.world.today)
    letter = sql_api.get(f"{path}/letter.pdf")

    assert (payment["case_number"], payment["principal_ore"]) == (case.case_number, 100_000)
    assert (payout["state"], payout["amount_ore"]) == ("prepared", 100_000)
    assert (line["debtor_name"], line["invoice_number"]) == ("Kunde av 1001", "1001")
    assert (early.status_code, early.json()["code"]) == (422, "letter_not_made")
    assert letter.headers["content-type"] == "application/pdf"
    assert case.case_number in PdfReader(BytesIO(letter.content)).pages[0].extract_text()


def test_anothers_payout_is_not_there(sql_api: ApiWorld) -> None:
    paid(sql_api, 100_000)
    path = f"/v1/payouts/{only(sql_api, '/v1/payouts')['payout_id']}"
    for each in (path, f"{path}/lines", f"{path}/lines.csv", f"{path}/letter.pdf"):
        answer = sql_api.get(each, "other creditor")
        assert (answer.status_code, answer.json()["code"]) == (404, "payout_unknown"), each
    assert sql_api.get("/v1/payouts", "other creditor").json()["items"] == []


def test_the_cash_flow_tells_what_came_whose_it_was_and_what_is_expected(
    sql_api: ApiWorld,
) -> None:
    today = sql_api.world.today
    said = Paid(amount_ore=Ore(70_000), ordered_on=today, received_on=today, reference="1")
    payments.book_by_hand(sql_api.office, sql_api.case(), said, sql_api.world.by)
    for period in ("month", "week"):
        told = sql_api.get("/v1/cash-flow", params={"period": period}).json()
        (moved,), (expected,) = told["periods"], told["expected"]

        assert (moved["covered_ore"], moved["creditor_ore"]) == (70_000, 70_000)
        assert (expected["amount_ore"], expected["line_count"]) == (70_000, 1)
        assert expected["on"] == (today + timedelta(days=1)).isoformat()
    others = sql_api.get("/v1/cash-flow", "other creditor").json()
    assert (others["periods"], others["expected"]) == ([], [])
    file = sql_api.get("/v1/cash-flow.csv").content.decode("utf-8-sig").splitlines()
    assert file[1].split(";")[1:3] == ["700,00", "700,00"]


def test_the_dashboard_counts_all_and_shows_a_few_of_each_category(sql_api: ApiWorld) -> None:
    told = sql_api.get("/v1/dashboard").json()
    whole = sql_api.get("/v1/dashboard", "case_handler").json()

    assert told["figures"]["open_count"] == 1
    assert whole["figures"]["open_count"] == 2
    assert [each["status_group"] for each in told["groups"]] == [
        "pågående",
        "rettslig tiltak",
        "venter godkjenning",
        "på vent",
        "avsluttet",
    ]
    assert [len(each["cases"]) for each in told["groups"]] == [1, 0, 0, 0, 0]
    assert OTHERS not in sql_api.get("/v1/dashboard").text


def test_what_waits_for_a_person_has_a_deadline_and_what_happens_else(
    sql_api: ApiWorld,
) -> None:
    case = sql_api.case()
    sql_api.post(f"/v1/cases/{case.case_id}/objections", {"reason": "Varen kom aldri"})
    told = only(sql_api, "/v1/follow-ups")

    assert told["to_do"] == "Innsigelse venter på svar"
    assert told["law"] == "inkassoloven 1988 § 8"
    assert told["default_outcome"]
    assert told["deadline_on"] > sql_api.world.today.isoformat()
    assert sql_api.get("/v1/follow-ups", "other creditor").json()["items"] == []
