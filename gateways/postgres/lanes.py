"""Several processes that read ranges of the log at once, and write what is judged of them."""

# Each takes every so-manieth range: it reads and checks the lines, tells their gist, waits
# for the verdicts, and copies events, verdicts and commands on a connection of its own. The
# judge goes through the ranges in the order of the log.

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from threading import Thread
from typing import Final, Protocol

from msgspec.msgpack import Decoder, Encoder

from engine.ports import HaltedError, Log, UnavailableError
from gateways.postgres import batches, gists
from gateways.postgres.coming import coming
from gateways.postgres.copying import Copied, Packing
from gateways.postgres.database import Database
from gateways.postgres.queries import OURS, Schemas, query
from gateways.postgres.spreading import end_with_parent, processors
from projections import rebuilding
from projections.index import Batch
from projections.rebuilding import Gist, Verdicts, gist_of

READ, HALTED, FAILED, WRITTEN = b"r", b"h", b"f", b"w"
ENDING_SECONDS: Final = 5.0
COPIED_AT_ONCE: Final = 4 * 1024 * 1024
ENCODER: Final = Encoder()
VERDICTS: Final = Decoder(Verdicts)
HALT: Final = Decoder(tuple[int, int, str])

Range = tuple[int, int]


class OwnLog(Log, Protocol):
    """A log that a process has to itself."""

    def close(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class Lane:
    """What a process is begun with: where it reads and writes, and which ranges are its own."""

    dsn: str
    schemas: Schemas
    open_log: Callable[[], OwnLog]
    shard: int
    ranges: Sequence[Range]


@dataclass(frozen=True, slots=True)
class Lanes:
    """Reads by `count` processes, into the index that is made again in the database `dsn`."""

    dsn: str
    open_log: Callable[[], OwnLog]
    count: int = 0
    schemas: Schemas = OURS

    def spans(self, shard: int, start: int, stop: int) -> Iterator["Far"]:
        """The records from `start` up to but not with `stop`, in order."""
        cuts = range(start, stop, rebuilding.RECORDS_AT_ONCE)
        ranges = [(first, min(first + rebuilding.RECORDS_AT_ONCE, stop)) for first in cuts]
        count = min(self.count or processors(), len(ranges))
        hands = [
            _begun(Lane(self.dsn, self.schemas, self.open_log, shard, ranges[first::count]))
            for first in range(count)
        ]
        rings = gc.isenabled()
        gc.disable()  # what is known of the log grows and grows, and holds no rings
        try:
            for (near, _), _ in zip(cycle(hands), ranges, strict=False):
                yield Far(near, gists.decode(_told(near, READ)))
            for near, _ in hands:
                _told(near, WRITTEN)
        finally:
            if rings:
                gc.enable()
            for near, process in hands:
                near.close()
                process.join(ENDING_SECONDS)
                process.kill()


@dataclass(frozen=True, slots=True)
class Far:
    """A range that another process has read, and writes."""

    near: Connection
    gists: Iterable[Gist]

    def settled(self, verdicts: Verdicts) -> Iterable[Batch]:
        """Nothing that is to be written here."""
        self.near.send_bytes(ENCODER.encode(verdicts))
        return ()


def _begun(lane: Lane) -> tuple[Connection, SpawnProcess]:
    context = get_context("spawn")
    near, far = context.Pipe()
    process = context.Process(target=_run, args=(lane, far), daemon=True)
    process.start()
    far.close()
    return near, process


def _told(near: Connection, kind: bytes) -> bytes:
    """What a process tells next. Raises what kept it from going on."""
    try:
        told = near.recv_bytes()
    except (EOFError, OSError) as error:
        raise UnavailableError("a process that read the log has ended; try again") from error
    if told[:1] == HALTED:
        raise HaltedError(*HALT.decode(told[1:]))
    if told[:1] != kind:
        raise UnavailableError(told[1:].decode())
    return told[1:]


def _run(lane: Lane, far: Connection) -> None:
    """Be the process of a lane; it ends when whoever began it does."""
    Thread(target=end_with_parent, daemon=True).start()
    # Ranges make many objects and no rings of them; looking for rings would take half the time.
    gc.disable()
    try:
        _go(lane, far)
        far.send_bytes(WRITTEN)
    except EOFError:
        return  # the judge has gone, and wants nothing more
    except HaltedError as error:
        far.send_bytes(HALTED + ENCODER.encode((error.shard, error.offset, error.reason)))
    except UnavailableError as error:
        far.send_bytes(FAILED + str(error).encode())


def _go(lane: Lane, far: Connection) -> None:
    place = coming(lane.schemas)
    with (
        closing(lane.open_log()) as log,
        closing(Database(lane.dsn, lane.schemas)) as database,
        database.dedicated() as connection,
    ):
        # What is copied is there for good when the index is switched in, and not before.
        connection.execute(query("soon_on_disk"))

        def written(rows: Copied) -> Copied:
            with connection.transaction():
                batches.fill_copied(connection, rows, place)
            return Copied()

        rows = Copied()
        for start, stop in lane.ranges:
            packing, told = Packing(), []
            for record in rebuilding.records(log, lane.shard, start, stop):
                packing.take(record)
                told.append(gists.packed(gist_of(record)))
            far.send_bytes(READ + gists.encode(told))
            packing.settle(VERDICTS.decode(far.recv_bytes()), rows)
            if rows.bytes_count > COPIED_AT_ONCE:
                rows = written(rows)
        written(rows)
