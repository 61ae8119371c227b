"""What is judged ahead of its turn is as if it had been judged in its turn, on every adapter."""

from collections.abc import Sequence

import pytest

from engine.journal.commit import Line, write_line
from engine.journal.outcome import Committed, Conflict
from engine.journal.recorded import Recorded
from engine.ports import Head
from projections import remembering
from projections.projection import Key, Table
from tests.contracts.world import Counted, Total, World


class Shared:
    """One row for all streams that end alike, whoever began it."""

    table: Table[Total] = Table("shared", ("stream",), Total)

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        return [(recorded.stream.partition("-")[2],)]

    def evolve(self, row: Total | None, recorded: Recorded, key: Key) -> Total | None:
        row = row or Total(str(key[0]), 0, 0)
        assert isinstance(recorded.event, Counted)
        return Total(row.stream, row.amount + recorded.event.amount, row.count + 1)


class Odd(Shared):
    """Its row is there while the streams that end alike have an odd number of events."""

    table: Table[Total] = Table("odd", ("stream",), Total)

    def evolve(self, row: Total | None, recorded: Recorded, key: Key) -> Total | None:
        del recorded
        return None if row else Total(str(key[0]), 1, 1)


def line_on(world: World, stream: str, head: Head | None, amount: int) -> Line:
    """A line as the store would write it, sent nowhere."""
    changes = {stream: [Counted(amount=amount)]}
    return write_line(world.store._commit(changes, {stream: head}, world.envelope()))  # noqa: SLF001 - as the store writes it


def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the runner remember nothing beyond a batch."""
    monkeypatch.setattr(remembering, "HEADS_MAX", 0)
    monkeypatch.setattr(remembering, "ROWS_MAX", 0)


def test_a_stream_that_is_there_is_never_begun_again_by_one_who_has_forgotten_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful(monkeypatch)
    world.add("counter-1", 1)
    world.add("counter-2", 2)
    late = line_on(world, "counter-1", None, 4)

    assert world.store.writer.append(late) == Conflict(late.commit.commit_id, "version_conflict")
    assert [event.version for event in world.store.read("counter-1").events] == [1]


def test_a_row_that_another_stream_began_is_never_begun_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful(monkeypatch)
    shared = Shared()
    world.restart([shared])
    world.start()
    for stream in ("a-1", "b-2", "b-1", "c-1", "c-2", "a-1"):
        assert isinstance(world.add(stream, 1), Committed)

    row = world.rows.get(shared.table, ("1",))
    assert row is not None
    assert row.count == 4


def test_a_row_taken_to_be_new_that_is_gone_again_is_looked_for_after_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    forgetful(monkeypatch)
    odd = Odd()
    world.restart([odd])
    world.start()
    world.add("a-1", 1)
    world.add("b-1", 1, 1)
    assert world.rows.get(odd.table, ("1",)) is not None

    new = line_on(world, "c-1", None, 1)
    old = line_on(world, "b-1", world.store.read("b-1").head, 1)
    for line in (new, old):
        world.runner.gather(line)
    world.runner.cut(0)
    assert [verdict.stands for verdict in world.runner.submit(0, [new, old])] == [True, True]
    assert world.rows.get(odd.table, ("1",)) is not None


def test_what_was_gathered_behind_a_batch_that_was_never_written_is_judged_anew(
    world: World,
) -> None:
    first = world.runner
    world.add("counter-1", 1)
    head = world.store.read("counter-1").head
    mine = line_on(world, "counter-1", head, 2)
    behind = line_on(world, "counter-1", Head(2, mine.hash), 3)
    first.gather(mine)
    first.cut(0)
    first.gather(behind)
    first.cut(0)
    world.restart()
    world.start().add("counter-1", 9)

    (verdict,) = first.submit(0, [mine])
    (next_verdict,) = first.submit(0, [behind])
    assert (verdict.stands, next_verdict.stands) == (False, False)
    amounts = [event.event for event in world.store.read("counter-1").events]
    assert amounts == [Counted(amount=1), Counted(amount=9)]


def test_lines_that_were_gathered_and_never_sent_leave_no_trace(world: World) -> None:
    world.add("counter-1", 1)
    lost = line_on(world, "counter-1", world.store.read("counter-1").head, 2)
    world.runner.gather(lost)

    assert isinstance(world.add("counter-1", 5), Committed)
    row = world.rows.get(world.projections[0].table, ("counter-1",))
    assert row is not None
    assert row.amount == 6
