"""What happened, in plain Norwegian, for the events of every stream; never free text."""

from typing import Final

from events.base import Event
from events.case import CASE_EVENTS
from events.claim import CaseNumberTaken, ClaimOffered, ClaimRegistered
from events.creditor import (
    AgreementSet,
    CreditorChanged,
    CreditorCreated,
    CreditorNumberTaken,
    PayoutAccountApproved,
    PayoutAccountDeclined,
    PayoutAccountProposed,
    TermsAccepted,
)
from events.payment import PaymentBooked, PaymentMatched, PaymentSuspended, SuspenseRefunded
from events.person import CaseAttached, ErasureOrdered, KeyDestroyed, PersonRecorded
from events.settlement import PayoutConfirmed, PayoutInstructed, PayoutPrepared, PayoutRejected
from projections.telling import sentence
from projections.wording import kroner

ACTORS: Final = {
    "saga:registration": "Kravspor, som registrerer saker",
    "saga:legal_steps": "Kravspor, som følger sakens gang",
    "saga:settlement": "Kravspor, som gjør opp med fordringshavere",
}


def told(event: Event) -> str:
    """The event as one sentence."""
    if isinstance(event, CASE_EVENTS):
        return sentence(event)
    return _of_money(event) or _of_party(event) or event.TYPE


def who(actor: str) -> str:
    """Who acted, in words; an actor that is no machine of ours is named as it is."""
    kind, _, name = actor.partition(":")
    if kind == "dispatch":
        return f"Kravspor, som sender brev og betalinger ({name})"
    return ACTORS.get(actor, name if kind == "user" else actor)


def _of_money(event: Event) -> str:
    match event:
        case PaymentBooked():
            return f"En betaling på {kroner(event.amount_ore)} er bokført på saken."
        case PaymentSuspended():
            return f"En betaling på {kroner(event.amount_ore)} venter: ingen sak er funnet ennå."
        case PaymentMatched():
            return f"En betaling på {kroner(event.amount_ore)} som ventet, har fått sin sak."
        case SuspenseRefunded():
            return f"En betaling på {kroner(event.amount_ore)} er sendt tilbake til betaleren."
        case PayoutPrepared():
            lines = "1 linje" if len(event.lines) == 1 else f"{len(event.lines)} linjer"
            return (
                f"Utbetaling til fordringshaver er satt opp: {kroner(event.amount_ore)}, {lines}."
            )
        case PayoutInstructed():
            return f"Banken er bedt om å betale, i filen {event.file_name}."
        case PayoutConfirmed():
            return f"Banken har betalt {kroner(event.amount_ore)} til fordringshaver."
        case PayoutRejected():
            return f"Banken har ikke betalt {kroner(event.amount_ore)} til fordringshaver."
        case _:
            return ""


def _of_party(event: Event) -> str:
    match event:
        case ClaimOffered():
            return f"Faktura {event.invoice_number} på {kroner(event.principal_ore)} er mottatt."
        case ClaimRegistered():
            return "Fakturaen er blitt del av en sak."
        case CaseNumberTaken():
            return "Saksnummeret er tatt i bruk."
        case PersonRecorded():
            return "Opplysninger om skyldneren er registrert."
        case CaseAttached():
            return "En sak på skyldneren er begynt eller går videre."
        case ErasureOrdered():
            return "Det er bestemt at personens opplysninger skal slettes."
        case KeyDestroyed():
            return "Personens nøkkel er ødelagt: opplysningene kan ikke leses mer."
        case CreditorCreated() | CreditorNumberTaken():
            return f"Fordringshaver {event.number} er registrert."
        case CreditorChanged():
            return "Opplysninger om fordringshaver er endret."
        case TermsAccepted():
            return f"Fordringshaver har godtatt vilkårene, utgave {event.version}."
        case AgreementSet():
            return "Avtale med fordringshaver er satt."
        case PayoutAccountProposed():
            return "En konto for utbetaling er foreslått."
        case PayoutAccountApproved():
            return "Kontoen for utbetaling er godkjent av en annen."
        case PayoutAccountDeclined():
            return "Kontoen for utbetaling er avvist."
        case _:
            return ""
