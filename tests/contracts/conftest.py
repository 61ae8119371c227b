"""The same world on every adapter that keeps the contract."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from gateways.kafka.access import Access
from tests.contracts.world import World, kafka_world, memory_world, postgres_world

ADAPTERS = [
    "memory",
    "memory-apart",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("postgres-apart", marks=pytest.mark.postgres),
    pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.postgres]),
    pytest.param("kafka-faster", marks=[pytest.mark.kafka, pytest.mark.postgres]),
]


@pytest.fixture(params=ADAPTERS)
def unstarted(request: pytest.FixtureRequest) -> Iterator[World]:
    """A world whose runner has not started; "apart" means log and index written one by one.

    "faster" means by confluent-kafka.
    """
    adapter, _, apart = request.param.partition("-")
    if adapter == "memory":
        yield memory_world(together=not apart)
        return
    dsn, keys_dsn = (request.getfixturevalue(name) for name in ("database", "keys_database"))
    if adapter == "kafka":
        topic: Access = request.getfixturevalue("topic")
        world = kafka_world(replace(topic, faster_client=bool(apart)), dsn, keys_dsn)
    else:
        world = postgres_world(dsn, keys_dsn, together=not apart)
    yield world
    world.close()


@pytest.fixture
def world(unstarted: World) -> World:
    """A world at work."""
    return unstarted.start()
