"""The office: commands are carried out here, on whichever journal and projections it has."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from engine.asking import Asked
from engine.case.parts import Case
from engine.journal.outcome import Committed, Unknown
from engine.journal.shards import SHARD_COUNT
from engine.journal.store import EventStore
from engine.law.retention import REQUEST_LAW
from engine.loop import Foreseen, Nothing, fold, transact
from engine.ports import Clock, CommitUnknownError, KeyDestroyedError, UnavailableError
from engine.pump import Pump
from engine.refusal import RefusedError
from engine.registration import CASE
from engine.streams import case_stream
from engine.vault import Vault
from gateways.durable.stores import Durable
from gateways.durations import Durations
from gateways.moves import Moves
from gateways.settings import Agency
from gateways.tracing import Silent, Tracing
from projections.agenda import ProjectedAgenda
from projections.reading import Rows
from projections.runner import Runner
from replay.checkpoints import Notary
from replay.standing import Figures

OSLO = ZoneInfo("Europe/Oslo")


class Closer(Protocol):
    """Whatever has to be given back at the end."""

    def close(self) -> None:
        """Give it back."""
        ...


def _nothing() -> None:
    """Memory keeps nothing that would have to go."""


class Holds(Protocol):
    """Which shards are this process's to work on."""

    def held(self) -> Collection[int]:
        """The shards it holds at this moment."""
        ...


class _EveryShard:
    def held(self) -> Collection[int]:
        return range(SHARD_COUNT)


EVERY_SHARD: Holds = _EveryShard()  # nobody else is at work


@dataclass(frozen=True)
class Office:
    """All that a command or a worker needs, wired once."""

    store: EventStore
    runner: Runner
    rows: Rows
    vault: Vault
    clock: Clock
    agency: Agency
    notary: Notary
    moves: Moves
    durable: Durable
    holds: Holds
    closers: tuple[Closer, ...] = ()
    scrub: Callable[[], None] = _nothing  # what was erased leaves the disk's pages
    sweep: Callable[[], None] = _nothing  # rows that count nothing any more go
    figures: Callable[[date], Figures] | None = None  # what is watched; none in memory
    verdicts: Durations = field(default_factory=Durations)  # from the wish to its answer
    tracing: Tracing = field(default_factory=Silent)
    keep_requests_days: int = 30
    keep_deliveries_days: int = 90

    @property
    def today(self) -> date:
        """The date in Oslo."""
        return self.clock.now().astimezone(OSLO).date()

    def carry(self, asked: Asked) -> Committed | Nothing | Foreseen:
        """Have a command decided and written; every projection shows it on return.

        In a trial it is Foreseen, and nothing is written.

        Raises RefusedError when it is not allowed; CommitUnknownError when the journal
        cannot tell yet: the same command may be carried again, and has one effect.
        Refuses: debtor_erased, where it would say something new of one who was forgotten.
        """
        began = perf_counter()
        with self.tracing.span("command") as span:
            span.tell(type(asked.command).__name__, command_id=str(asked.command_id))
            try:
                outcome = transact(self.store, asked.ask, asked.envelope(self.clock.now()))
            except KeyDestroyedError as error:
                raise RefusedError("debtor_erased", law=REQUEST_LAW) from error
            finally:
                self.verdicts.took(perf_counter() - began)
        if isinstance(outcome, Unknown):
            return self._resolved(outcome.commit_id)
        return outcome

    def _resolved(self, commit_id: UUID) -> Committed:
        try:
            resolved = self.store.writer.resolve(commit_id)
        except UnavailableError as error:
            raise CommitUnknownError(commit_id) from error
        if isinstance(resolved, Committed):
            return resolved
        raise CommitUnknownError(commit_id)

    def case(self, case_id: UUID) -> Case:
        """The case as it is now; one that is not registered is empty."""
        return fold(CASE, self.store.read(case_stream(case_id)))

    def mine(self, stream: str) -> bool:
        """Whether the stream is in a shard this process works on, at this moment."""
        return (self.store.shards.shard_of(stream) or 0) in self.holds.held()

    @property
    def pump(self) -> Pump:
        """Asks the sagas what they owe, and has it carried out."""
        return Pump(self.agenda, self.carry)

    @property
    def agenda(self) -> ProjectedAgenda:
        """What may be due; a case that some projection could not take is left out."""
        return ProjectedAgenda(self.rows, self.runner.parked, self.mine)

    def close(self) -> None:
        """Give back connections and servers."""
        for closer in self.closers:
            closer.close()
