"""A record may be sent while the one before it is applied; the log alone says what stands."""

import pytest

from engine.journal.commit import Line, write_line
from engine.ports import Head, OutcomeUnknownError, UnavailableError
from projections.index import Batch
from projections.remembering import Sent
from tests.contracts.world import Counted, World

# Where log and index are one, a record is written together with what follows from it.
APART = (
    "memory-apart",
    pytest.param("postgres-apart", marks=pytest.mark.postgres),
    pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.postgres]),
    pytest.param("kafka-faster", marks=[pytest.mark.kafka, pytest.mark.postgres]),
)
pytestmark = pytest.mark.parametrize("unstarted", APART, indirect=True)


def line_on(world: World, stream: str, head: Head | None, amount: int, command: str = "") -> Line:
    """A line as the store would write it, sent nowhere."""
    changes = {stream: [Counted(amount=amount)]}
    return write_line(world.store._commit(changes, {stream: head}, world.envelope(command)))  # noqa: SLF001 - as the store writes it


def sent(world: World, line: Line) -> Sent:
    """The line alone in a record, as a writer sends it."""
    world.runner.gather(line)
    world.runner.cut(0)
    return world.runner.send(0, [line])


def stands(world: World, record: Sent) -> bool:
    """The verdict on what was sent."""
    (decided,) = world.runner.settle(record, 0) or ()
    return decided.stands


def pair(world: World, command: str = "") -> tuple[Line, Line]:
    """Two lines on one stream, the second built on the first."""
    world.add("counter-1", 1, envelope=world.envelope("begin"))
    mine = line_on(world, "counter-1", world.store.read("counter-1").head, 2, command)
    return mine, line_on(world, "counter-1", Head(2, mine.hash), 3)


def amounts(world: World) -> list[int]:
    events = [recorded.event for recorded in world.store.read("counter-1").events]
    return [event.amount for event in events if isinstance(event, Counted)]


def total(world: World) -> int:
    """What the read model says."""
    row = world.rows.get(world.projections[0].table, ("counter-1",))
    assert row is not None
    return int(row.amount)


def test_what_is_sent_behind_a_record_is_applied_behind_it(world: World) -> None:
    mine, behind = pair(world)
    first = sent(world, mine)
    second = sent(world, behind)

    assert world.log.end(0) == 3
    assert amounts(world) == [1]
    assert (stands(world, first), amounts(world)) == (True, [1, 2])
    assert (stands(world, second), amounts(world)) == (True, [1, 2, 3])
    assert total(world) == 6


def test_a_foreign_record_between_two_of_ours_voids_what_was_guessed(world: World) -> None:
    mine, behind = pair(world)
    foreign = line_on(world, "counter-1", Head(2, mine.hash), 40)
    first = sent(world, mine)
    world.log.append(0, foreign.raw)
    second = sent(world, behind)

    assert (stands(world, first), stands(world, second)) == (True, False)
    assert amounts(world) == [1, 2, 40]
    assert total(world) == 43


def test_a_record_behind_one_that_the_log_finds_void_is_void_too(world: World) -> None:
    mine, behind = pair(world, command="begin")  # was carried out already: only the index knows
    first = sent(world, mine)
    second = sent(world, behind)

    assert (stands(world, first), stands(world, second)) == (False, False)
    assert amounts(world) == [1]
    assert total(world) == 1


def test_a_record_that_is_void_before_the_one_behind_it_is_in_the_log(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, behind = pair(world, command="begin")
    first = sent(world, mine)
    verdicts: list[bool] = []
    append = world.log.append

    def late(shard: int, record: bytes) -> int:
        verdicts.append(stands(world, first))
        return append(shard, record)

    monkeypatch.setattr(world.log, "append", late)
    second = sent(world, behind)

    assert (verdicts, stands(world, second)) == ([False], False)
    assert amounts(world) == [1]
    assert total(world) == 1


def test_a_lost_acknowledgement_of_the_second_leaves_the_first_as_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, behind = pair(world)
    first = sent(world, mine)
    append = world.log.append

    def unheard(shard: int, record: bytes) -> int:
        append(shard, record)
        raise OutcomeUnknownError("the acknowledgement was lost")

    with monkeypatch.context() as lossy:
        lossy.setattr(world.log, "append", unheard)
        with pytest.raises(OutcomeUnknownError):
            sent(world, behind)

    assert stands(world, first)
    (again,) = world.runner.submit(0, [behind])
    assert again.stands
    assert amounts(world) == [1, 2, 3]
    assert total(world) == 6


def test_a_first_that_cannot_be_applied_is_read_from_the_log_with_the_second(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, behind = pair(world)
    first = sent(world, mine)
    second = sent(world, behind)

    def gone(batch: Batch) -> bool:
        del batch
        raise UnavailableError("the index is gone")

    with monkeypatch.context() as away:
        away.setattr(world.index, "apply", gone)
        with pytest.raises(OutcomeUnknownError):
            world.runner.settle(first, 0)
    assert amounts(world) == [1]

    assert stands(world, second)
    (again,) = world.runner.submit(0, [mine])
    assert again.stands
    assert amounts(world) == [1, 2, 3]
    assert total(world) == 6


def test_a_process_that_dies_between_leaves_both_to_the_next(world: World) -> None:
    mine, behind = pair(world)
    sent(world, mine)
    sent(world, behind)
    world.restart()
    world.start()

    assert amounts(world) == [1, 2, 3]
    assert total(world) == 6
    ids = [line.commit.commit_id for line in (mine, behind)]
    assert [world.index.decided(ids)[each].stands for each in ids] == [True, True]


def test_what_somebody_reads_in_between_is_not_applied_twice(world: World) -> None:
    mine, behind = pair(world)
    first = sent(world, mine)
    second = sent(world, behind)
    assert world.runner.catch_up(0) == 3

    assert (stands(world, first), stands(world, second)) == (True, True)
    assert amounts(world) == [1, 2, 3]
    assert total(world) == 6
