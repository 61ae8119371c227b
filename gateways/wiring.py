"""Where everybody meets: an office in memory, or on PostgreSQL."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from engine.journal.recorded import Decode
from engine.journal.shards import Named, in_use
from engine.journal.store import EventStore
from engine.journal.writer import Submitter, Writer
from engine.ports import Clock, HaltedError, Ids, Index, Log
from engine.vault import Vault
from events import registry
from gateways.appending import Appending, Sharing
from gateways.ids import SystemClock, SystemIds, pause
from gateways.memory import durable
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from gateways.office import EVERY_SHARD, Closer, Holds, Office
from gateways.settings import Agency, Settings
from gateways.stores import addresses, open_database, open_log, opener
from gateways.tailing import Tailing
from gateways.tracing import tracing_of
from projections import all_projections
from projections.filling import Tell
from projections.projection import AnyProjection
from projections.runner import Apart, Runner
from replay.checkpoints import Notary
from replay.standing import figures

if TYPE_CHECKING:  # a process that needs no database does not load its driver
    from gateways.postgres.database import Database


class SimulatedClock:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        """The instant it was put at."""
        return self.at


def in_memory(clock: Clock, agency: Agency, ids: Ids | None = None) -> Office:
    """An office that forgets everything at the end: for simulation and tests."""
    log = MemoryLog()
    index = MemoryIndex(log)
    keys = MemoryKeys()
    vault = Vault(keys)
    runner = Runner(log, index, all_projections(vault), registry.decode, together=index)
    runner.start()
    store = _store(index, runner, vault, ids or SystemIds())
    rows, beside = MemoryRows(index), durable.in_memory()
    notary, moves = Notary(keys, beside.checkpoints), index.moves
    return Office(store, runner, rows, vault, clock, agency, notary, moves, beside, EVERY_SHARD)


@dataclass(frozen=True, slots=True)
class AtWork:
    """An office that takes a share of the shards. `failed` is told what kept one from going on."""

    worker: str
    failed: Callable[[Exception], None]


def on_postgres(
    settings: Settings,
    clock: Clock | None = None,
    at_work: AtWork | None = None,
    tell: Tell | None = None,
) -> Office:
    """An office on the database of the settings, or on the embedded server in their data folder.

    Its log is there too, or in the Kafka that the settings name.
    One that is `at_work` applies what comes to the shards it holds. The others leave a log
    that is not the index too to those at work, and learn from the index what became of it;
    a shard nobody works on they do themselves. `tell` hears how far read models are that a new
    release fills first.
    Raises ServerError or UnavailableError when there is no database, or no cluster, to be had.
    """
    with ExitStack() as opened:
        office = _opened(settings, clock or SystemClock(), at_work, tell, opened)
        return replace(office, closers=(opened.pop_all(),))


def _opened(
    settings: Settings, clock: Clock, at_work: AtWork | None, tell: Tell | None, opened: ExitStack
) -> Office:
    from gateways.postgres.durable import on_postgres as durable_on  # noqa: PLC0415 - slow to load
    from gateways.postgres.holding import Unheld  # noqa: PLC0415 - as above
    from gateways.postgres.keys import open_keys  # noqa: PLC0415 - as above
    from gateways.postgres.listening import Listening  # noqa: PLC0415 - as above
    from gateways.postgres.reading import PostgresRows  # noqa: PLC0415 - as above
    from gateways.postgres.scrubbing import scrub  # noqa: PLC0415 - as above
    from gateways.postgres.sweeping import sweep  # noqa: PLC0415 - as above

    dsn, keys_dsn = opened.enter_context(addresses(settings))
    tracing = opened.enter_context(closing(tracing_of(settings.otlp_endpoint)))
    database = opened.enter_context(closing(open_database(settings, dsn)))
    keys = opened.enter_context(closing(open_keys(keys_dsn)))
    stores = opened.enter_context(closing(open_log(settings, database)))
    log, index, together = stores.log, stores.index, stores.together
    listening = opened.enter_context(closing(Listening(database)))
    vault, beside, rows = Vault(keys), durable_on(database), PostgresRows(database)
    projections = all_projections(vault)
    runner = Runner(log, index, projections, registry.decode, together=together)
    appending = Appending(log, index, listening.moves) if together is None else None
    unheld = None if appending is None or at_work else Unheld(database, lambda: in_use(index))
    wanted = [projection.table for projection in projections]
    index.prepare(wanted)
    if unheld is None or unheld.held() or index.lacking(wanted):
        _start(runner, index, at_work, tell, apart(settings, dsn, keys_dsn))
    part = _part(at_work, database, (log, index, runner), appending, unheld)
    for each in reversed(part.closers):
        opened.callback(each.close)
    return Office(
        _store(index, part.submitter, vault, SystemIds()),
        runner,
        rows,
        vault,
        clock,
        settings.agency,
        Notary(keys, beside.checkpoints),
        listening.moves,
        beside,
        part.holds,
        scrub=partial(_scrub, runner, partial(scrub, database, keys)),
        sweep=partial(sweep, database),
        figures=lambda today: figures(log, index, rows, in_use(index), today),
        tracing=tracing,
        keep_requests_days=settings.keep_requests_days,
        keep_deliveries_days=settings.keep_deliveries_days,
    )


def _scrub(runner: Runner, pages: Callable[[], None]) -> None:
    """What was erased leaves the tables kept from the last rebuild, and then the pages of all."""
    runner.filling().keep_up()
    pages()


def _start(
    runner: Runner, index: Index, at_work: AtWork | None, tell: Tell | None, several: Apart
) -> None:
    """Come to the end of every shard in use; one that stands still does not keep the others back.

    Raises HaltedError when it is the first, and nobody is at work who would wait for it.
    """
    halted: HaltedError | None = None
    try:
        runner.start(in_use(index), tell, several)
    except HaltedError as error:
        halted = error
    for shard in in_use(index):  # those that were opened in what has just been read, too
        with suppress(HaltedError):
            runner.catch_up(shard)
    if halted is not None and at_work is None and halted.shard == 0:
        raise halted


@dataclass(frozen=True, slots=True)
class _Part:
    """What a process has to do with the shards: who appends, which it holds, what to end."""

    submitter: Submitter
    holds: Holds
    closers: tuple[Closer, ...] = ()


def _part(
    at_work: AtWork | None,
    database: "Database",
    applied: tuple[Log, Index, Runner],
    appending: Appending | None,
    unheld: Holds | None,
) -> _Part:
    from gateways.postgres.holding import Holding  # noqa: PLC0415 - psycopg takes its time

    log, index, runner = applied
    if at_work is None:
        if appending is None or unheld is None:
            return _Part(runner, EVERY_SHARD)
        return _Part(Sharing(unheld, runner, appending), EVERY_SHARD)
    holding = Holding(database, lambda: in_use(index), at_work.worker)
    holding.begin()
    if appending is None:
        return _Part(runner, holding, (holding,))
    tailing = Tailing(log, runner, holding, at_work.failed)
    tailing.begin()
    return _Part(Sharing(holding, runner, appending), holding, (tailing, holding))


def apart(settings: Settings, dsn: str, keys_dsn: str) -> Apart:
    """The processes that make a long log's index and read models again."""
    from gateways.postgres.lanes import Lanes  # noqa: PLC0415 - as above
    from gateways.postgres.spreading import Processes  # noqa: PLC0415 - as above

    folds = partial(folds_of, keys_dsn)
    return Apart(Lanes(dsn, opener(settings, dsn)), Processes(dsn, folds))


def folds_of(keys_dsn: str) -> tuple[Sequence[AnyProjection], Decode]:
    """Every projection, and how events are read, for a process that only folds."""
    from gateways.postgres.keys import open_keys  # noqa: PLC0415 - as above

    return all_projections(Vault(open_keys(keys_dsn))), registry.decode


def _store(index: Index, submitter: Submitter, vault: Vault, ids: Ids) -> EventStore:
    return EventStore(
        index=index,
        writer=Writer(submitter, pause),
        vault=vault,
        ids=ids,
        decode=registry.decode,
        shards=Named(),
    )
