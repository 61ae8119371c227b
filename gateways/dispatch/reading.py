"""What a letter needs from the streams, each read as it stood at the letter's release."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from engine.journal.recorded import History, Recorded
from engine.journal.store import EventStore
from engine.streams import (
    case_stream,
    claim_stream,
    creditor_stream,
    person_stream,
    settlement_stream,
)
from engine.vault import Vault
from events.base import Event
from events.case import CaseRegistered, LetterReleased
from events.claim import ClaimOffered
from events.creditor import CreditorChanged, CreditorCreated, PayoutAccountProposed
from events.person import PersonRecorded
from events.personal import Personal
from events.settlement import PayoutInstructed, PayoutPrepared
from projections.opening import opened


@dataclass(frozen=True, slots=True)
class Party:
    """A name and address as they are to be printed."""

    name: str
    address_lines: tuple[str, ...]
    country: str = ""


@dataclass(frozen=True, slots=True)
class Files:
    """Reads the streams and opens what is sealed in them."""

    store: EventStore
    vault: Vault

    def case(self, case_id: UUID) -> History:
        """The case's stream."""
        return self.store.read(case_stream(case_id))

    def registered(self, history: History) -> CaseRegistered:
        """How the case began."""
        return cast("CaseRegistered", history.events[0].event)

    def released(self, history: History, letter_id: UUID) -> LetterReleased:
        """The latest release of the letter.

        Raises LookupError when it has not been released.
        """
        for recorded in reversed(history.events):
            event = recorded.event
            if isinstance(event, LetterReleased) and event.letter_id == letter_id:
                return event
        raise LookupError(f"letter {letter_id} has not been released")

    def versions(self, history: History) -> tuple[int, int]:
        """How far the debtor's and the creditor's streams have come."""
        case = self.registered(history)
        names = person_stream(case.debtor_id), creditor_stream(case.creditor_id)
        read = self.store.read_many(names)
        heads = [read[name].head for name in names]
        debtor, creditor = (head.version if head else 0 for head in heads)
        return debtor, creditor

    def debtor(self, debtor_id: UUID, version: int | None = None) -> Party:
        """The debtor as known at that version of the stream, or as known now."""
        last = self._last(person_stream(debtor_id), version, PersonRecorded)
        event = cast("PersonRecorded", last.event)
        place = f"{self._text(last, event.postcode, 'postcode')} " + self._text(
            last, event.city, "city"
        )
        lines = (self._text(last, event.address, "address"), place.strip())
        country = "" if event.country in ("", "NO") else event.country
        name = self._text(last, event.name, "name")
        return Party(name, tuple(line for line in lines if line), country)

    def creditor(self, creditor_id: UUID, version: int | None = None) -> Party:
        """The creditor as known at that version of the stream, or as known now."""
        last = self._last(creditor_stream(creditor_id), version, CreditorCreated, CreditorChanged)
        event = cast("CreditorCreated | CreditorChanged", last.event)
        address = "" if event.address is None else self._text(last, event.address, "address")
        lines = tuple(line.strip() for line in address.split(",") if line.strip())
        return Party(self._text(last, event.name, "name"), lines)

    def account(self, creditor_id: UUID, version: int) -> str:
        """The payout account that was proposed at that version of the creditor's stream."""
        last = self._last(creditor_stream(creditor_id), version, PayoutAccountProposed)
        event = cast("PayoutAccountProposed", last.event)
        return self._text(last, event.account, "account")

    def payout(self, creditor_id: UUID, payout_id: UUID) -> tuple[PayoutPrepared, int | None]:
        """The payout as it was prepared, and the version of the account it was sent to, if it was.

        Raises LookupError when it has not been prepared.
        """
        prepared, account_version = None, None
        for recorded in self.store.read(settlement_stream(creditor_id)).events:
            event = recorded.event
            if isinstance(event, PayoutPrepared) and event.payout_id == payout_id:
                prepared = event
            if isinstance(event, PayoutInstructed) and event.payout_id == payout_id:
                account_version = event.account_version
        if prepared is None:
            raise LookupError(f"payout {payout_id} has not been prepared")
        return prepared, account_version

    def description(self, claim_id: UUID) -> str:
        """What the invoice is for, in the creditor's words; nothing when it gave none."""
        history = self.store.read(claim_stream(claim_id))
        for recorded in history.events:
            event = recorded.event
            if isinstance(event, ClaimOffered) and event.description is not None:
                return self._text(recorded, event.description, "description")
        return ""

    def _last(self, stream: str, version: int | None, *kinds: type[Event]) -> Recorded:
        history = self.store.read(stream)
        found = [
            recorded
            for recorded in history.events
            if isinstance(recorded.event, kinds)
            and (version is None or recorded.version <= version)
        ]
        if not found:
            raise LookupError(f"{stream} has no {kinds[0].TYPE} up to version {version}")
        return found[-1]

    def _text(self, recorded: Recorded, personal: Personal, field: str) -> str:
        return opened(self.vault, personal, recorded, field)
