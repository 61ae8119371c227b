"""Checkpoints: a log that was rewritten from its first byte on is still found out."""

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from gateways.memory.checkpoints import MemoryCheckpoints
from gateways.memory.held import MemoryHeld
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.postgres.checkpoints import PostgresCheckpoints
from gateways.postgres.database import open_journal
from gateways.postgres.keys import open_keys
from replay.boxes import Boxes
from replay.checkpoints import LINES_BETWEEN, CheckpointStore, Notary
from replay.logged import UnprovableError
from replay.verify import Verification, Verified
from tests.contracts.world import NOW, World, decode, memory_world

KEYS = MemoryKeys()
MINUTE = timedelta(minutes=1)


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest) -> Iterator[CheckpointStore]:
    if request.param == "memory":
        yield MemoryCheckpoints()
        return
    with open_journal(request.getfixturevalue("database")) as database:
        yield PostgresCheckpoints(database)


def a_world() -> World:
    world = memory_world(together=True).start()
    for number in range(5):
        world.add("counter-1", number)
    return world


def verified(world: World, notary: Notary) -> Verified:
    assert isinstance(world.index, MemoryIndex)
    held = MemoryHeld(world.index, notary.store)
    public = notary.signer("memory").public
    return Verification(
        held,
        world.projections,
        decode,
        lambda found: Boxes(world.store.vault, bool, decode, found),
        public,
    ).run(lambda _: None)


def test_a_checkpoint_is_kept_for_ever_and_one_of_each_size(store: CheckpointStore) -> None:
    world, notary = a_world(), Notary(KEYS, store)
    first = notary.made(world.index.meta(0), NOW)
    again = notary.made(world.index.meta(0), NOW + MINUTE)
    world.add("counter-1", 9)
    second = notary.made(world.index.meta(0), NOW)

    assert first == again
    assert first.size == 5
    assert list(store.all_of("memory", 0)) == [first, second]
    assert store.last("memory", 0) == second
    assert (store.last("memory", 1), store.last("another", 0)) == (None, None)
    assert verified(world, notary).differences == ()


def test_another_tree_of_a_size_that_was_signed_is_never_signed(store: CheckpointStore) -> None:
    notary = Notary(KEYS, store)
    notary.made(a_world().index.meta(0), NOW)

    with pytest.raises(UnprovableError, match="rewritten"):
        notary.made(a_world().index.meta(0), NOW)


def test_a_checkpoint_is_due_when_the_log_has_grown_long_or_much() -> None:
    world, notary = a_world(), Notary(KEYS, MemoryCheckpoints())
    assert notary.made_if_due(memory_world(together=True).start().index.meta(0), NOW) is None
    assert notary.made_if_due(world.index.meta(0), NOW) is not None

    assert notary.made_if_due(world.index.meta(0), NOW + MINUTE) is None
    world.add("counter-1", 9)
    assert notary.made_if_due(world.index.meta(0), NOW + MINUTE / 2) is None
    assert notary.made_if_due(world.index.meta(0), NOW + MINUTE) is not None
    grown = world.index.meta(0)
    tree = grown.tree.grown([b"line"] * LINES_BETWEEN)
    assert notary.signed(grown.log_id, 0, tree, NOW).size == grown.tree.size + LINES_BETWEEN


def test_a_log_rewritten_whole_with_its_index_is_found_by_its_checkpoint() -> None:
    """Log and index agree here: only what was signed before tells that they are others."""
    old, new, notary = a_world(), a_world(), Notary(KEYS, MemoryCheckpoints())
    notary.made(old.index.meta(0), NOW)
    (found,) = verified(new, notary).differences

    assert verified(old, notary).count == 0
    assert (found.table, found.key, found.column) == ("checkpoint", "0 5", "root")


def test_a_log_that_was_cut_short_with_its_index_is_found_by_its_checkpoint() -> None:
    world, notary = a_world(), Notary(KEYS, MemoryCheckpoints())
    longer = world.index.meta(0).tree.grown([b"gone"])
    notary.signed("memory", 0, longer, NOW)
    (found,) = verified(world, notary).differences

    assert (found.key, found.column) == ("0 6", "size")


def test_a_checkpoint_that_another_key_signed_is_told() -> None:
    world, stranger = a_world(), Notary(MemoryKeys(), MemoryCheckpoints())
    stranger.made(world.index.meta(0), NOW)
    (found,) = verified(world, Notary(KEYS, stranger.store)).differences

    assert (found.key, found.column) == ("0 5", "note")


@pytest.mark.postgres
def test_a_checkpoint_in_the_database_cannot_be_changed(database: str) -> None:
    with open_journal(database) as opened:
        Notary(KEYS, PostgresCheckpoints(opened)).made(a_world().index.meta(0), NOW)
    with psycopg.connect(database) as connection:
        for statement in (
            "UPDATE durable.checkpoint SET size = 7",
            "DELETE FROM durable.checkpoint",
        ):
            with pytest.raises(psycopg.errors.RaiseException), connection.transaction():
                connection.execute(statement.encode())


@pytest.mark.postgres
def test_the_signing_key_is_made_once_and_is_not_the_agencys(keys_database: str) -> None:
    first, second = open_keys(keys_database), open_keys(keys_database)
    made = first.signing_key()
    assert second.signing_key() == made != first.agency_key()
    assert len(made) == 32
    for keys in (first, second):
        keys.close()
