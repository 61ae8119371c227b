"""Who follows a log sees that it has lost its end, also when nothing more comes."""

import time
from contextlib import closing

from engine.ports import HaltedError
from gateways.chaos.disk import FragileLog
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.rows import MemoryRows
from gateways.tailing import Tailing
from tests.contracts.world import World

LONGEST_SECONDS = 30.0


class Holding:
    """The first shard, for good."""

    def held(self) -> set[int]:
        return {0}


class Patient(FragileLog):
    """A log that is asked again for as long as somebody may answer who was deposed."""

    asked = 0

    def lacks(self, shard: int, offset: int) -> bool:
        self.asked += 1
        end = time.monotonic() + LONGEST_SECONDS
        while super().lacks(shard, offset) and time.monotonic() < end:
            time.sleep(0.01)
        return super().lacks(shard, offset)


def followed(log: FragileLog) -> World:
    """A house whose index lies beside its log."""
    index = MemoryIndex(log)
    world = World(log, index, MemoryKeys(), MemoryRows(index), together=False).start()
    for amount in range(3):
        world.add("counter-1", amount)
    return world


def test_a_log_that_has_lost_its_end_halts_the_shard_though_nothing_more_comes() -> None:
    log = FragileLog()
    world = followed(log)
    told: list[Exception] = []
    with closing(Tailing(log, world.runner, Holding(), told.append)) as tailing:
        tailing.begin()
        world.runner.catch_up(0)
        del log.records[-1]  # and nobody hears of another leader
        end = time.monotonic() + LONGEST_SECONDS
        while not told and time.monotonic() < end:
            time.sleep(0.01)

    assert [type(each) for each in told] == [HaltedError]
    halt = world.index.meta(0).halt
    assert halt is not None
    assert (halt.offset, halt.reason) == (2, "the log has lost or changed a record")
    assert world.index.meta(0).nid == 3


def test_a_log_that_seems_shorter_for_a_moment_does_not_halt_the_shard() -> None:
    log = Patient()
    world = followed(log)
    told: list[Exception] = []
    with closing(Tailing(log, world.runner, Holding(), told.append)) as tailing:
        tailing.begin()
        world.runner.catch_up(0)
        kept = log.records.pop()
        while not log.asked:
            time.sleep(0.01)
        log.records.append(kept)
        world.add("counter-1", 7)

    assert told == []
    assert world.index.meta(0).halt is None
    assert world.index.meta(0).nid == 4
