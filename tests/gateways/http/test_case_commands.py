"""A case worked over HTTP alone: what is done, what is refused, and by which paragraph."""

from datetime import timedelta

import pytest

from tests.gateways.http.world import ApiWorld


def path(api: ApiWorld, word: str) -> str:
    return f"/v1/cases/{api.case().case_id}/{word}"


def done(api: ApiWorld, word: str, body: object = None, role: str = "creditor") -> list[str]:
    """The types of the events a command led to."""
    answer = api.post(path(api, word), body, role)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "done"), answer.text
    return [event["type"] for event in answer.json()["events"]]


def refused(api: ApiWorld, word: str, body: object = None, role: str = "creditor") -> str:
    answer = api.post(path(api, word), body, role)
    assert answer.status_code in {404, 422}, answer.text
    return str(answer.json()["code"])


def test_an_objection_is_raised_and_answered(api: ApiWorld) -> None:
    raised = {"reason": "Varen kom aldri", "invoice_numbers": ["1001"]}

    assert done(api, "objections", raised)[0] == "case.objection_raised"
    assert api.case().disputed
    answered = done(api, "objections/answer", {"answer": "corrected", "amount_ore": 400_000})
    assert answered[0] == "case.objection_answered"
    assert api.case().principal_left_ore == 400_000


def test_an_objection_against_an_invoice_that_is_none_of_the_cases_is_refused(
    api: ApiWorld,
) -> None:
    told = {"reason": "Varen kom aldri", "invoice_numbers": ["9999"]}

    assert refused(api, "objections", told) == "claim_unknown"


def test_what_was_paid_to_the_creditor_counts(api: ApiWorld) -> None:
    paid = {"amount_ore": 100_000, "paid_on": "2026-08-01"}

    assert "case.payment_received" in done(api, "direct-payments", paid)
    assert api.case().principal_left_ore == 400_000


def test_a_trial_tells_what_would_be_owed_after_a_payment(api: ApiWorld) -> None:
    paid = {"amount_ore": 100_000, "paid_on": "2026-08-01"}
    told = api.post(f"{path(api, 'direct-payments')}?dry_run=true", paid).json()

    assert told["would_owe"]["principal_ore"] == 400_000
    assert api.case().principal_left_ore == 500_000


def test_what_was_paid_too_much_goes_back_and_the_same_key_tells_it_again(api: ApiWorld) -> None:
    paid = {"amount_ore": 900_000, "paid_on": "2026-08-03", "reference": "88213374"}
    done(api, "payments", paid, "case_handler")
    key = {"Idempotency-Key": "refund-it-once"}
    first = api.post(path(api, "refunds"), {}, "case_handler", headers=key).json()
    again = api.post(path(api, "refunds"), {}, "case_handler", headers=key).json()

    assert [event["type"] for event in first["events"]] == ["case.refund_made"]
    assert again == {**first, "repeated": True}
    assert refused(api, "refunds", {}, "case_handler") == "nothing_held"


@pytest.mark.parametrize("word", ["withdraw", "write-off"])
def test_a_case_that_has_ended_is_taken_up_again(api: ApiWorld, word: str) -> None:
    done(api, word, {} if word == "withdraw" else None)

    assert refused(api, "pause", {"reason": "ring"}) == "case_closed"
    assert "case.reopened" in done(api, "reopen")


def test_nobody_approves_what_was_not_asked(api: ApiWorld) -> None:
    assert refused(api, "approval", {"approved": True}) == "nothing_to_approve"


def test_a_contact_is_noted_and_a_blank_one_is_not(api: ApiWorld) -> None:
    talk = {"contacted_on": "2026-08-03", "kind": "phone", "direction": "in", "who": "debtor"}

    assert done(api, "contacts", {**talk, "note": "Betaler fredag"}) == ["case.contact_recorded"]
    assert api.post(path(api, "contacts"), {**talk, "note": " "}).status_code == 400
    tomorrow = {**talk, "contacted_on": "2026-08-04", "note": "x"}
    assert refused(api, "contacts", tomorrow) == "contact_in_future"


def test_a_letter_that_came_back_is_told(api: ApiWorld) -> None:
    assert refused(api, "letters/returned", {}, "case_handler") == "letter_unknown"
    api.world.days_until(api.world.today + timedelta(days=2))

    assert done(api, "letters/returned", {}, "case_handler") == ["case.letter_returned"]


def test_a_debtors_new_address_is_told_and_the_same_again_is_nothing_new(api: ApiWorld) -> None:
    new = {"address": "Nygata 2", "postcode": "5003", "city": "Bergen"}

    assert done(api, "debtor", new) == ["person.recorded"]
    assert api.post(path(api, "debtor"), new).json()["outcome"] == "already"


def test_money_with_a_decimal_point_is_not_understood(api: ApiWorld) -> None:
    for amount in (1000.0, 10.5, "1000", True, -1, 0, 10**30):
        answer = api.post(
            path(api, "direct-payments"), {"amount_ore": amount, "paid_on": "2026-08-01"}
        )
        assert answer.status_code == 400, amount
        assert answer.json()["errors"][0]["pointer"] == "/body/amount_ore"


@pytest.mark.parametrize(
    "day", ["2026-02-30", "01.08.2026", "2026-8-1", 20260801, "2026-08-01T00:00"]
)
def test_a_day_that_is_none_is_not_understood(api: ApiWorld, day: object) -> None:
    answer = api.post(path(api, "direct-payments"), {"amount_ore": 1, "paid_on": day})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/body/paid_on"


def test_sql_and_html_in_words_are_words(api: ApiWorld) -> None:
    said = "'; DROP TABLE durable.api_key; -- <script>alert(1)</script>"

    assert done(api, "pause", {"reason": said}) == ["case.paused"]
    assert api.get("/v1/me").status_code == 200
