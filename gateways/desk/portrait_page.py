"""Innsyn as a page: all that is held on a person, as a PDF it can read."""

from typing import Final

from engine.erasure import Hold, Why
from gateways.desk.looked import Look
from gateways.desk.portrait import CaseFile, Invoice, PersonFile, Portrait
from gateways.dispatch.composing import agency_of
from gateways.letters import wording
from gateways.letters.printable import free_text
from gateways.letters.render import render_told
from gateways.letters.sheet import Sheet, agency_told
from gateways.office import OSLO
from gateways.settings import Agency as AgencySettings

LONGEST_TEXT: Final = 10_000
HOLDS: Final[dict[Why, str]] = {
    "case_open": "Saken er ikke avsluttet",
    "money_held": "Vi har penger som skal tilbake",
    "accounting": "Regnskapet",
    "claims_against_us": "Klager og krav mot oss",
    "claim_waiting": "Kan fortsatt bli en sak",
}


def printed(portrait: Portrait, agency: AgencySettings) -> bytes:
    """The portrait as a PDF a person can read.

    Raises LetterError when a text cannot be printed.
    """
    sender = agency_of(agency)
    return render_told(
        "portrait",
        {
            "title": "Dette har vi lagret om deg",
            "agency": agency_told(sender),
            "recipient": _recipient(portrait),
            "facts": [["Dato", wording.day(portrait.made_on)]],
            "running": f"Innsyn {wording.day(portrait.made_on)}",
            "reference": f"innsyn {portrait.made_on}",
            "made_on": wording.day(portrait.made_on),
            "persons": [_person_told(person) for person in portrait.persons],
        },
        portrait.made_on,
    )


def _recipient(portrait: Portrait) -> list[str]:
    """Name and address as recorded last; who was forgotten has none."""
    latest = {each.what: each.text for person in portrait.persons for each in person.details}
    place = f"{latest.get('Postnummer', '')} {latest.get('Poststed', '')}".strip()
    lines = (latest.get("Navn", ""), latest.get("Adresse", ""), place)
    return [free_text(line, "recipient") for line in lines if line]


def _person_told(person: PersonFile) -> Sheet:
    return {
        "creditor": free_text(person.creditor, "creditor"),
        "forgotten": person.forgotten,
        "details": [
            [wording.short_day(each.recorded_on), each.what, free_text(each.text, "detail")]
            for each in person.details
        ],
        "holds": [_hold_told(hold) for hold in person.holds],
        "waiting": [_invoice_told(each) for each in person.waiting],
        "cases": [_case_told(each) for each in person.cases],
        "looks": [_look_told(each) for each in person.looks],
    }


def _hold_told(hold: Hold) -> list[str]:
    until = wording.short_day(hold.until) if hold.until else "så lenge det varer"
    return [free_text(hold.subject, "subject"), HOLDS[hold.why], until, hold.law]


def _look_told(each: Look) -> list[str]:
    return [
        wording.moment(each.at.astimezone(OSLO)),
        free_text(each.by, "by"),
        each.role,
        free_text(each.what, "what"),
        ", ".join(each.cases),
    ]


def _invoice_told(each: Invoice) -> list[str]:
    return [
        free_text(each.invoice_number, "invoice_number"),
        wording.short_day(each.due_on),
        wording.amount(each.principal_ore),
        free_text(each.description, "description"),
    ]


def _case_told(case: CaseFile) -> Sheet:
    return {
        "number": case.case_number,
        "claims": [_invoice_told(each) for each in case.claims],
        "payments": [
            [
                wording.short_day(each.received_on),
                wording.amount(each.amount_ore),
                free_text(each.from_account, "account"),
            ]
            for each in case.payments
        ],
        "said": [
            [wording.short_day(each.on), each.what, free_text(each.text, "said", LONGEST_TEXT)]
            for each in case.said
        ],
        "course": [
            [wording.short_day(each.on), each.what, free_text(each.by, "by")]
            for each in case.course
        ],
    }
