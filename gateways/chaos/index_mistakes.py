"""The mistakes of the simulated index once more, made in the one that lies in PostgreSQL."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from msgspec.structs import replace as restated
from typing_extensions import override

from engine.ports import OutcomeUnknownError
from gateways.postgres.database import Database
from gateways.postgres.index import PostgresIndex
from projections.index import Batch

STOPS_EVERY: Final = 40  # batches
SEQUENCE: Final = (
    "DROP SEQUENCE IF EXISTS public.mistaken_nid; CREATE SEQUENCE public.mistaken_nid"
)
NEXT: Final = "SELECT nextval('public.mistaken_nid') FROM generate_series(1, %(count)s)"


class _Stopping(PostgresIndex):
    """Writes a batch in two transactions, and now and then stops between them."""

    writes = 0

    @override
    def apply(self, batch: Batch) -> bool:
        """Write all of it, or a part."""
        self.writes += 1
        if self.writes % STOPS_EVERY:
            return super().apply(batch)
        super().apply(self._first(batch))
        raise OutcomeUnknownError("stopped half way")

    def _first(self, batch: Batch) -> Batch:
        return batch


class _TornApply(_Stopping):
    """Events first, then verdicts and the offset."""

    @override
    def _first(self, batch: Batch) -> Batch:
        return replace(batch, decided=[], commands=[], after=batch.before)


class _OffsetAlone(_Stopping):
    """The offset first, then what it stands for."""

    @override
    def _first(self, batch: Batch) -> Batch:
        return Batch(batch.before, batch.after)


class _IdsFromSequence(PostgresIndex):
    """Gives ids from a sequence, which does not go back when the transaction does.

    Each that is made begins the sequence anew, so all are made before any of them writes.
    """

    def __init__(self, database: Database, log_id: str | None = None) -> None:
        super().__init__(database, log_id)
        database.read(lambda connection: connection.execute(SEQUENCE))

    @override
    def apply(self, batch: Batch) -> bool:
        """Write the batch under new ids; a try that fails uses its ids up."""
        count = len(batch.entries)
        numbers = self._database.read(
            lambda connection: connection.execute(NEXT, {"count": count}).fetchall()
        )
        entries = [
            restated(entry, nid=number)
            for entry, (number,) in zip(batch.entries, numbers, strict=True)
        ]
        return super().apply(replace(batch, entries=entries))


# Rows that win one by one are no mistake that can be made there: the keys of its tables turn such
# a batch away whole, and the shard stands still.
INDEXES: Final[Mapping[str, type[PostgresIndex]]] = {
    "torn-apply": _TornApply,
    "offset-alone": _OffsetAlone,
    "ids-from-a-sequence": _IdsFromSequence,
}
