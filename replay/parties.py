"""Who the parties of a case were: as recorded by a day, and as it was on another."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from engine.journal.recorded import History, Recorded
from engine.journal.store import EventStore
from engine.streams import creditor_stream, person_stream
from engine.vault import Vault
from events.creditor import CreditorChanged, CreditorCreated
from events.person import PersonRecorded
from projections import creditor, debtor
from projections.creditor import Creditor
from replay.counting import Moment, recorded_on
from replay.view import CreditorThen, DebtorThen


def parties(
    store: EventStore, vault: Vault, ids: tuple[UUID, UUID], moment: Moment
) -> tuple[CreditorThen, DebtorThen]:
    """The creditor and the debtor of these ids, as they were at the moment."""
    owner, owes = creditor_stream(ids[0]), person_stream(ids[1])
    read = store.read_many([owner, owes])
    return _creditor(vault, _then(read[owner], moment)), _debtor(vault, _then(read[owes], moment))


def _then(history: History, moment: Moment) -> list[Recorded]:
    """What had been recorded of a party by then, and was so on the day.

    A case may be older than what is known of a party: the first that was recorded always is.
    """
    told = [(since, each) for each in history.events if (since := _since(each)) is not None]
    known = [pair for pair in told if recorded_on(pair[1]) <= moment.known_on] or told[:1]
    counts = [pair for pair in known if pair[0] <= moment.effective_on] or known[:1]
    return [each for _, each in counts]


def _since(recorded: Recorded) -> date | None:
    match recorded.event:
        case PersonRecorded():
            return recorded.event.recorded_on
        case CreditorCreated():
            return recorded.event.created_on
        case CreditorChanged():
            return recorded.event.changed_on
        case _:
            return None


def _creditor(vault: Vault, told: Sequence[Recorded]) -> CreditorThen:
    row: Creditor | None = None
    for recorded in told:
        row = creditor.evolve(vault, row, recorded)
    if row is None:
        raise ValueError("a case has a creditor that has been recorded")
    return CreditorThen(creditor_id=row.creditor_id, number=row.number, name=row.name)


def _debtor(vault: Vault, told: Sequence[Recorded]) -> DebtorThen:
    row = debtor.evolve(vault, None, told[-1]) if told else None
    if row is None:
        raise ValueError("a case has a debtor that has been recorded")
    return DebtorThen(
        debtor_id=row.debtor_id,
        kind=row.kind,
        name=row.name,
        address=row.address,
        postcode=row.postcode,
        city=row.city,
    )
