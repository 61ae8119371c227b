"""The writer: who comes together shares a record, and nobody is told what is not so."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from time import monotonic, sleep
from uuid import UUID, uuid5

import pytest

from engine.journal.commit import Line
from engine.journal.outcome import Committed, Unknown
from engine.journal.writer import SENDS_MAX, Writer, _Turn
from engine.ports import Decided, HaltedError, OutcomeUnknownError, UnavailableError
from tests.engine.journal.test_verdict import line, part

MILLISECONDS: list[int] = []


class Records:
    """Takes every line as standing, and remembers the records; `failures` come first."""

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self.records: list[list[bytes]] = []
        self.failures = list(failures)
        self.entered = Event()
        self.may_go = Event()
        self.may_go.set()
        self.lock = Lock()
        self.held: dict[UUID, Decided] = {}
        self.gathered: list[bytes] = []
        self.cuts: list[int] = []

    def gather(self, line: Line) -> None:
        """Note who came, in their order."""
        self.gathered.append(line.raw)

    def cut(self, shard: int) -> None:
        """Note where a record ends."""
        assert shard == 0
        self.cuts.append(len(self.gathered))

    def submit(
        self, shard: int, lines: Sequence[Line], sent: Callable[[], None]
    ) -> Sequence[Decided]:
        del sent
        assert self.lock.acquire(blocking=False), "two flushes at once"
        try:
            self.entered.set()
            self.may_go.wait(10)
            self.records.append([each.raw for each in lines])
            if self.failures:
                raise self.failures.pop(0)
            return [self._decide(shard, each) for each in lines]
        finally:
            self.lock.release()

    def decided(self, commit_ids: Sequence[UUID]) -> Sequence[Decided]:
        return [self.held[each] for each in commit_ids if each in self.held]

    def _decide(self, shard: int, each: Line) -> Decided:
        ids = each.commit.commit_id, each.commit.command_id
        verdict = Decided(*ids, "mac", shard, len(self.records), True, "stands", 1, 1, "")  # noqa: FBT003 - by place
        self.held[each.commit.commit_id] = verdict
        return verdict


def a_writer(records: Records) -> Writer:
    return Writer(records, MILLISECONDS.append)


class Ahead(Records):
    """Lets the next record be submitted before it answers."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go.clear()
        self.may_send = Event()

    def submit(
        self, shard: int, lines: Sequence[Line], sent: Callable[[], None]
    ) -> Sequence[Decided]:
        assert self.may_send.wait(10)
        sent()
        sent()  # asked for twice, and passed on once
        self.records.append([each.raw for each in lines])
        assert self.may_go.wait(10)
        return [self._decide(shard, each) for each in lines]


def until(holds: Callable[[], bool]) -> None:
    """Wait for another thread, which gives no other sign."""
    given_up = monotonic() + 10
    while not holds():
        assert monotonic() < given_up
        sleep(0.001)


def test_the_next_record_goes_before_the_one_before_it_is_applied_when_as_many_have_gathered() -> (
    None
):
    records = Ahead()
    writer = a_writer(records)
    turns = writer._gathering(0).turns  # noqa: SLF001 - no other way to know who waits
    lines = [line(f"c{n}", part(f"s{n}", None)) for n in range(5)]
    raw = [each.raw for each in lines]
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(writer.append, lines[0])
        until(lambda: writer._gathering(0).lead == 1 and not turns)  # noqa: SLF001 - as above
        rest = [threads.submit(writer.append, each) for each in lines[1:3]]
        until(lambda: len(turns) == 2)
        records.may_send.set()
        until(lambda: len(records.records) == 2)
        assert sorted(records.records[1]) == sorted(raw[1:3])
        rest.append(threads.submit(writer.append, lines[3]))
        until(lambda: len(turns) == 1)
        assert len(records.records) == 2
        rest.append(threads.submit(writer.append, lines[4]))
        until(lambda: len(records.records) == 3)
        assert not any(each.done() for each in [first, *rest])
        records.may_go.set()
        outcomes = [each.result(10) for each in [first, *rest]]

    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    assert isinstance(writer.append(line("c9", part("s9", None))), Committed)


def test_commits_that_come_while_one_is_flushed_share_the_next_record() -> None:
    records = Records()
    records.may_go.clear()
    writer = a_writer(records)
    lines = [line(f"c{n}", part(f"s{n}", None)) for n in range(9)]
    with ThreadPoolExecutor(9) as threads:
        first = threads.submit(writer.append, lines[0])
        assert records.entered.wait(10)
        rest = [threads.submit(writer.append, each) for each in lines[1:]]
        while len(writer._gathering(0).turns) < 8:  # noqa: SLF001 - no other way to know they wait
            pass
        records.may_go.set()
        outcomes = [future.result(10) for future in [first, *rest]]

    assert all(isinstance(outcome, Committed) for outcome in outcomes)
    assert [len(record) for record in records.records] == [1, 8]


def test_lines_are_gathered_in_the_order_of_their_records_and_cut_where_these_end() -> None:
    records = Records()
    writer = a_writer(records)
    with ThreadPoolExecutor(4) as threads:
        lines = [line(f"c{n}", part(f"s{n}", None)) for n in range(40)]
        list(threads.map(writer.append, lines))

    written = [raw for record in records.records for raw in record]
    ends = [sum(map(len, records.records[: n + 1])) for n in range(len(records.records))]
    assert records.gathered == written
    assert records.cuts == ends


def test_an_unknown_outcome_is_resent_as_the_same_bytes() -> None:
    records = Records([OutcomeUnknownError(), OutcomeUnknownError()])
    outcome = a_writer(records).append(line("a", part("s", None)))

    assert isinstance(outcome, Committed)
    assert len(records.records) == 3
    assert len({tuple(record) for record in records.records}) == 1


def test_a_writer_gives_up_asking_but_never_says_no() -> None:
    records = Records([OutcomeUnknownError()] * SENDS_MAX)
    writer = a_writer(records)
    made = line("a", part("s", None))
    commit_id = made.commit.commit_id

    assert writer.append(made) == Unknown(commit_id)
    assert writer.unresolved() == (commit_id,)
    assert isinstance(writer.resolve(commit_id), Committed)
    assert writer.unresolved() == ()
    assert isinstance(writer.resolve(commit_id), Committed)


def test_a_store_that_was_never_reached_is_an_error_not_an_unknown() -> None:
    writer = a_writer(Records([UnavailableError()]))

    with pytest.raises(UnavailableError):
        writer.append(line("a", part("s", None)))
    assert writer.unresolved() == ()


def test_a_store_that_is_gone_after_a_send_leaves_the_outcome_unknown() -> None:
    failures: list[Exception] = [OutcomeUnknownError()]
    failures += [UnavailableError() for _ in range(SENDS_MAX)]
    outcome = a_writer(Records(failures)).append(line("a", part("s", None)))

    assert isinstance(outcome, Unknown)


def test_everybody_in_a_record_is_told_why_it_could_not_be_written() -> None:
    writer = a_writer(Records([HaltedError(0, 3, "junk")]))

    with pytest.raises(HaltedError, match="offset 3"):
        writer.append(line("a", part("s", None)))
    assert isinstance(writer.append(line("b", part("s", None))), Committed)


def test_nobody_is_forgotten_when_many_write_at_once() -> None:
    records = Records()
    writer = a_writer(records)
    lines = [line(f"c{n}", part(f"s{n}", None)) for n in range(200)]
    with ThreadPoolExecutor(16) as threads:
        outcomes = list(threads.map(writer.append, lines))

    assert [outcome.commit_id for outcome in outcomes] == [
        uuid5(UUID(int=7), f"c{n}") for n in range(200)
    ]
    assert sum(len(record) for record in records.records) == 200


def test_who_waits_no_longer_keeps_nobody_behind_it_waiting() -> None:
    first, second, third = (_Turn(line(name, part(name, None))) for name in "abc")
    first.stands_before(second)
    first.leave()
    first.stands_before(third)

    assert second.woken.acquire(blocking=False)
    assert third.woken.acquire(blocking=False)
    assert not first.woken.acquire(blocking=False)


def test_many_threads_are_all_answered() -> None:
    records = Records()
    writer = a_writer(records)
    lines = [line(f"c{n}", part(f"s{n}", None)) for n in range(400)]
    with ThreadPoolExecutor(40) as threads:
        outcomes = list(threads.map(writer.append, lines))

    assert [outcome.commit_id for outcome in outcomes] == [each.commit.commit_id for each in lines]
    assert sorted(raw for record in records.records for raw in record) == sorted(
        each.raw for each in lines
    )
