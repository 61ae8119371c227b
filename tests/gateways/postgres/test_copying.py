"""What is packed straight from lines is, byte for byte, what their batch would be packed to."""

from collections.abc import Sequence
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from engine.journal.commit import INTEGER_END, Commit, Line, Part
from engine.journal.verdict import Reason
from engine.ports import HaltedError
from gateways.postgres.batches import COPIED, kinds
from gateways.postgres.copying import Copied, Packing
from gateways.postgres.packing import packed
from projections.judging import Record
from projections.rebuilding import Read, Verdicts
from tests.engine.journal.test_commit import COMMIT, EVENT, commits

reasons = st.sampled_from(get_args(Reason))
judged = st.lists(st.lists(st.tuples(commits, reasons), max_size=3), min_size=1, max_size=3)


def of(commit: Commit) -> Line:
    return Line(b"", commit, "ab" * 32)


def pieces(records: Sequence[Record], verdicts: Verdicts) -> list[bytes]:
    packing, straight = Packing(), Copied()
    for record in records:
        packing.take(record)
    packing.settle(verdicts, straight)
    assert straight.bytes_count > 0 or "stands" not in verdicts.reasons
    return [b"".join(of) for of in (straight.events, straight.verdicts, straight.commands)]


@settings(max_examples=40)
@given(judged, st.integers(0, 2**40))
def test_lines_are_packed_to_the_bytes_of_their_batch(
    told: Sequence[Sequence[tuple[Commit, Reason]]], nid: int
) -> None:
    told = [[(kept(commit), reason) for commit, reason in lines] for lines in told]
    records = [
        Record(offset, "", tuple(of(commit) for commit, _ in lines))
        for offset, lines in enumerate(told, 2**33)
    ]
    verdicts = Verdicts(nid, [reason for lines in told for _, reason in lines])
    (batch,) = Read(records).settled(verdicts)
    rows = (list(map(astuple, batch.entries)), list(map(astuple, batch.decided)), batch.commands)

    expected = [
        packed(kinds(columns), of_table) if of_table else b""
        for columns, of_table in zip(COPIED.values(), rows, strict=True)
    ]
    assert pieces(records, verdicts) == expected


def test_a_version_that_no_table_holds_halts_only_where_it_stands() -> None:
    part = Part("s", INTEGER_END - 1, "00" * 32, (EVENT, EVENT))
    records = [Record(7, "", (of(replace(COMMIT, parts=(part,))),))]

    events, judged, commands = pieces(records, Verdicts(0, ["version_conflict"]))
    assert (events, len(judged) > 0, commands) == (b"", True, b"")
    with pytest.raises(HaltedError, match="too large"):
        pieces(records, Verdicts(0, ["stands"]))


def kept(commit: Commit) -> Commit:
    """The commit, its versions ones that a table holds."""
    parts = [replace(part, first_version=part.first_version >> 1) for part in commit.parts]
    return replace(commit, parts=tuple(parts))
