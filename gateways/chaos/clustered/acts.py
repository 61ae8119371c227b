"""The last acts: what ends the life of a log, after its history has been looked at."""

# Each must be seen by the workers and told in `status`, and nobody may be told ok any more:
# the index keeps what it has, and never goes on over another history.

import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from engine.ports import UnavailableError
from gateways.chaos.clustered import cutting
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.crew import WORKERS, WRITERS, Crew
from gateways.chaos.clustered.field import Field, patiently, until
from gateways.chaos.clustered.looking import opened
from gateways.chaos.clustered.part import SHARDS
from gateways.chaos.history import Operation
from gateways.kafka.failures import TopicError
from gateways.kafka.library import UNCLEAN, Admin, KafkaError, administration
from gateways.kafka.log import KafkaLog
from gateways.kafka.topic import create, is_there
from projections.index import Halt
from replay.standing import Standing, standing

LOST_LEAST: Final = 20  # records of the first shard that only the leader's side has
STEP_SECONDS: Final = 30.0
HALT_SECONDS: Final = 60.0
WRITING_SECONDS: Final = 3.0
TRIED_LEAST: Final = 20  # operations that writers begin before it counts that none was told ok
LOST: Final = "the log has lost or changed a record"
ANOTHER: Final = "the index was made from another log"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that ends a log, what was to come of it, what came, and what was wrong then."""

    name: str
    expected: str
    seen: str
    wrong: list[str]


@dataclass(frozen=True, slots=True)
class _Place:
    """How far the index of a shard had come, and where its log ended."""

    next_offset: int
    nid: int
    end: int


def last_acts(field: Field) -> Iterator[Act]:
    """Play them, one after another, with workers and writers that go on throughout."""
    crew = Crew(field.part, field.crew.folder.parent / "told-last", field.crew.dsn)
    field = replace(field, crew=crew)
    crew.start_all("worker", WORKERS)
    crew.start_all("writer", WRITERS)
    try:
        field.wait_for_service(range(SHARDS), STEP_SECONDS, LOST_LEAST)
        yield _shortened(field)
        yield _partition_added(field)
        yield _made_anew(field)
    finally:
        crew.kill_all()
        field.heal()


def _shortened(field: Field) -> Act:
    """A copy that is behind is chosen to lead, and the others cut theirs to be like it."""
    name = "a leader chosen that lacks the last records (unclean election)"
    expected = f"every worker halts ({LOST}), status tells where, nobody is told ok"
    behind = next(n for n in range(1, 4) if n != field.leader(0))
    failed = _elected(field, behind)
    field.network.heal()
    if failed is not None:
        return Act(name=name, expected=expected, seen=failed, wrong=[f"{name}: {failed}"])
    before = patiently(lambda: _places(field))
    lost = {shard: place.next_offset - place.end for shard, place in before.items()}
    seen = f"records lost by shard: {lost}; "
    return _reacted(field, name, expected, (seen, before, LOST))


def _elected(field: Field, behind: int) -> str | None:
    """Have the broker that is behind lead the first shard; what could not be done, if any."""
    others = {node.number for node in field.cluster.nodes} - {behind}
    field.network.cut(cutting.retired({behind}))
    if not until(lambda: field.led(0).in_sync < len(field.cluster.nodes), STEP_SECONDS):
        return "the copy that was cut off stayed in sync"
    reached = _next_offset(field)
    if not until(lambda: _next_offset(field) > reached + LOST_LEAST, STEP_SECONDS):
        return "nothing was written meanwhile"
    for n in range(WRITERS):
        field.crew.remove(f"writer-{n}")
    field.network.cut(cutting.retired(others | {behind}))
    if not until(lambda: field.led(0).leader <= 0, STEP_SECONDS):  # nobody is left to tell
        return "the brokers were not missed"
    field.network.cut(cutting.retired(others))

    def chosen() -> bool:
        topic, numbers = field.part.topic, list(range(SHARDS))
        _administer(field, lambda admin: admin.elect_leaders(UNCLEAN, {topic: numbers}))
        return field.led(0).leader == behind

    return None if until(chosen, STEP_SECONDS) else "the copy that is behind was not chosen"


def _partition_added(field: Field) -> Act:
    name = "a partition added to the topic"
    expected = "whoever starts refuses, naming the number of partitions"
    topic = field.part.topic
    _administer(field, lambda admin: admin.create_partitions({topic: SHARDS + 1}))
    seen = _refusal(field)
    right = "number of partitions" in seen
    return Act(name=name, expected=expected, seen=seen, wrong=[] if right else [f"{name}: {seen}"])


def _made_anew(field: Field) -> Act:
    name = "the topic deleted, and made anew under its name"
    expected = f"every worker halts ({ANOTHER}), status tells where, nobody is told ok"
    access = field.part.access
    before = patiently(lambda: _places(field, anew=True))
    _administer(field, lambda admin: admin.delete_topics([access.topic]))
    until(lambda: not patiently(lambda: is_there(access)), STEP_SECONDS)

    def made() -> bool:
        with suppress(UnavailableError):
            create(access)
            return True
        return False

    until(made, STEP_SECONDS)
    return _reacted(field, name, expected, ("", before, ANOTHER))


def _reacted(
    field: Field, name: str, expected: str, given: tuple[str, dict[int, _Place], str]
) -> Act:
    """Have writers write, and then see that all stands still for the right reason."""
    told, before, reason = given
    halting = {shard for shard, place in before.items() if place.end < place.next_offset}
    folder = field.crew.folder.with_name(f"{field.crew.folder.name}-{len(name)}")
    writers = Crew(field.part, folder, field.crew.dsn)
    writers.start_all("writer", WRITERS)
    begun = time.monotonic()
    try:
        until(lambda: all(_halted(field, shard, reason) for shard in halting), HALT_SECONDS)
        seconds = time.monotonic() - begun
        for n in range(WORKERS):  # one that starts only now has to see it as well
            field.crew.kill(f"worker-{n}")
        until(lambda: len(_tried(folder, halting)) >= TRIED_LEAST, STEP_SECONDS)
        time.sleep(WRITING_SECONDS)
    finally:
        writers.kill_all()
    stands, tried = patiently(lambda: _standing(field)), _tried(folder, halting)
    ok = [op for op in tried if op.outcome == "ok"]
    wrong = [f"{name}: {len(ok)} operations were told ok afterwards"] * bool(ok)
    wrong += [f"{name}: no writer tried anything afterwards"] * (not tried)
    for shard in sorted(halting):
        stand, place = stands[shard], before[shard]
        if stand.halt is None or stand.halt.reason != reason:
            wrong.append(f"{name}: shard {shard} is told as {_words(stand.halt)}")
        if (stand.next_offset, stand.events) != (place.next_offset, place.nid):
            wrong.append(f"{name}: the index of shard {shard} went on over another history")
    halts = "; ".join(f"shard {s}: {_words(stand.halt)}" for s, stand in stands.items())
    seen = f"{told}{halts}; within {seconds:.0f} s; of {len(tried)} operations told ok: {len(ok)}"
    return Act(name=name, expected=expected, seen=seen, wrong=wrong)


def _tried(folder: Path, shards: set[int]) -> list[Operation]:
    """What writers have begun in these shards."""
    return [op for op in parts.read(folder).operations if op.shard in shards]


def _words(halt: Halt | None) -> str:
    return "going on" if halt is None else f"halted at offset {halt.offset}, {halt.reason}"


def _halted(field: Field, shard: int, reason: str) -> bool:
    with suppress(UnavailableError):
        halt = field.index.meta(shard).halt
        return halt is not None and halt.reason == reason
    return False


def _standing(field: Field) -> dict[int, Standing]:
    """What `status` tells of each shard."""
    with opened(field.part) as (log, index, _):
        return {shard: standing(log, index, shard) for shard in range(SHARDS)}


def _places(field: Field, *, anew: bool = False) -> dict[int, _Place]:
    ends = dict.fromkeys(range(SHARDS), 0)  # of a topic that is made `anew`
    if not anew:
        with closing(KafkaLog.open(field.part.access)) as log:
            ends = {shard: log.end(shard) for shard in range(SHARDS)}
    metas = {shard: field.index.meta(shard) for shard in range(SHARDS)}
    return {s: _Place(meta.next_offset, meta.nid, ends[s]) for s, meta in metas.items()}


def _next_offset(field: Field) -> int:
    with suppress(UnavailableError):
        return field.index.meta(0).next_offset
    return 0


def _refusal(field: Field) -> str:
    found: list[str] = []

    def refused() -> bool:
        try:
            KafkaLog.open(field.part.access).close()
        except TopicError as error:
            found[:] = [str(error)]
            return True
        except UnavailableError:
            return False
        return False

    until(refused, STEP_SECONDS)
    return found[0] if found else "it was taken"


def _administer(field: Field, order: Callable[[Admin], object]) -> None:
    """Give the order, if it can be given."""
    with (
        suppress(KafkaError, OSError),
        closing(administration(field.part.access.administering())) as admin,
    ):
        order(admin)
