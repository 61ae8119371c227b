"""Several processes that fold parts of a rebuild at once, each on connections of its own."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import connection, get_context, parent_process
from threading import Thread
from typing import Final

from engine.journal.recorded import Decode
from gateways.postgres.beside import PostgresBeside
from gateways.postgres.database import Database
from projections.beside import Part
from projections.filling import fill_part
from projections.projection import AnyProjection, AnyTable

Folds = Callable[[], tuple[Sequence[AnyProjection], Decode]]

# Where a worker keeps what it was begun with; there is one worker a process.
_HAND: Final[dict[str, "Hand"]] = {}


class Hand:
    """One worker: its connection, its projections, and how events are read."""

    def __init__(self, dsn: str, folds: Folds, names: Sequence[str]) -> None:
        self._beside = PostgresBeside(Database(dsn))
        projections, self._decode = folds()
        self._projections = [each for each in projections if each.table.name in names]

    def fill(self, part: Part) -> int:
        """Fold one part; how many rows it came to."""
        return fill_part(self._beside, part, self._projections, self._decode)


class Processes:
    """Folds parts in `count` processes; `folds` makes the projections in each of them."""

    def __init__(self, dsn: str, folds: Folds, count: int | None = None) -> None:
        self._dsn = dsn
        self._folds = folds
        self.count = count or processors()

    def filled(
        self, tables: Sequence[AnyTable], parts: Sequence[Part]
    ) -> Iterator[tuple[Part, int]]:
        """Each part as it is written, and how many rows it came to."""
        names = [table.name for table in tables]
        with ProcessPoolExecutor(
            min(self.count, len(parts)),
            mp_context=get_context("spawn"),
            initializer=_begin,
            initargs=(self._dsn, self._folds, names),
        ) as pool:
            asked = {pool.submit(_fill, part): part for part in parts}
            for done in as_completed(asked):
                yield asked[done], done.result()


def _begin(dsn: str, folds: Folds, names: Sequence[str]) -> None:
    """Make this process a worker that ends when whoever began it does."""
    Thread(target=end_with_parent, daemon=True).start()
    _HAND["only"] = Hand(dsn, folds, names)
    # A part makes many objects and no rings of them; looking for rings took half the time.
    gc.disable()


def _fill(part: Part) -> int:
    return _HAND["only"].fill(part)


def end_with_parent() -> None:
    """End this process when the one that began it has ended."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        os._exit(1)


def processors() -> int:
    """How many processes can work at once."""
    return os.cpu_count() or 1
