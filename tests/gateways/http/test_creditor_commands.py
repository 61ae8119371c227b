"""Creditors over HTTP: taken in, agreed with, and paid where two persons have agreed."""

from uuid import uuid4

from tests.gateways.http.world import ApiWorld

KEY = {"Idempotency-Key": "take-in-once"}


def test_a_creditor_taken_in_twice_under_one_key_is_one_creditor(api: ApiWorld) -> None:
    told = {"name": "Ny AS", "address": "Gata 1, 0150 Oslo"}
    first = api.post("/v1/creditors", told, "case_handler", headers=KEY).json()
    again = api.post("/v1/creditors", told, "case_handler", headers=KEY).json()

    assert first["events"][0]["what"] == "Fordringshaver 3 er registrert."
    assert again == {**first, "repeated": True}
    assert api.creditor("Ny AS").number == 3


def test_the_whole_way_to_a_creditor_that_can_be_paid(api: ApiWorld) -> None:
    made = api.post("/v1/creditors", {"name": "Ny AS"}, "case_handler").json()["subject_id"]
    at = f"/v1/creditors/{made}"
    accepted = {"version": "1", "accepted_by": "daglig leder"}
    assert api.post(f"{at}/terms", accepted, "case_handler").json()["outcome"] == "done"
    agreed = {"valid_from": "2026-08-01", "settlement": "daily"}
    assert api.post(f"{at}/agreements", agreed, "case_handler").json()["outcome"] == "done"
    account = {"account": "1234.56.78911"}
    api.post(f"{at}/payout-account", account, "case_handler")
    same = api.post(f"{at}/payout-account/answer", {"approved": True}, "case_handler")
    other = api.post(f"{at}/payout-account/answer", {"approved": True}, "second case_handler")

    assert (same.status_code, same.json()["code"]) == (422, "second_person_needed")
    assert other.json()["outcome"] == "done"
    assert api.creditor("Ny AS").settlement == "daily"


def test_an_account_or_a_number_that_is_none_is_not_told_back(api: ApiWorld) -> None:
    at = f"/v1/creditors/{api.creditor().creditor_id}"
    account = api.post(f"{at}/payout-account", {"account": "12345678910"})
    orgnr = api.post(f"{at}/details", {"orgnr": "123456789"})

    assert (account.status_code, account.json()["code"]) == (422, "account_invalid")
    assert (orgnr.status_code, orgnr.json()["code"]) == (422, "orgnr_invalid")
    assert "12345678910" not in account.text
    assert "123456789" not in orgnr.text


def test_a_creditor_changes_its_own_details_and_nobody_elses(api: ApiWorld) -> None:
    at = f"/v1/creditors/{api.creditor().creditor_id}"
    told = {"email": "post@lysogvarme.example"}

    assert api.post(f"{at}/details", told).json()["outcome"] == "done"
    assert api.post(f"{at}/details", told, "other creditor").status_code == 404
    assert api.post(f"/v1/creditors/{uuid4()}/details", told, "operator").status_code == 404
