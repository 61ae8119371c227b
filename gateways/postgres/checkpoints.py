"""Checkpoints in the schema `durable` of the journal's database."""

from collections.abc import Sequence

from gateways.postgres.database import Database
from replay.checkpoints import Checkpoint


class PostgresCheckpoints:
    """Checkpoints by log, shard and size."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, checkpoint: Checkpoint) -> Checkpoint:
        """Keep the checkpoint unless one of its size is there; what is kept."""
        params = {
            "log_id": checkpoint.log_id,
            "shard": checkpoint.shard,
            "size": checkpoint.size,
            "root": checkpoint.root,
            "note": checkpoint.note,
            "made_at": checkpoint.made_at,
        }
        kept: list[Checkpoint] = []
        while not kept:  # another process kept one at the very same moment: asked again
            kept = [checkpoint_of(row) for row in self._database.fetch("keep_checkpoint", params)]
        return kept[0]

    def last(self, log_id: str, shard: int) -> Checkpoint | None:
        """The one with the most lines."""
        params = {"log_id": log_id, "shard": shard}
        rows = self._database.fetch("last_checkpoint", params)
        return checkpoint_of(rows[0]) if rows else None

    def all_of(self, log_id: str, shard: int) -> Sequence[Checkpoint]:
        """All of a shard, by size."""
        params = {"log_id": log_id, "shard": shard}
        return [checkpoint_of(row) for row in self._database.fetch("checkpoints", params)]


def checkpoint_of(row: Sequence[object]) -> Checkpoint:
    """A row of the table."""
    names = ("log_id", "shard", "size", "root", "note", "made_at")
    return Checkpoint(**dict(zip(names, row, strict=True)))  # type: ignore[arg-type]  # the columns are typed as the fields are
