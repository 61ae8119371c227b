"""The verdict: each clause of the rule, and what would go wrong without it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.journal.commit import (
    Commit,
    EventRecord,
    Line,
    Part,
    Tracking,
    genesis_hash,
    write_line,
)
from engine.journal.control import RecordQuarantined
from engine.journal.verdict import Knowledge, judge
from engine.ports import Head
from events.base import canonical

ROOT = UUID(int=7)
Rule = Callable[[Line, Knowledge], bool]


def part(stream: str, head: Head | None, count: int = 1, shard: int = 0) -> Part:
    events = tuple(
        EventRecord(uuid5(ROOT, f"{stream} {n}"), "test.done", 1, b"{}") for n in range(count)
    )
    if head is None:
        return Part(stream, 1, genesis_hash(shard, stream).hex(), events)
    return Part(stream, head.version + 1, head.hash, events)


def line(name: str, *parts: Part, command: str = "", tracking: Tracking | None = None) -> Line:
    return write_line(
        Commit(
            commit_id=uuid5(ROOT, name),
            command_id=uuid5(ROOT, command or f"command of {name}"),
            command_mac="mac",
            shard=0,
            parts=parts,
            tracking=tracking,
            actor="test",
            correlation=ROOT,
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
    )


def control(name: str, head: Head | None, event: RecordQuarantined) -> Line:
    stream = "control-0"
    record = EventRecord(uuid5(ROOT, name), event.TYPE, 1, canonical(event))
    commit = line(name, replace(part(stream, head), events=(record,))).commit
    return write_line(replace(commit, kind="control"))


def reasons(known: Knowledge, *lines: Line) -> list[str]:
    """The verdicts on lines that follow each other in the log."""
    told = []
    for each in lines:
        verdict = judge(each.commit, each.hash, known)
        known.learn(each.commit, verdict)
        told.append(verdict.reason)
    return told


def test_the_first_commit_of_a_stream_stands_on_the_genesis_hash() -> None:
    known = Knowledge()
    first = line("a", part("s", None, 2))

    assert reasons(known, first) == ["stands"]
    assert known.heads == {"s": Head(2, first.hash)}


def test_a_stream_without_a_head_may_begin_at_any_version() -> None:
    zero = replace(part("s", None), first_version=0)
    late = replace(part("t", None), first_version=40)

    assert reasons(Knowledge(), line("a", zero), line("b", late)) == ["stands", "stands"]


def test_a_stream_does_not_begin_on_another_streams_or_shards_genesis() -> None:
    other = replace(part("t", None), stream="s")

    assert reasons(Knowledge(), line("a", other)) == ["hash_conflict"]
    assert reasons(Knowledge(), line("b", part("s", None, shard=1))) == ["hash_conflict"]


def test_a_commit_already_decided_is_a_duplicate_whatever_its_first_verdict_was() -> None:
    first, void = line("a", part("s", None)), line("b", part("s", None))

    assert reasons(Knowledge(), first, void, first, void) == [
        "stands",
        "version_conflict",
        "duplicate",
        "duplicate",
    ]


def test_a_command_that_stands_on_a_stream_is_already_done_there() -> None:
    first = line("a", part("s", None), command="pay")
    again = line("b", part("s", Head(1, first.hash)), command="pay")
    elsewhere = line("c", part("t", None), command="pay")

    assert reasons(Knowledge(), first, again, elsewhere) == ["stands", "already_done", "stands"]


def test_a_void_command_may_be_tried_again() -> None:
    first = line("a", part("s", None))
    void = line("b", part("s", None), command="pay")
    again = line("c", part("s", Head(1, first.hash)), command="pay")

    assert reasons(Knowledge(), first, void, again) == ["stands", "version_conflict", "stands"]


def test_tracking_only_goes_forward() -> None:
    def tracks(name: str, at: int) -> Line:
        return line(name, tracking=Tracking("app", "up", at))

    told = reasons(Knowledge(), tracks("a", 3), tracks("b", 3), tracks("c", 2), tracks("d", 4))

    assert told == ["stands", "tracking_behind", "tracking_behind", "stands"]


def test_tracking_of_another_application_or_upstream_is_its_own() -> None:
    lines = [
        line(f"{app} {up}", tracking=Tracking(app, up, 1)) for app in ("a", "b") for up in "xy"
    ]

    assert reasons(Knowledge(), *lines) == ["stands"] * 4


def test_a_version_that_is_not_the_next_is_a_conflict() -> None:
    first = line("a", part("s", None))
    gap = line("b", part("s", Head(2, first.hash)))

    assert reasons(Knowledge(), first, gap) == ["stands", "version_conflict"]


def test_the_right_version_on_the_wrong_predecessor_is_a_conflict() -> None:
    first = line("a", part("s", None))
    loser = line("b", part("s", None))
    built_on_loser = line("c", part("s", Head(1, loser.hash)))

    assert reasons(Knowledge(), first, loser, built_on_loser) == [
        "stands",
        "version_conflict",
        "hash_conflict",
    ]


def test_one_part_in_conflict_makes_the_whole_commit_void() -> None:
    known = Knowledge()
    first = line("a", part("s", None))
    both = line("b", part("t", None), part("s", None))

    assert reasons(known, first, both) == ["stands", "version_conflict"]
    assert "t" not in known.heads
    assert reasons(known, line("c", part("t", None))) == ["stands"]


def test_control_lives_on_the_control_stream_and_nothing_else_does() -> None:
    intruder = line("a", part("control-0", None))
    stray = write_line(replace(line("b", part("s", None)).commit, kind="control"))

    assert reasons(Knowledge(), intruder, stray) == ["control_misplaced", "control_misplaced"]


def test_a_quarantine_of_what_was_not_passed_over_is_void() -> None:
    event = RecordQuarantined(offset=3, sha256="ab" * 32, reason="nonsense")

    assert reasons(Knowledge(), control("a", None, event)) == ["quarantine_void"]
    assert reasons(Knowledge(passed={3: "cd" * 32}), control("a", None, event)) == [
        "quarantine_void"
    ]
    assert reasons(Knowledge(passed={3: "ab" * 32}), control("a", None, event)) == ["stands"]


def races() -> st.SearchStrategy[list[tuple[int, int]]]:
    """Writers that read a head some commits ago and append one to three events on it."""
    return st.lists(st.tuples(st.integers(0, 3), st.integers(1, 3)), min_size=2, max_size=12)


def raced(race: Sequence[tuple[int, int]]) -> list[Line]:
    """The log such writers leave: each builds on what it saw last, which may have lost."""
    seen: list[Head | None] = [None]
    lines = []
    for n, (ago, count) in enumerate(race):
        head = seen[max(0, len(seen) - 1 - ago)]
        made = line(f"race {n}", part("s", head, count))
        lines.append(made)
        seen.append(Head((head.version if head else 0) + count, made.hash))
    return lines


def standing(lines: Sequence[Line], rule: Rule) -> list[Line]:
    known = Knowledge()
    kept = []
    for each in lines:
        if rule(each, known):
            (only,) = each.commit.parts
            known.heads["s"] = Head(only.first_version + len(only.events) - 1, each.hash)
            kept.append(each)
    return kept


def whole(lines: Sequence[Line]) -> bool:
    """Whether the versions run without gap or overlap, each commit on the one before it."""
    version, digest = 0, genesis_hash(0, "s").hex()
    for each in lines:
        (only,) = each.commit.parts
        if (only.first_version, only.prev_hash) != (version + 1, digest):
            return False
        version, digest = version + len(only.events), each.hash
    return True


def the_rule(each: Line, known: Knowledge) -> bool:
    return judge(each.commit, each.hash, known).stands


def version_alone(each: Line, known: Knowledge) -> bool:
    """A broken rule: the next version is enough."""
    head = known.heads.get("s")
    return each.commit.parts[0].first_version == (head.version + 1 if head else 1)


def anything_new(each: Line, known: Knowledge) -> bool:
    """A broken rule: each event whose version is free is taken, as ON CONFLICT would."""
    head = known.heads.get("s")
    (only,) = each.commit.parts
    return only.first_version + len(only.events) - 1 > (head.version if head else 0)


@given(races())
def test_what_stands_is_one_unbroken_chain_whatever_the_race(race: list[tuple[int, int]]) -> None:
    assert whole(standing(raced(race), the_rule))


@pytest.mark.parametrize(
    ("broken", "race"),
    [
        # The second loses against the first and the third builds on the second.
        (version_alone, [(0, 1), (1, 1), (0, 1)]),
        # Three events on an old head: the first is taken, the others would tear in.
        (anything_new, [(0, 1), (1, 3)]),
    ],
)
def test_the_checker_sees_what_a_weaker_rule_lets_through(
    broken: Rule, race: list[tuple[int, int]]
) -> None:
    lines = raced(race)

    assert not whole(standing(lines, broken))
    assert whole(standing(lines, the_rule))


@given(races())
def test_the_verdicts_on_a_prefix_never_change(race: list[tuple[int, int]]) -> None:
    lines = raced(race)
    half = len(lines) // 2

    assert reasons(Knowledge(), *lines)[:half] == reasons(Knowledge(), *lines[:half])
