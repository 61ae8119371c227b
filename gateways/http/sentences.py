"""What has happened, or would, in plain Norwegian; nobody's name stands in it."""

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
from events.person import CaseAttached, PersonRecorded
from events.settlement import PayoutConfirmed, PayoutInstructed, PayoutPrepared, PayoutRejected
from projections.timeline import sentence
from projections.wording import day, kroner


def sentence_of(event: Event) -> str:
    """The event in a sentence; one that is not told of here is named by its type."""
    if isinstance(event, CASE_EVENTS):
        return sentence(event)
    match event:
        case CreditorCreated():
            return f"Kreditor nummer {event.number} er opprettet."
        case CreditorNumberTaken():
            return f"Kreditornummer {event.number} er tatt i bruk."
        case CreditorChanged():
            return "Kreditorens opplysninger er endret."
        case TermsAccepted():
            return f"Vilkår {event.version} er godtatt."
        case AgreementSet():
            return f"Avtalen gjelder fra {day(event.valid_from)}."
        case PayoutAccountProposed():
            return "En ny konto for utbetaling er foreslått; en annen person må godkjenne den."
        case PayoutAccountApproved():
            return "Den foreslåtte kontoen er godkjent."
        case PayoutAccountDeclined():
            return "Den foreslåtte kontoen er avvist."
        case PersonRecorded():
            return "Skyldnerens opplysninger er registrert."
        case CaseAttached():
            return "Saken er knyttet til skyldneren."
        case ClaimOffered():
            told = f"Faktura {event.invoice_number} på {kroner(event.principal_ore)}"
            return f"{told} er levert til inndriving."
        case ClaimRegistered():
            return "Fakturaen er tatt inn i en sak."
        case CaseNumberTaken():
            return "Saksnummeret er tatt i bruk."
        case PaymentBooked():
            return f"{kroner(event.amount_ore)} er bokført på saken."
        case PaymentSuspended():
            return f"{kroner(event.amount_ore)} venter på at noen finner saken."
        case PaymentMatched():
            return f"{kroner(event.amount_ore)} er flyttet til saken den hører til."
        case SuspenseRefunded():
            return f"{kroner(event.amount_ore)} er sendt tilbake til betaleren."
        case PayoutPrepared():
            return f"En utbetaling på {kroner(event.amount_ore)} er klargjort."
        case PayoutInstructed():
            return "Utbetalingen er sendt til banken."
        case PayoutConfirmed():
            return f"Banken har betalt ut {kroner(event.amount_ore)}."
        case PayoutRejected():
            return "Banken har avvist utbetalingen."
        case _:
            return event.TYPE
