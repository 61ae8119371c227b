"""What has once been written can be read for ever, byte for byte."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from events.base import Event, canonical
from events.case import CASE_EVENTS
from events.registry import ALL, BY_TYPE, UnknownEventError, decode, encode

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
FILES = sorted(GOLDEN.glob("*.json"))


def read(path: Path) -> tuple[str, int, bytes]:
    event_type, schema = path.stem.rsplit(".", 1)
    return event_type, int(schema), path.read_bytes()


@pytest.mark.parametrize("event", ALL, ids=lambda event: event.TYPE)
def test_every_type_has_a_golden_file_for_each_of_its_schemas(event: type[Event]) -> None:
    kept = {schema for event_type, schema, _ in map(read, FILES) if event_type == event.TYPE}

    assert kept == set(range(1, event.SCHEMA + 1))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_file_is_read_and_written_back_byte_for_byte(path: Path) -> None:
    event_type, schema, data = read(path)
    event = decode(event_type, schema, data)

    if schema == event.SCHEMA:
        assert encode(event) == data
    assert decode(event.TYPE, event.SCHEMA, encode(event)) == event


def test_no_golden_file_is_of_a_type_nobody_knows() -> None:
    assert {event_type for event_type, _, _ in map(read, FILES)} == set(BY_TYPE)


def test_no_golden_file_holds_personal_data_in_clear() -> None:
    assert not [path.name for path in FILES if b'"text"' in path.read_bytes()]


def test_types_are_written_by_hand_and_are_all_different() -> None:
    assert len({event.TYPE for event in ALL}) == len(ALL)
    assert all(event.TYPE.startswith("case.") for event in CASE_EVENTS)


def test_a_type_or_a_schema_that_is_not_known_stops_the_reader() -> None:
    with pytest.raises(UnknownEventError, match=r"case.vanished, schema 1"):
        decode("case.vanished", 1, b"{}")
    with pytest.raises(UnknownEventError, match=r"case.resumed, schema 2"):
        decode("case.resumed", 2, b'{"resumed_on":"2026-08-03"}')


@pytest.mark.parametrize(
    "data",
    [
        b'{"resumed_on":"2026-08-03","extra":1}',
        b"{}",
        b'{"resumed_on":20260803}',
        b'{"resumed_on":null}',
    ],
)
def test_data_of_another_shape_is_not_taken_for_the_event(data: bytes) -> None:
    with pytest.raises(ValidationError):
        decode("case.resumed", 1, data)


@pytest.mark.parametrize("amount", [b"1.5", b"true", b'"5"'])
def test_an_amount_is_a_whole_number_of_oere(amount: bytes) -> None:
    golden = (GOLDEN / "case.refund_made.1.json").read_bytes()
    before, _, after = golden.partition(b'"amount_ore":')
    rest = after[after.index(b",") :]

    with pytest.raises(ValidationError):
        decode("case.refund_made", 1, before + b'"amount_ore":' + amount + rest)


@given(st.sampled_from(FILES))
def test_the_order_of_the_keys_as_read_does_not_change_the_bytes_written(path: Path) -> None:
    event_type, schema, data = read(path)
    event = decode(event_type, schema, data)

    assert canonical(type(event)(**dict(reversed(list(dict(event).items()))))) == encode(event)
