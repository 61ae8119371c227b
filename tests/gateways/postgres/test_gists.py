"""What a process tells of the records it has read is all that a verdict asks for."""

import pytest

from gateways.benching import course
from gateways.postgres import gists
from projections.judging import Record, read_record
from projections.rebuilding import gist_of


def told(record: Record) -> list[object]:
    commits = [line.commit for line in record.lines]
    parts = [
        [(part.stream, part.first_version, part.prev_hash, len(part.events)) for part in c.parts]
        for c in commits
    ]
    ids = [(commit.commit_id, commit.command_id, commit.shard, commit.kind) for commit in commits]
    return [record.offset, record.sha256, [line.hash for line in record.lines], ids, parts]


@pytest.mark.parametrize("at_once", [1, 7, 50])
def test_gists_come_whole_and_in_order_however_many_go_at_once(
    at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gists, "AT_ONCE", at_once)
    lines = [line for line, _ in course.lines(100)]
    records = [
        read_record(0, offset, b"\n".join(lines[offset * 2 : offset * 2 + 2]))
        for offset in range(len(lines) // 2)
    ]
    passed = Record(len(records), "ab" * 32, (), passed=b"junk\nand more")
    given = [gist_of(record) for record in (*records, passed)]
    raw = gists.encode([gists.packed(gist) for gist in given])

    found = list(gists.decode(raw))

    assert [told(gist.record) for gist in found] == [told(gist.record) for gist in given]
    assert [list(gist.leaves) for gist in found] == [list(gist.leaves) for gist in given]
    assert [gist.record.passed is None for gist in found] == [True] * len(records) + [False]
