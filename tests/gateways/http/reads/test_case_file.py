"""One case over HTTP: as it stands, what is owed on a day, what has happened, and its letters."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from pypdf import PdfReader

from gateways.desk import contacts
from gateways.desk.contacts import Contact
from gateways.http.reads import documents
from tests.gateways.http.world import OTHERS, ApiWorld

READS = (
    "/v1/cases/{}",
    "/v1/cases/{}/balance",
    "/v1/cases/{}/statement",
    "/v1/cases/{}/timeline",
    "/v1/cases/{}/contacts",
)


@pytest.mark.parametrize("path", READS)
def test_anothers_case_and_none_at_all_are_told_alike(api: ApiWorld, path: str) -> None:
    for case_id in (api.case(OTHERS).case_id, uuid4()):
        answer = api.get(path.format(case_id))
        assert (answer.status_code, answer.json()["code"]) == (404, "case_unknown")
    assert api.get(path.format(api.case().case_id)).status_code == 200


def test_a_case_is_shown_with_its_parties_its_invoices_and_what_is_owed(api: ApiWorld) -> None:
    case = api.case()
    told = api.get(f"/v1/cases/{case.case_id}").json()

    assert (told["status"], told["group"]) == ("REGISTRERT", "pågående")
    assert told["debtor"]["name"] == "Kunde av 1001"
    assert told["creditor"]["number"] == 1
    assert [each["invoice_number"] for each in told["invoices"]] == ["1001"]
    assert told["statement"]["principal_ore"] == case.principal_ore
    assert "claims_left" not in told["case"]


def test_a_statement_is_for_any_day_with_a_known_rate_and_refused_for_others(
    api: ApiWorld,
) -> None:
    path = f"/v1/cases/{api.case().case_id}/statement"
    today = api.world.today
    owed = [
        api.get(path, params={"on": (today + timedelta(days=days)).isoformat()}).json()
        for days in (-10, 0, 30)
    ]
    refused = api.get(path, params={"on": "2099-01-01"})

    totals = [each["statement"]["total_ore"] for each in owed]
    assert totals == sorted(totals)
    assert totals[0] < totals[2]
    for each in owed:
        interest = sum(claim["interest_left_ore"] for claim in each["claims"])
        assert each["statement"]["interest_ore"] == interest
    assert (refused.status_code, refused.json()["code"]) == (422, "rate_unknown")


def test_the_note_of_a_contact_is_shown_with_its_case_and_in_no_timeline(api: ApiWorld) -> None:
    case = api.case()
    said = Contact(
        contacted_on=date(2026, 8, 1),
        kind="email",
        direction="out",
        who="debtor",
        note="Avtalte at hun ringer igjen.",
    )
    contacts.record(api.office, case, said, api.world.by)
    (told,) = api.get(f"/v1/cases/{case.case_id}/contacts").json()
    lines = api.get(f"/v1/cases/{case.case_id}/timeline").text

    assert (told["note"], told["kind"], told["contacted_on"]) == (said.note, "email", "2026-08-01")
    assert "Vi har kontaktet skyldner på e-post." in lines
    assert said.note not in lines


def test_a_timeline_goes_on_with_the_first_lawful_day_of_each_step_to_come(
    api: ApiWorld,
) -> None:
    case = api.case()
    path = f"/v1/cases/{case.case_id}/timeline"
    told = api.get(path).json()
    coming = [*told["ahead"]["steps"], *told["further"]]
    api.post(f"/v1/cases/{case.case_id}/pause", {"reason": "ring"})
    paused = api.get(path).json()

    assert [line["type"] for line in told["lines"]] == ["case.registered"]
    assert [(each["step"], each["from_on"]) for each in coming] == [
        ("inkassovarsel", "2026-08-03"),
        ("betalingsoppfordring", "2026-08-18"),
        ("legal_course_asked", "2026-09-02"),
        ("heavy_salaer", "2026-09-30"),
    ]
    assert all(each["law"] and each["why"] for each in coming)
    assert paused["ahead"]["held_by"][0]["what"] == "Saken er på vent."
    assert paused["further"] == []


def test_a_letter_is_made_again_and_held_against_the_log(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.world.day()
    case = api.case()
    (letter,) = api.office.rows.find(documents.document.TABLE, equals={"case_id": case.case_id})
    path = f"/v1/documents/{letter.letter_id}/content"
    told = api.get(path)
    anothers = api.get(path, "other creditor")
    monkeypatch.setattr(type(api.office.vault), "hmac", lambda *_: "another")
    differs = api.get(path)

    assert told.headers["content-type"] == "application/pdf"
    assert str(letter.letter_id) in PdfReader(BytesIO(told.content)).pages[0].extract_text()
    assert (anothers.status_code, anothers.json()["code"]) == (404, "letter_unknown")
    assert (differs.status_code, differs.json()["code"]) == (409, "document_differs")


def test_an_auditor_sees_every_event_as_the_log_holds_it_and_who_has_looked(
    api: ApiWorld,
) -> None:
    case = api.case()
    events = api.get(f"/v1/cases/{case.case_id}/events", "auditor").json()
    looked = api.get("/v1/access", "auditor", params={"person": str(case.debtor_id)}).json()

    assert events[0]["type"] == "case.registered"
    assert events[0]["raw"]["case_number"] == case.case_number
    assert [each["route"] for each in looked] == ["GET /v1/cases/{case_id}/events"]
    for role in ("creditor", "adviser"):
        assert api.get(f"/v1/cases/{case.case_id}/events", role).status_code == 403
    for role in ("creditor", "adviser", "case_handler"):
        assert api.get("/v1/access", role).status_code == 403
