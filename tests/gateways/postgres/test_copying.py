"""What is packed straight from lines is, byte for byte, what their batch would be packed to."""

from collections.abc import Sequence
from typing import get_args

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import astuple

from engine.journal.commit import Commit, Line
from engine.journal.verdict import Reason
from gateways.postgres.batches import COPIED, kinds
from gateways.postgres.copying import Copied, Packing
from gateways.postgres.packing import packed
from projections.judging import Record
from projections.rebuilding import Read, Verdicts
from tests.engine.journal.test_commit import commits

reasons = st.sampled_from(get_args(Reason))
judged = st.lists(st.lists(st.tuples(commits, reasons), max_size=3), min_size=1, max_size=3)


def of(commit: Commit) -> Line:
    return Line(b"", commit, "ab" * 32)


@settings(max_examples=40)
@given(judged, st.integers(0, 2**40))
def test_lines_are_packed_to_the_bytes_of_their_batch(
    told: Sequence[Sequence[tuple[Commit, Reason]]], nid: int
) -> None:
    records = [
        Record(offset, "", tuple(of(commit) for commit, _ in lines))
        for offset, lines in enumerate(told, 2**33)
    ]
    verdicts = Verdicts(nid, [reason for lines in told for _, reason in lines])
    (batch,) = Read(records).settled(verdicts)
    rows = {
        "event": list(map(astuple, batch.entries)),
        "commit_verdict": list(map(astuple, batch.decided)),
        "command": batch.commands,
    }

    straight = Copied()
    packing = Packing()
    for record in records:
        packing.take(record)
    packing.settle(verdicts, straight)

    found = (straight.events, straight.verdicts, straight.commands)
    for (table, expected), pieces in zip(rows.items(), found, strict=True):
        assert b"".join(pieces) == (packed(kinds(COPIED[table]), expected) if expected else b"")
    assert straight.bytes_count == sum(len(b"".join(pieces)) for pieces in found)
