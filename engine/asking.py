"""A command on its way to its decision: what is asked, by whom, because of what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from uuid import UUID

from engine.case.decider import CaseCommand, decide
from engine.case.parts import Case
from engine.decider import Ask, States
from engine.journal.recorded import Envelope
from engine.registration import CASE
from engine.streams import case_stream
from events.base import Event

# When and by which hand a thing is asked again is no part of what is asked.
NOT_CONTENT = frozenset({"today", "worker", "debtor_version", "creditor_version"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A command with its decision. The same `command_id` is the same wish, asked again."""

    ask: Ask
    command: object
    command_id: UUID
    actor: str
    correlation: UUID
    causation: UUID | None = None

    def envelope(self, now: datetime) -> Envelope:
        """The envelope the command goes to the journal in."""
        return Envelope(
            command_id=self.command_id,
            content=content_of(self.command),
            actor=self.actor,
            correlation=self.correlation,
            causation=self.causation,
            now=now,
        )


def content_of(command: object) -> bytes:
    """The command in canonical bytes: the same wish has the same bytes on another day."""
    return f"{type(command).__name__}{_plain(command)}".encode()


def _plain(value: object) -> object:
    if is_dataclass(value):
        named = (field.name for field in fields(value) if field.name not in NOT_CONTENT)
        return tuple((name, _plain(getattr(value, name))) for name in named)
    if isinstance(value, Mapping):
        return tuple(sorted((str(key), _plain(each)) for key, each in value.items()))
    if isinstance(value, tuple | list):
        return tuple(_plain(each) for each in value)
    return repr(value)


def on_case(case_id: UUID, command: CaseCommand) -> Ask:
    """A command on one case alone."""
    own = case_stream(case_id)

    def decided(states: States) -> Mapping[str, Sequence[Event]]:
        return {own: decide(command, states.of(own, Case))}

    return Ask({own: CASE}, decided)
