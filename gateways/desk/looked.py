"""Who in the agency has looked at a person, told to that person: the record of access in words."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from gateways.durable.access import AccessLine, Act, ApiKey, Role
from gateways.office import Office

FORMS: Final = (".csv", ".xlsx")
ROLES: Final[dict[Role, str]] = {
    "case_handler": "Saksbehandler",
    "auditor": "Revisor",
    "operator": "Drift",
}
# What each route shows or asks for; a list that is taken out as a file is the same list.
WORDS: Final[dict[str, str]] = {
    "GET /v1/activities": "Liste over det som har skjedd",
    "GET /v1/approvals": "Liste over saker som venter på godkjenning",
    "GET /v1/candidates": "Liste over dem som kan få en sak",
    "GET /v1/candidates/invoices": "Liste over fakturaer som kan bli en sak",
    "GET /v1/cases": "Liste over saker",
    "GET /v1/cases/{case_id}": "Saken",
    "GET /v1/cases/{case_id}/as-at": "Saken slik den var en dag",
    "GET /v1/cases/{case_id}/balance": "Hva som er skyldig",
    "GET /v1/cases/{case_id}/contacts": "Samtaler og meldinger",
    "GET /v1/cases/{case_id}/diff": "Hva som er endret mellom to dager",
    "GET /v1/cases/{case_id}/events": "Alle hendelser i saken",
    "GET /v1/cases/{case_id}/statement": "Hva som er skyldig en dag",
    "GET /v1/cases/{case_id}/timeline": "Hva som har skjedd, og hva som kommer",
    "GET /v1/cases/{case_id}/why": "Hvorfor beløp og status er som de er",
    "GET /v1/dashboard": "Oversikten",
    "GET /v1/debtors": "Liste over skyldnere",
    "GET /v1/debtors/{debtor_id}": "Opplysningene om deg",
    "GET /v1/documents": "Liste over brev og dokumenter",
    "GET /v1/documents/{letter_id}/content": "Et brev",
    "GET /v1/events/{event}/causes": "Hva som førte til en hendelse",
    "GET /v1/follow-ups": "Liste over saker som skal følges opp",
    "GET /v1/invoices": "Liste over fakturaer",
    "GET /v1/payments": "Liste over innbetalinger",
    "GET /v1/payouts/{payout_id}/letter.pdf": "Et oppgjørsbrev til kreditor",
    "GET /v1/payouts/{payout_id}/lines": "Linjene i et oppgjør til kreditor",
    "POST /v1/cases/{case_id}/approval": "Svare på et spørsmål om godkjenning",
    "POST /v1/cases/{case_id}/contacts": "Føre inn en samtale eller melding",
    "POST /v1/cases/{case_id}/debtor": "Rette opplysningene om deg",
    "POST /v1/cases/{case_id}/direct-payments": "Føre inn en betaling til kreditor",
    "POST /v1/cases/{case_id}/export": "Ta ut saken fra loggen",
    "POST /v1/cases/{case_id}/letters/returned": "Føre inn et brev som kom i retur",
    "POST /v1/cases/{case_id}/letters/{letter_id}/resolve": "Føre inn om et brev ble sendt",
    "POST /v1/cases/{case_id}/objections": "Føre inn en innsigelse",
    "POST /v1/cases/{case_id}/objections/answer": "Svare på en innsigelse",
    "POST /v1/cases/{case_id}/pause": "Sette saken på vent",
    "POST /v1/cases/{case_id}/payments": "Bokføre en innbetaling",
    "POST /v1/cases/{case_id}/refunds": "Betale tilbake",
    "POST /v1/cases/{case_id}/reopen": "Ta opp igjen saken",
    "POST /v1/cases/{case_id}/resume": "La saken gå videre",
    "POST /v1/cases/{case_id}/withdraw": "Trekke saken",
    "POST /v1/cases/{case_id}/write-off": "Avskrive resten av saken",
    "POST /v1/invoices": "Ta inn fakturaer",
    "POST /v1/invoices/file": "Ta inn en fil med fakturaer",
    "POST /v1/suspense/{payment_id}/match": "Føre en innbetaling på saken",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One time one of the agency saw something of the person, or asked for something to be done.

    `by` is the label of the key that was used. `cases` are the person's own.
    """

    at: datetime
    by: str
    key_id: UUID | None
    role: str
    act: Act
    what: str
    route: str
    cases: tuple[str, ...]


def looks_at(
    office: Office, person_id: UUID, cases: Mapping[UUID, str], keys: Mapping[str, ApiKey]
) -> Iterator[Look]:
    """Every look that was recorded at the person or one of its cases, the latest first.

    `cases` are their numbers by id, `keys` whose name in the log is whose. Others that were on
    the same list are told nothing of.
    Law: personvernforordningen 2016 art. 15
    """
    for line in office.durable.access.about(person_id, tuple(cases)):
        key = keys.get(line.actor)
        yield Look(
            at=line.at,
            by=key.label if key else line.actor,
            key_id=key.key_id if key else None,
            role=_role(line),
            act=line.act,
            what=words_of(line.route),
            route=line.route,
            cases=_numbers(line.case_ids, cases),
        )


def keys_by_actor(office: Office) -> dict[str, ApiKey]:
    """Whose name in the log belongs to which key, the revoked ones too."""
    return {key.actor: key for key in office.durable.access.all_keys()}


def words_of(route: str) -> str:
    """What the route shows, in plain words; a route of another release is told as it is."""
    for form in FORMS:
        listed = route.removesuffix(form)
        if listed != route and listed in WORDS:
            return f"{WORDS[listed]}, som fil"
    return WORDS.get(route, route)


def _role(line: AccessLine) -> str:
    return next((words for role, words in ROLES.items() if role == line.role), line.role)


def _numbers(seen: Collection[UUID], cases: Mapping[UUID, str]) -> tuple[str, ...]:
    return tuple(cases[case_id] for case_id in seen if case_id in cases)
