"""Checkpoints: what a shard's log had come to, signed, so that nobody can rewrite it unseen."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from engine.journal.merkle import EMPTY, Tree
from engine.journal.note import PublicKey, Signer, checkpoint_text, log_name
from engine.ports import Keys
from projections.index import Meta
from replay.differences import Differences
from replay.logged import UnprovableError

LINES_BETWEEN: Final = 1000
TIME_BETWEEN: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The tree of a shard when it had `size` lines: its root (hex), signed in `note`."""

    log_id: str
    shard: int
    size: int
    root: str
    note: str
    made_at: datetime


class CheckpointStore(Protocol):
    """Keeps checkpoints for ever. One of each size: the first."""

    def keep(self, checkpoint: Checkpoint) -> Checkpoint:
        """Keep the checkpoint; what is kept of its size."""
        ...

    def last(self, log_id: str, shard: int) -> Checkpoint | None:
        """The one with the most lines; None when there is none."""
        ...

    def all_of(self, log_id: str, shard: int) -> Sequence[Checkpoint]:
        """All of a shard, by size."""
        ...


class Notary:
    """Signs what a log has come to, under the house's own key."""

    def __init__(self, keys: Keys, store: CheckpointStore) -> None:
        self._keys = keys
        self.store = store

    def signer(self, log_id: str) -> Signer:
        """Who signs for the log."""
        return Signer(log_name(log_id), self._keys.signing_key())

    def made(self, meta: Meta, now: datetime) -> Checkpoint:
        """A checkpoint of the shard as the index has it.

        Raises UnprovableError when another one of that size was signed before.
        """
        return self.signed(meta.log_id, meta.shard, meta.tree, now)

    def made_if_due(self, meta: Meta, now: datetime) -> Checkpoint | None:
        """A checkpoint when the log has grown, by many lines or since long; None before."""
        last = self.store.last(meta.log_id, meta.shard)
        if last is None:
            return self.made(meta, now) if meta.tree.size else None
        grown = meta.tree.size - last.size
        if grown >= LINES_BETWEEN or (grown > 0 and now >= last.made_at + TIME_BETWEEN):
            return self.made(meta, now)
        return None

    def signed(self, log_id: str, shard: int, tree: Tree, now: datetime) -> Checkpoint:
        """The signed checkpoint of a tree, kept for ever; the same tree has the same note.

        Raises UnprovableError when another tree of that size was signed before.
        """
        note = self.signer(log_id).sign(checkpoint_text(log_id, shard, tree.size, tree.root))
        made = Checkpoint(
            log_id=log_id,
            shard=shard,
            size=tree.size,
            root=tree.root.hex(),
            note=note,
            made_at=now,
        )
        kept = self.store.keep(made)
        if kept.root != made.root:
            raise UnprovableError(
                f"the first {tree.size} lines of shard {shard} are not those that were signed "
                f"on {kept.made_at:%Y-%m-%d}: the log has been rewritten"
            )
        return kept


@dataclass(slots=True)
class Followed:
    """One shard's tree, grown from its lines and held against the checkpoints made of it."""

    shard: int
    checkpoints: dict[int, Checkpoint]
    public: PublicKey | None
    found: Differences
    tree: Tree = field(default=EMPTY)

    def take(self, record: bytes) -> None:
        """The next record of the shard."""
        for line in record.split(b"\n"):
            self.tree = self.tree.grown([line])
            held = self.checkpoints.pop(self.tree.size, None)
            if held is not None:
                self._hold(held)

    def end(self) -> None:
        """Tell of the checkpoints that the log does not reach."""
        for size in self.checkpoints:
            self._tell(size, "size", f"was signed, and the log has {self.tree.size} lines only")

    def _hold(self, held: Checkpoint) -> None:
        if held.root != self.tree.root.hex():
            what = "is not that of the log's first lines: one of them has changed since"
            self._tell(held.size, "root", what)
        if self.public is not None:
            root = bytes.fromhex(held.root)
            text = checkpoint_text(held.log_id, held.shard, held.size, root)
            if self.public.opened(held.note) != text:
                self._tell(held.size, "note", "does not say so under the house's signature")

    def _tell(self, size: int, column: str, what: str) -> None:
        self.found.add("checkpoint", (self.shard, size), column, what)


def followed(
    shard: int, held: Sequence[Checkpoint], public: PublicKey | None, found: Differences
) -> Followed:
    """A shard that is about to be walked from its first record."""
    return Followed(shard, {each.size: each for each in held}, public, found)
