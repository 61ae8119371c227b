"""A world with one creditor."""

import pytest

from tests.gateways.desk.world import World


@pytest.fixture
def world() -> World:
    """An office in memory with creditor number 1."""
    world = World()
    world.creditor()
    return world
