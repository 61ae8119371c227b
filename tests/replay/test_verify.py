"""Verifying: whatever byte was changed is found, and what was not changed is left in peace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid5

import pytest

from engine.journal.commit import Commit, Part, Tracking, encode, genesis_hash
from engine.ports import HaltedError
from engine.vault import Vault
from events.personal import Clear
from gateways.memory.held import MemoryHeld
from gateways.memory.index import MemoryIndex
from gateways.postgres.database import Database
from gateways.postgres.held import PostgresHeld, Tombstones
from projections.quarantine import quarantine
from replay.boxes import Boxes, Erased
from replay.held import Held
from replay.verify import Verification, Verified
from tests.contracts.world import (
    KNOWN,
    NAMESPACE,
    NOW,
    Named,
    Unheard,
    World,
    decode,
    event_record,
    memory_world,
    postgres_world,
)
from tests.replay.tampering import UNTOLD, UNTRIED, changed, columns, tampering


def verified(world: World, held: Held, erased: Erased = lambda _: False) -> Verified:
    vault = Vault(world.keys)
    return Verification(
        held,
        world.projections,
        decode,
        lambda found: Boxes(vault, erased, decode, found),
    ).run(lambda _: None)


def in_postgres(world: World, dsn: str, keys_dsn: str) -> Verified:
    with Database(dsn) as database, Database(keys_dsn) as keys, PostgresHeld(database) as held:
        return verified(world, held, Tombstones(keys).erased)


def a_line(stream: str, number: int, tracking: Tracking | None = None) -> bytes:
    part = Part(stream, 1, genesis_hash(0, stream).hex(), (event_record(number, number),))
    return encode(
        Commit(
            commit_id=uuid5(NAMESPACE, f"commit {number}"),
            command_id=uuid5(NAMESPACE, f"asked {number}"),
            command_mac="mac",
            shard=0,
            parts=(part,),
            tracking=tracking,
            actor="test",
            correlation=NAMESPACE,
            recorded_at=NOW,
        )
    )


def some_history(world: World) -> World:
    """Standing, void, repeated, tracking, parked and quarantined: something in every table."""
    for n in range(1, 6):
        world.add(f"counter-{n % 2}", n, n + 1)
    name = Clear(person_id=NAMESPACE, text="Ola Nordmann")
    for stream, event in (("person-1", Named(name=name)), ("counter-9", Unheard(amount=1))):
        world.store.append({stream: [event]}, expected={stream: None}, envelope=world.envelope())
    tracked = a_line("counter-7", 70, Tracking("app", "up", 3))
    for record in (tracked, tracked, a_line("counter-1", 80), b"junk"):
        world.log.append(0, record)
    with pytest.raises(HaltedError):
        world.runner.catch_up(0)
    envelope = world.envelope(content=b"a disk wrote nonsense")
    commit_id = uuid5(NAMESPACE, "quarantine")
    quarantine(world.log, world.index, 0, commit_id=commit_id, envelope=envelope)
    world.runner.catch_up(0)
    world.add("counter-1", 0)
    world.add("counter-0", 8)
    return world


@pytest.fixture
def house(database: str, keys_database: str) -> Iterator[World]:
    world = postgres_world(database, keys_database, together=True)
    some_history(world.start()).runner.rebuild()
    yield world
    world.close()


def test_a_house_nobody_touched_is_what_its_log_leads_to() -> None:
    world = some_history(memory_world(together=True).start())
    assert isinstance(world.index, MemoryIndex)
    found = verified(world, MemoryHeld(world.index))

    assert (found.count, found.differences) == (0, ())
    assert (found.records, found.waiting) == (world.log.end(0), 0)
    assert found.events == world.index.meta(0).nid
    assert found.rows == 3


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda held: held.heads.pop("counter-1"), ("head", "counter-1", "")),
        (lambda held: held.rows["total_v1"].pop(("counter-0",)), ("total_v1", "counter-0", "")),
        (lambda held: held.rows.pop("total_v1"), ("projection", "total_v1", "")),
        (lambda held: held.tracking.clear(), ("tracking", "0 app up", "")),
    ],
)
def test_what_is_missing_in_memory_is_named(
    change: Callable[[Any], object], place: tuple[str, str, str]
) -> None:
    world = some_history(memory_world(together=True).start())
    assert isinstance(world.index, MemoryIndex)
    change(world.index.content)
    (found,) = verified(world, MemoryHeld(world.index)).differences

    assert (found.table, found.key, found.column) == place


def test_a_record_that_nobody_has_read_yet_is_waiting_and_no_difference() -> None:
    world = some_history(memory_world(together=True).start())
    assert isinstance(world.index, MemoryIndex)
    world.log.append(0, a_line("counter-6", 60))
    found = verified(world, MemoryHeld(world.index))

    assert (found.count, found.waiting) == (0, 1)


def test_other_bytes_under_the_id_of_an_earlier_commit_are_told() -> None:
    world = some_history(memory_world(together=True).start())
    assert isinstance(world.index, MemoryIndex)
    forged = a_line("counter-7", 70, Tracking("app", "up", 3)).replace(b'"test"', b'"tess"')
    offset = world.log.append(0, forged)
    world.runner.catch_up(0)
    (found,) = verified(world, MemoryHeld(world.index)).differences

    assert (found.table, found.key) == ("record", f"0 {offset}")


def test_a_stream_that_could_be_taken_now_is_told_until_it_is_retried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    world = some_history(memory_world(together=True).start())
    assert isinstance(world.index, MemoryIndex)
    monkeypatch.setitem(KNOWN, Unheard.TYPE, Unheard)
    tables = {each.table for each in verified(world, MemoryHeld(world.index)).differences}
    for parked in world.runner.parked():
        world.runner.retry(parked.projection, parked.stream)

    assert tables == {"parked", "count_v3"}
    assert verified(world, MemoryHeld(world.index)).count == 0


@pytest.mark.postgres
def test_a_change_in_any_column_of_any_table_is_found_and_named(
    house: World, database: str, keys_database: str
) -> None:
    missed = []
    assert in_postgres(house, database, keys_database).differences == ()
    for schema, table, column, kind in columns(database):
        if (table, column) in UNTOLD or table in UNTRIED:
            continue
        with changed(database, schema, table, column, kind):
            found = in_postgres(house, database, keys_database)
        if schema == "kravspor_index" and table not in {each.table for each in found.differences}:
            missed.append(f"{table}.{column}")
        elif not found.count:
            missed.append(f"{schema}.{table}.{column}")

    assert missed == []
    assert in_postgres(house, database, keys_database).differences == ()


@pytest.mark.postgres
def test_a_byte_changed_anywhere_in_the_log_is_found_and_its_record_named(
    house: World, database: str, keys_database: str
) -> None:
    """Also in a commit that is void, that only tracks, that is repeated, or is no commit."""
    missed = []
    standing = {entry.offset for entry in house.index.entries(0, 0, 999)}
    records = house.log.read(0, 0, 999)
    assert len(records) > len(standing) + 2
    for offset, record in records:
        for place in range(2, len(record), 97):
            with changed_byte(database, offset, place):
                found = in_postgres(house, database, keys_database)
            named = {each.key for each in found.differences if each.table == "record"}
            if f"0 {offset}" not in named:
                missed.append((offset, place, record[place : place + 20], found.differences[:2]))

    assert missed == []


def test_an_index_that_remembers_fewer_hashes_is_verified_and_rebuilt() -> None:
    world = some_history(memory_world(together=True).start())
    assert isinstance(world.index, MemoryIndex)
    meta = world.index.meta(0)
    last = meta.last_hash.split()[-1]
    for remembered, count in ((last, 0), ("0" * 64, 1), (last[1:], 1), ("", 1)):
        world.index._metas[0] = replace(meta, last_hash=remembered)  # noqa: SLF001 - as an older program left it
        found = verified(world, MemoryHeld(world.index))
        assert [each.column for each in found.differences] == ["last_hash"] * count

    world.index._metas[0] = replace(meta, last_hash=last)  # noqa: SLF001 - as above
    world.restart()
    world.runner.rebuild_index()
    assert verified(world, MemoryHeld(world.index)).count == 0


@contextmanager
def changed_byte(dsn: str, offset: int, place: int) -> Iterator[None]:
    flip = (
        "UPDATE journal.record SET record = set_byte(record, %(place)s,"
        " get_byte(record, %(place)s) # 1) WHERE log_offset = %(offset)s"
    )
    with tampering(dsn) as connection:
        connection.execute(flip, {"place": place, "offset": offset})
        yield
        connection.execute(flip, {"place": place, "offset": offset})


@pytest.mark.postgres
def test_the_record_that_was_changed_is_named(
    house: World, database: str, keys_database: str
) -> None:
    first, second = (entry for entry in house.index.entries(0, 0, 999) if entry.nid in {1, 5})
    ((_, record),) = house.log.read(0, first.offset, 1)
    place = record.index(b'"amount":1') + len(b'"amount":')
    with changed_byte(database, first.offset, place):
        found = in_postgres(house, database, keys_database)

    assert first.stream == second.stream
    places = [(each.key, each.what) for each in found.differences if each.table == "record"]
    assert places == [
        (f"0 {first.offset}", f"has changed since commit {first.commit_id} was judged")
    ]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE keys.person SET key = set_byte(key, 0, get_byte(key, 0) # 1)", "does not open"),
        ("DELETE FROM keys.person", f"the key of person {NAMESPACE} is missing"),
        ("UPDATE keys.person SET key = NULL, destroyed_at = now()", None),
    ],
    ids=["changed", "lost", "erased"],
)
def test_every_box_opens_unless_its_person_is_erased(
    house: World, database: str, keys_database: str, statement: str, told: str | None
) -> None:
    with tampering(keys_database) as connection:
        connection.execute(statement.encode())
    again = postgres_world(database, keys_database, together=True)
    found = in_postgres(replace(again, projections=house.projections), database, keys_database)
    again.close()

    whats = [each.what for each in found.differences]
    assert len(whats) == (told is not None)
    assert all(what.startswith(told or "") for what in whats)


@pytest.mark.postgres
def test_verifying_does_not_stand_in_the_way_of_writing(house: World, database: str) -> None:
    with Database(database) as opened, PostgresHeld(opened) as held:
        end = held.log.end(0)
        house.add("counter-1", 5)
        found = verified(house, held, lambda _: False)
        with pytest.raises(PermissionError):
            held.log.append(0, b"")

    assert (found.count, found.records) == (0, end)
    assert house.log.end(0) == end + 1
