"""Records that no reader can read, and the quarantine that passes over them."""

import time
from contextlib import closing, suppress
from typing import Final
from uuid import uuid4

from engine.journal.commit import Commit, Tracking, write_line
from engine.ports import OutcomeUnknownError, UnavailableError
from gateways.chaos.clustered import part as parts
from gateways.chaos.clustered.part import Part
from gateways.chaos.seeded import Draw
from gateways.ids import SystemClock, SystemIds
from gateways.kafka.log import KafkaLog
from gateways.postgres.index import PostgresIndex
from projections.quarantine import quarantine

PATIENCE_SECONDS: Final = 18.0
LOOK_SECONDS: Final = 0.2


def poison(part: Part, shard: int, draw: Draw) -> None:
    """Write what nobody can read past the engine, and have a person pass over it."""
    raw = b"nonsense %d" % draw.below(1 << 30) if draw.one_in(2) else _of_tomorrow(shard)
    log, index, database = parts.opened(part)
    with closing(database), closing(log), closing(index):
        try:
            log.append(shard, raw)
            _passed_over(log, index, shard)
        except (UnavailableError, OutcomeUnknownError):
            return  # it may come all the same: whoever reads halts, and the end looks again


def pass_over(log: KafkaLog, index: PostgresIndex, shard: int) -> None:
    """Write the quarantine of the record that the shard halts at.

    Raises ValueError when it can be read.
    """
    envelope = parts.envelope(b"nonsense of the run")
    quarantine(log, index, shard, commit_id=envelope.command_id, envelope=envelope)


def _passed_over(log: KafkaLog, index: PostgresIndex, shard: int) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if index.meta(shard).halt is not None:
            with suppress(ValueError):
                pass_over(log, index, shard)
                return
        time.sleep(LOOK_SECONDS)


def _of_tomorrow(shard: int) -> bytes:
    """A line of a format that the log has not admitted."""
    commit_id = SystemIds().commit_id()
    line = write_line(
        Commit(
            commit_id=commit_id,
            command_id=uuid4(),
            command_mac="mac",
            shard=shard,
            parts=(),
            tracking=Tracking("tomorrow", "upstream", 1),
            actor="a release of tomorrow",
            correlation=commit_id,
            recorded_at=SystemClock().now(),
        )
    )
    return line.raw.replace(b'{"fmt":1,', b'{"fmt":2,', 1)
