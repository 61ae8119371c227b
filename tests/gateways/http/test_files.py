"""Invoices and the bank's files over HTTP: each row by itself, and the same again is nothing."""

from typing import Any

import pytest

from events.kid import make_kid
from events.money import Ore
from gateways.bank.ocr_giro_writer import Payment, write
from projections import candidate, case_list, payment
from tests.gateways.desk.world import csv_of, row
from tests.gateways.http.world import OTHERS, OURS, ApiWorld

INVOICE = {
    "invoice_number": "3001",
    "issued_on": "2026-06-10",
    "due_on": "2026-07-10",
    "amount_ore": 123_456,
    "debtor_name": "Kari =Nordmann; «AS»",
    "address": "Storgata 1",
    "postcode": "0155",
    "city": "Oslo",
    "debtor_kind": "person",
    "consumer": True,
}


def upload(api: ApiWorld, path: str, content: bytes, role: str = "creditor") -> Any:
    return api.post(path, role=role, files={"file": ("fakturaer.csv", content)})


def test_invoices_in_json_become_cases_like_those_of_a_file(api: ApiWorld) -> None:
    answer = api.post("/v1/invoices", {"invoices": [INVOICE]})
    told = answer.json()

    assert (answer.status_code, told["outcome"], told["offered"]) == (200, "done", 1), told
    assert len(told["cases"]) == 1
    again = api.post("/v1/invoices", {"invoices": [INVOICE]}).json()
    assert (again["offered"], again["known"], again["cases"]) == (0, 1, [])


def test_a_trial_of_invoices_takes_nothing_in(api: ApiWorld) -> None:
    end = api.world.end
    told = api.post("/v1/invoices?dry_run=true", {"invoices": [INVOICE]}).json()

    assert (told["outcome"], told["offered"], told["cases"]) == ("foreseen", 1, [])
    assert api.world.end == end


def test_a_row_that_cannot_be_taken_is_told_by_its_place_in_norwegian(api: ApiWorld) -> None:
    wrong = {**INVOICE, "invoice_number": "3002", "postcode": "15"}
    told = api.post("/v1/invoices", {"invoices": [INVOICE, wrong]}).json()

    assert told["offered"] == 1
    assert [(line["row"], line["code"]) for line in told["refused"]] == [(2, "postcode_invalid")]


def test_a_creditor_hands_over_nobodys_invoices_but_its_own(api: ApiWorld) -> None:
    before = len(api.office.rows.find(candidate.TABLE))
    told = api.post("/v1/invoices", {"invoices": [{**INVOICE, "creditor": OTHERS}]}).json()
    filed = upload(api, "/v1/invoices/file", csv_of(row("3003", creditor=OTHERS))).json()

    assert [line["code"] for line in told["refused"]] == ["creditor_unknown"]
    assert [line["code"] for line in filed["refused"]] == ["creditor_unknown"]
    assert len(api.office.rows.find(candidate.TABLE)) == before


def test_who_sees_several_creditors_says_whose_invoices_they_are(api: ApiWorld) -> None:
    unnamed = api.post("/v1/invoices", {"invoices": [INVOICE]}, "case_handler")
    named = api.post("/v1/invoices", {"invoices": [{**INVOICE, "creditor": "1"}]}, "case_handler")

    assert (unnamed.status_code, unnamed.json()["code"]) == (422, "creditor_not_named")
    assert named.json()["offered"] == 1


def test_a_file_of_invoices_is_taken_in(api: ApiWorld) -> None:
    told = upload(api, "/v1/invoices/file", csv_of(row("3004", creditor=OURS))).json()

    assert (told["offered"], len(told["cases"])) == (1, 1)


def test_those_whose_cases_one_of_the_agency_was_told_of_are_recorded(api: ApiWorld) -> None:
    content = csv_of(row("3005", creditor=OURS), row("3006", creditor=OURS, name="Kari Hansen"))
    told = upload(api, "/v1/invoices/file", content, "case_handler").json()
    (line,) = api.office.durable.access.lines(1)
    named = {each["case_id"] for each in told["cases"]}
    rows = [each for each in api.office.rows.find(case_list.TABLE) if str(each.case_id) in named]

    assert {str(each) for each in line.case_ids} == named
    assert len(named) == 2
    assert set(line.person_ids) == {each.debtor_id for each in rows}


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 100, b"PK\x03\x04nothing", b"%PDF-1.7", b"<html>", b"a;b\n1;2\n"]
)
def test_a_file_that_is_none_of_invoices_is_refused_whole(api: ApiWorld, content: bytes) -> None:
    end = api.world.end
    answer = upload(api, "/v1/invoices/file", content)

    assert (answer.status_code, answer.json()["code"]) == (422, "file_not_understood")
    assert api.world.end == end


def test_the_banks_file_is_booked_once(api: ApiWorld) -> None:
    today = api.world.today
    paid = Payment(amount_ore=Ore(200_000), kid=api.case().kid, settled_on=today, ordered_on=today)
    content = write([paid], account="12345678911", transmission_no=1, written_on=today)
    tried = api.post(
        "/v1/payments/file?dry_run=true", role="operator", files={"file": ("ocr.txt", content)}
    ).json()
    end = api.world.end
    first = upload(api, "/v1/payments/file", content, "operator").json()
    again = upload(api, "/v1/payments/file", content, "operator").json()

    assert (tried["outcome"], tried["booked"]) == ("foreseen", 1)
    assert (first["booked"], again["booked"], again["repeated"]) == (1, 0, 1)
    assert api.world.end > end
    assert api.case().principal_left_ore < 500_000


def test_money_nobody_could_place_is_matched_or_sent_back(api: ApiWorld) -> None:
    today = api.world.today
    paid = [
        Payment(amount_ore=Ore(ore), kid=make_kid(9, 9), settled_on=today, ordered_on=today)
        for ore in (100_000, 7_000)
    ]
    content = write(paid, account="12345678911", transmission_no=1, written_on=today)
    upload(api, "/v1/payments/file", content, "operator")
    first, second = sorted(
        api.office.rows.find(payment.TABLE, equals={"state": "suspense"}),
        key=lambda each: -each.amount_ore,
    )
    matched = api.post(
        f"/v1/suspense/{first.payment_id}/match",
        {"case_id": str(api.case().case_id)},
        "case_handler",
    ).json()
    refunded = api.post(f"/v1/suspense/{second.payment_id}/refund", role="case_handler").json()

    assert (matched["outcome"], refunded["outcome"]) == ("done", "done")
    assert api.case().principal_left_ore == 400_000


def test_the_same_key_for_another_file_is_a_conflict(api: ApiWorld) -> None:
    key = {"Idempotency-Key": "one-file-one-key"}
    first = {"file": ("a.csv", csv_of(row("3005", creditor=OURS)))}
    other = {"file": ("a.csv", csv_of(row("3006", creditor=OURS)))}
    api.post("/v1/invoices/file", files=first, headers=key)
    answer = api.post("/v1/invoices/file", files=other, headers=key)

    assert (answer.status_code, answer.json()["code"]) == (409, "key_reused")
