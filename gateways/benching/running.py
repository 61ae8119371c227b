"""The benches by name: each a list of rows, measured in turns so that a busy machine is fair."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import mkdtemp
from typing import Final

from gateways.benching import api as serving
from gateways.benching import ceilings, ours, rebuilding, theirs
from gateways.benching.row import Row, row
from gateways.benching.timing import Timing, kept, timed
from gateways.postgres.server import Server

Measure = Callable[[], Timing]

ROUNDS: Final = 3
GROWTH_LEAST: Final = 10_000
AIMS: Final = {1: 2, 8: 4, 64: 10}  # writers, and how many times the library's rate
CASES: Final = (1_000, 10_000, 100_000)
REBUILD_TIMES, REBUILD_SHARE = 20, 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much to do: events in the logs, events the library follows, seconds of a round."""

    events: int = 20_000
    followed: int = 2_000
    seconds: float = 2.0
    cases: int = 10_000
    writers: Sequence[int] = tuple(AIMS)


@dataclass(slots=True)
class Ground:
    """A server of its own in a folder of its own; `told` hears what is being measured."""

    server: Server
    folder: Path
    sizes: Sizes
    told: Callable[[str], None]
    made: int = 0
    seeded: dict[tuple[int, str], tuple[str, int]] = field(default_factory=dict)

    def database(self) -> str:
        """The address of a new, empty database."""
        self.made += 1
        return self.server.ensure_database(f"bench_{self.made}")

    def log_of(self, events_count: int, models: str = "") -> tuple[str, int]:
        """A database with a log of about that many events and its index, and their count.

        One for each kind of read models, which the first rebuild makes.
        """
        wanted = events_count, models
        if wanted not in self.seeded:
            self.told(f"writing a log of {events_count} events, and its index")
            dsn = self.database()
            self.seeded[wanted] = dsn, ours.seed(dsn, events_count)
        return self.seeded[wanted]


@contextmanager
def ground(within: Path, sizes: Sizes, told: Callable[[str], None]) -> Iterator[Ground]:
    """A server in a new folder `within`, on the disk that is to be measured; gone afterwards.

    Raises ServerError when there is no PostgreSQL to be had.
    """
    within.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix="bench-", dir=within))
    try:
        with Server.start(folder / "pg") as server:
            yield Ground(server, folder, sizes, told)
    finally:
        rmtree(folder, ignore_errors=True)


def append(place: Ground) -> Iterator[Row]:
    """Durable appends with 1, 8 and 64 writers, balance and timeline moving with ours."""
    seconds = place.sizes.seconds / ROUNDS
    hashes = ceilings.hashes_per_second(seconds)
    with ours.opened(place.database()) as journal, theirs.opened(place.database()) as library:
        for writers in place.sizes.writers:
            place.told(f"appending with {writers} writers")
            mine, others, flushes = in_turns(
                partial(kept, partial(timed, writers, seconds, journal.appending)),
                partial(timed, writers, seconds, theirs.appending(library)),
                partial(ceilings.flushes, place.folder, seconds / 4),
            )
            ceiling = min(flushes.per_second * writers, hashes)
            yield from _append_rows(writers, mine, others, ceiling)


def every(place: Ground) -> Iterator[Row]:
    """The same append with every read model of the agency, not only balance and timeline."""
    writers = place.sizes.writers[-1]
    place.told(f"appending with every read model, {writers} writers")
    with ours.opened(place.database(), every_model=True) as journal:
        rate = kept(partial(timed, writers, place.sizes.seconds, journal.appending)).per_second
    yield row(f"append, {writers} writers, every read model", "events/s", rate)


def visible(place: Ground) -> Iterator[Row]:
    """From asking to save until the balance is read: ours at once, theirs when it has come."""
    place.told("saving, and reading what was saved")
    seconds = place.sizes.seconds / ROUNDS
    recorded = place.database()
    with (
        ours.opened(place.database()) as journal,
        theirs.following(recorded) as runner,
    ):
        mine, others = in_turns(
            lambda: timed(1, seconds, lambda _worker: journal.saving()),
            lambda: timed(1, seconds, lambda _worker: theirs.saving(runner)),
        )
    flush = ceilings.flushes(place.folder, seconds).p50_ms
    yield row(
        "save to visible, p50", "ms", mine.p50_ms, others.p50_ms, flush, better="less", times=1
    )
    yield row(
        "save to visible, p99", "ms", mine.p99_ms, others.p99_ms, flush, better="less", times=1
    )


def rebuild(place: Ground) -> Iterator[Row]:
    """The read models made beside those there are, the index too, and the memory it takes."""
    dsn, count = place.log_of(place.sizes.events)
    every, _ = place.log_of(place.sizes.events, "every read model")
    recorded = place.database()
    with theirs.opened(recorded) as library:
        place.told(f"recording {place.sizes.followed} events for the library's runner")
        followed = theirs.seed(library, place.sizes.followed)
    place.told("the library's runner follows them")
    stock = rebuilding.alone(rebuilding.follow_theirs, recorded, followed)
    rate = followed / stock.seconds
    live = partial(rebuilding.rebuild_ours, dsn, False)  # noqa: FBT003 - called by place
    for work, make, whole in (
        ("rebuild balance and timeline", live, False),
        ("rebuild and compare them", live, False),
        ("rebuild events, heads and them", partial(rebuilding.rebuild_all, dsn), True),
        ("rebuild every read model", partial(rebuilding.rebuild_ours, every, True), False),  # noqa: FBT003 - as above
    ):
        told = f"{work}, {count} events"
        place.told(told)
        mine = rebuilding.alone(make)
        within = every if make.args[0] == every else dsn
        models = ours.folds(within == every)[0]
        bare = count / ceilings.copy_seconds(within, models, whole=whole)
        speeds = count / mine.seconds, rate, bare
        yield row(told, "events/s", *speeds, times=REBUILD_TIMES, share=REBUILD_SHARE)
        memory = mine.memory_mib, stock.memory_mib
        yield row(f"memory to {told}", "MiB", *memory, better="less")


def growth(place: Ground) -> Iterator[Row]:
    """How append, rebuild and memory change with the length of the log."""
    lengths = [GROWTH_LEAST * 10**power for power in range(6)]
    most = place.sizes.events
    for length in sorted({min(each, most) for each in lengths if each <= most} | {most}):
        dsn, count = place.log_of(length)
        place.told(f"growth: {count} events")
        made = rebuilding.alone(rebuilding.rebuild_ours, dsn, False)  # noqa: FBT003 - called by place
        with ours.opened(dsn) as journal:
            took = kept(partial(timed, 8, place.sizes.seconds, journal.appending))
        yield row(f"rebuild after {count} events", "events/s", count / made.seconds)
        yield row(f"memory to rebuild {count} events", "MiB", made.memory_mib)
        yield row(f"append, 8 writers, after {count} events", "events/s", took.per_second)
        yield row(f"append, 8 writers, p99, after {count} events", "ms", took.p99_ms)


def during(place: Ground) -> Iterator[Row]:
    """What commands and reads take while the read models are made again, and without that."""
    dsn, count = place.log_of(place.sizes.events)
    rebuilding.alone(rebuilding.rebuild_ours, dsn, False)  # noqa: FBT003 - called by place
    told = f"during a rebuild of {count} events"
    with ours.opened(dsn) as journal, rebuilding.beginning(dsn) as rebuild:
        place.told("commands and reads")
        apart = _at_once(journal, place.sizes.seconds, lambda: False)
        place.told(f"commands and reads {told}")
        going = rebuild()
        together = _at_once(journal, place.sizes.seconds, lambda: not going.done())
        seconds = going.result().seconds
    for when, (appends, reads) in (("without a rebuild", apart), (told, together)):
        yield row(f"append, 8 writers, {when}", "events/s", appends.per_second)
        yield row(f"append, 8 writers, p50, {when}", "ms", appends.p50_ms)
        yield row(f"append, 8 writers, p99, {when}", "ms", appends.p99_ms)
        yield row(f"read a balance, p50, {when}", "ms", reads.p50_ms)
        yield row(f"read a balance, p99, {when}", "ms", reads.p99_ms)
    yield row(f"the rebuild beside these of {count} events", "events/s", count / seconds)


def _at_once(
    journal: ours.Ours, seconds: float, going: Callable[[], bool]
) -> tuple[Timing, Timing]:
    with ThreadPoolExecutor(2) as threads:
        appends = threads.submit(timed, 8, seconds, journal.appending, going)
        reads = threads.submit(timed, 1, seconds, journal.reading, going)
        return appends.result(), reads.result()


def api(place: Ground) -> Iterator[Row]:
    """Requests of many clients to one `serve`, over more and more cases."""
    most = place.sizes.cases
    for cases in sorted({each for each in CASES if each <= most} | {most}):
        place.told(f"making {cases} cases, and serving them")
        dsns = place.database(), place.database()
        folder = place.folder / f"api-{cases}"
        folder.mkdir()
        yield from serving.measured(dsns, folder, cases, place.sizes.seconds)


BENCHES: Final[dict[str, Callable[[Ground], Iterator[Row]]]] = {
    "append": append,
    "every": every,
    "visible": visible,
    "rebuild": rebuild,
    "growth": growth,
    "during": during,
    "api": api,
}


def in_turns(*measures: Measure) -> list[Timing]:
    """The medians of some rounds in which each is measured once."""
    rounds = [[measure() for measure in measures] for _ in range(ROUNDS)]
    return [_median(taken) for taken in zip(*rounds, strict=True)]


def _median(taken: Sequence[Timing]) -> Timing:
    return Timing(
        median(each.per_second for each in taken),
        median(each.p50_ms for each in taken),
        median(each.p99_ms for each in taken),
    )


def _append_rows(writers: int, mine: Timing, others: Timing, ceiling: float) -> Iterator[Row]:
    who = f"append, {writers} writer{'s' * (writers > 1)}"
    rates = mine.per_second, others.per_second, ceiling
    yield row(who, "events/s", *rates, times=AIMS.get(writers))
    yield row(f"{who}, p50", "ms", mine.p50_ms, others.p50_ms, better="less")
    yield row(f"{who}, p99", "ms", mine.p99_ms, others.p99_ms, better="less", times=1)
