"""Who asks, on which day; and ids under which the same words have one effect."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from engine.asking import Asked, on_case
from engine.case.decider import CaseCommand
from engine.decider import Ask
from engine.journal.outcome import Committed
from engine.loop import Foreseen, Nothing
from gateways.office import Office

DESK = UUID("5d0e6c3a-8f14-5b7e-9a61-2c4b7e90d3f8")

Outcome = Committed | Nothing | Foreseen


@dataclass(frozen=True, slots=True)
class By:
    """Who asks, and the date in Oslo. `command_id` is the wish's own id, where it has one.

    `correlation` is the id of the asker's own work, where it is told; `causation` of what
    made it ask: a request.
    """

    actor: str
    today: date
    command_id: UUID | None = None
    correlation: UUID | None = None
    causation: UUID | None = None


def wish_id(office: Office, subject: UUID, by: By, *words: object) -> UUID:
    """The id of a wish: its own, or one made of its words and the day.

    The words may be about a person, so they are hashed under the agency's key.
    """
    if by.command_id is not None:
        return by.command_id
    said = "\x1f".join(map(str, (by.today, *words)))
    return uuid5(subject, office.vault.hmac("wish", said.encode()))


def version_id(office: Office, stream: str, by: By, *words: object) -> UUID:
    """The id of a wish that is fulfilled once the stream has moved on.

    What was paused, taken up and is paused again on one day is three wishes, not two.
    """
    head = office.store.read(stream).head
    subject = UUID(stream[-36:])
    return wish_id(office, subject, by, head.version if head else 0, *words)


def carry(office: Office, ask: Ask, command: object, by: By, *, ids: tuple[UUID, UUID]) -> Outcome:
    """Have a command carried out; `ids` are the command's own and its correlation.

    Raises RefusedError when it is not allowed; OutcomeUnknownError when nobody can tell yet.
    """
    command_id, correlation = ids
    return office.carry(
        Asked(
            ask=ask,
            command=command,
            command_id=command_id,
            actor=by.actor,
            correlation=by.correlation or correlation,
            causation=by.causation,
        )
    )


def carry_on_case(
    office: Office, case_id: UUID, command: CaseCommand, by: By, command_id: UUID
) -> Outcome:
    """Have a command on one case carried out."""
    return carry(office, on_case(case_id, command), command, by, ids=(command_id, case_id))
