"""The API on an office in memory, and on one with a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from gateways.settings import Settings
from gateways.wiring import on_postgres
from tests.gateways.desk.world import World
from tests.gateways.http.world import ApiWorld, api_world


@pytest.fixture
def api() -> ApiWorld:
    """The API of an office in memory: its commands, and the reads that need no SQL."""
    return api_world(World())


@pytest.fixture
def sql_api(database: str, keys_database: str, tmp_path: Path) -> Iterator[ApiWorld]:
    """The API of an office on PostgreSQL."""
    settings = Settings(
        data=tmp_path, database=SecretStr(database), keys_database=SecretStr(keys_database)
    )
    world = World(lambda clock: on_postgres(settings, clock))
    try:
        yield api_world(world)
    finally:
        world.office.close()
