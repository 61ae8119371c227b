"""The one normative format: a line is read only if it is the very line we would write."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.journal.commit import (
    RECORD_BYTES_MAX,
    Commit,
    EventRecord,
    Part,
    Tracking,
    UnreadableError,
    commit_hash,
    decode,
    encode,
    genesis_hash,
    unwrap_bytes,
    wrap_bytes,
    write_line,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "records"
EVENT = EventRecord(UUID(int=1), "case.closed", 1, b'{"closed_on":"2026-11-22"}')
PART = Part("case-1", 1, genesis_hash(0, "case-1").hex(), (EVENT,))
COMMIT = Commit(
    commit_id=UUID(int=2),
    command_id=UUID(int=3),
    command_mac="ab" * 32,
    shard=0,
    parts=(PART,),
    actor="case_handler:anne",
    correlation=UUID(int=4),
    causation=UUID(int=5),
    recorded_at=datetime(2026, 11, 22, 8, 30, tzinfo=UTC),
)

names = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=20)
integers = st.integers(0, 2**63 - 1)
leaves = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10)
datas = st.dictionaries(st.text(max_size=5), leaves | st.lists(leaves, max_size=2), max_size=3)
events = st.builds(EventRecord, st.uuids(), names, integers, datas.map(orjson.dumps))
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
versions = st.integers(0, 2**63 - 2)  # that of a second event is to be held, too
parts = st.builds(
    Part, names, versions, hashes, st.lists(events, min_size=1, max_size=2).map(tuple)
)
commits = st.builds(
    Commit,
    kind=st.sampled_from(["commit", "control"]),
    commit_id=st.uuids(),
    command_id=st.uuids(),
    command_mac=names,
    shard=integers,
    parts=st.lists(parts, min_size=1, max_size=2, unique_by=lambda part: part.stream).map(tuple),
    tracking=st.none() | st.builds(Tracking, names, names, integers),
    actor=names,
    correlation=st.uuids(),
    causation=st.none() | st.uuids(),
    recorded_at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone itself
)


@given(commits)
def test_every_commit_is_read_back_from_the_line_it_is_written_as(commit: Commit) -> None:
    line = encode(commit)

    assert b"\n" not in line
    assert decode(line) == commit
    assert encode(decode(line)) == line


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_whatever_is_no_commit_is_unreadable_and_nothing_worse(junk: bytes) -> None:
    with pytest.raises(UnreadableError):
        decode(junk)


def test_the_fields_stand_in_the_order_of_the_format() -> None:
    line = encode(replace(COMMIT, tracking=Tracking("app", "up", 1)))

    body = orjson.loads(line)
    assert " ".join(body) == (
        "fmt kind rules commit_id command_id command_mac shard parts tracking actor correlation"
        " causation recorded_at"
    )
    assert " ".join(body["parts"][0]) == "stream first_version prev_hash events"
    assert " ".join(body["parts"][0]["events"][0]) == "event_id type schema data"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'"fmt":1', b'"fmt":2'),
        (b'"rules":1', b'"rules":2'),
        (b'"fmt":1', b'"fmt": 1'),
        (b'"fmt":1', b'"fmt":1.0'),
        (b'"fmt":1', b'"fmt":true'),
        (b'"fmt":1', b'"fmt":1,"fmt":1'),
        (b'"kind":"commit"', b'"kind":"other"'),
        (b'"shard":0', b'"shard":-1'),
        (b'"shard":0', b'"shard":9223372036854775808'),
        (b'"shard":0', b'"shard":"0"'),
        (b'"shard":0', b'"shard":0,"extra":1'),
        (b'"case-1"', b'""'),
        (b'"case-1"', b'"case\\u00001"'),
        (b'"case-1"', b'"c\\u0061se-1"'),
        (b"00000002", b"0000000g"),
        (b'"schema":1', b'"schema":null'),
        (b'"data":{', b'"data":[{'),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T08:30:00Z"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T09:30:00.000000+01:00"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T08:30:00.000000z"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T08:30:00.000000+00:00"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22 08:30:00.000000Z"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-W47-7T08:30:00.000000Z"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T083000.00000000Z"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T08:30:00,000000Z"),
        (b"2026-11-22T08:30:00.000000Z", b"2026-11-22T08:30:00.000000"),
        (b'"parts":[', b'"parts":[],"_":['),
        (b'"causation":"00000000-0000-0000-0000-000000000005",', b""),
        (b"00000000-0000-0000-0000-000000000004", b"00000000000000000000000000000004"),
        (b'"actor":', b'"tracking":null,"actor":'),
        (b'"fmt":1,"kind":"commit"', b'"kind":"commit","fmt":1'),
        (b'"case_handler:anne"', b'"case_handler:\\tanne"'),
        (b'"case_handler:anne"', b'"case_handler:\x7fanne"'),
    ],
)
def test_a_line_one_byte_from_canonical_is_unreadable(before: bytes, after: bytes) -> None:
    line = encode(COMMIT)
    assert before in line

    with pytest.raises(UnreadableError):
        decode(line.replace(before, after, 1))


def test_ids_and_hashes_are_written_in_small_letters() -> None:
    line = encode(replace(COMMIT, correlation=UUID(int=0xABCDEF)))
    earlier = PART.prev_hash.encode()
    assert earlier != earlier.upper()

    for small in (b"abcdef", earlier):
        with pytest.raises(UnreadableError):
            decode(line.replace(small, small.upper()))


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'{"a":1.50}',
        b'{"a":1e2}',
        b'{"a":-0}',
        b'{"a":01}',
        b'{"a":18446744073709551616}',
        b'{"a":"\\u00e5"}',
        b'{"a":"\\/"}',
        b'{"a":"\\u000A"}',
        b'{"a":"\\ud800"}',
        b'{"a":"\xff"}',
        b'{"a":NaN}',
        b'{"a":1}\t',
        b"{}",
    ],
)
def test_the_data_of_an_event_is_canonical_at_every_depth(data: bytes) -> None:
    line = encode(COMMIT)
    for inside in (data, b'{"in":[' + data + b"]}"):
        written = line.replace(EVENT.data, inside)
        if data == b"{}":
            assert decode(written).parts[0].events[0].data == inside
        else:
            with pytest.raises(UnreadableError):
                decode(written)


@pytest.mark.parametrize(
    "data", ['{"å":"€𝄞"}', '{"a":"\\n\\t\\"\\\\\\u0001"}', '{"a":-1,"b":18446744073709551615}']
)
def test_data_that_is_canonical_is_kept_to_the_byte(data: str) -> None:
    event = replace(EVENT, data=data.encode())
    commit = replace(COMMIT, parts=(replace(PART, events=(event,)),))

    assert decode(write_line(commit).raw) == commit


@given(st.datetimes(timezones=st.just(UTC)))
def test_an_instant_stands_with_its_six_digits_of_a_second(at: datetime) -> None:
    line = encode(replace(COMMIT, recorded_at=at))

    assert orjson.loads(line)["recorded_at"] == at.isoformat(timespec="microseconds")[:-6] + "Z"
    assert decode(line).recorded_at == at


def test_a_stream_has_at_most_one_part_and_a_part_at_least_one_event() -> None:
    with pytest.raises(UnreadableError, match="two parts"):
        decode(encode(replace(COMMIT, parts=(PART, PART))))
    with pytest.raises(UnreadableError, match="no events"):
        decode(encode(replace(COMMIT, parts=(replace(PART, events=()),))))
    with pytest.raises(UnreadableError, match="says nothing"):
        decode(encode(replace(COMMIT, parts=())))


def test_a_commit_that_only_tracks_has_no_parts() -> None:
    commit = replace(COMMIT, parts=(), tracking=Tracking("app", "up", 7))

    assert decode(encode(commit)) == commit


def test_an_instant_outside_utc_is_not_written() -> None:
    oslo = timezone(timedelta(hours=1))
    for instant in (COMMIT.recorded_at.astimezone(oslo), COMMIT.recorded_at.replace(tzinfo=None)):
        with pytest.raises(UnreadableError, match="not in UTC"):
            encode(replace(COMMIT, recorded_at=instant))


def test_what_could_not_be_read_back_is_not_written() -> None:
    spaced = replace(EVENT, data=b'{"a": 1}')
    large = replace(EVENT, data=orjson.dumps({"a": "x" * RECORD_BYTES_MAX}))
    for event in (spaced, large, replace(EVENT, data=b"nonsense")):
        with pytest.raises(UnreadableError):
            write_line(replace(COMMIT, parts=(replace(PART, events=(event,)),)))


def test_an_event_with_a_version_that_no_table_holds_is_not_written() -> None:
    last = replace(PART, first_version=2**63 - 1)
    assert write_line(replace(COMMIT, parts=(last,))).commit.parts == (last,)
    with pytest.raises(UnreadableError, match="no table holds"):
        write_line(replace(COMMIT, parts=(replace(last, events=(EVENT, EVENT)),)))


def test_the_hash_is_over_the_stored_bytes_in_a_domain_of_its_own() -> None:
    line = encode(COMMIT)

    assert commit_hash(line) != commit_hash(line + b" ")
    assert genesis_hash(0, "case-1") != genesis_hash(1, "case-1")
    assert genesis_hash(0, "1\x000") != genesis_hash(1, "0")


def test_foreign_bytes_come_back_as_they_were() -> None:
    foreign = bytes(range(256))

    assert unwrap_bytes(wrap_bytes(foreign)) == foreign


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.jsonl")), ids=lambda path: path.stem)
def test_every_line_ever_released_is_still_read_and_has_its_hash(path: Path) -> None:
    """Each golden file is a line and, below it, the hash (hex) it had when it was released."""
    line, _, digest = path.read_bytes().rstrip(b"\n").partition(b"\n")

    assert encode(decode(line)) == line
    assert commit_hash(line).hex() == digest.decode()


def test_there_are_golden_lines_of_every_kind() -> None:
    stems = {path.stem for path in GOLDEN.glob("*.jsonl")}

    assert stems == {"commit-1", "control-1", "foreign-1", "several-parts-1", "tracking-only-1"}
