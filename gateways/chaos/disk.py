"""A log that can lose its end and be written on by a failing disk; and its Merkle tree."""

from hashlib import sha256

from gateways.chaos.history import Checkpoint
from gateways.memory.log import MemoryLog

SHARD = 0


class FragileLog(MemoryLog):
    """A memory log with one shard, whose leader may change and may have lost the end.

    `leader` counts the changes, and nobody is told of one but by its number. When it is
    `calm`, misfortunes are over, those a broken index brings about by itself too.
    """

    def __init__(self) -> None:
        super().__init__("chaos")
        self.leader = 0
        self.calm = False
        self.before_loss: list[bytes] | None = None

    @property
    def records(self) -> list[bytes]:
        """All the records, by offset."""
        return self._shards[SHARD]

    def lose(self, count: int) -> None:
        """Forget the last records, as an unclean election or an old backup does."""
        self.before_loss = list(self.records)
        del self.records[len(self.records) - min(count, len(self.records)) :]
        self.leader += 1

    def change_leader(self) -> None:
        """Break every connection, with nothing lost."""
        self.leader += 1


class Tree:
    """The Merkle tree (RFC 6962) over the lines of a log, kept as its frontier."""

    def __init__(self) -> None:
        self._frontier: list[tuple[int, bytes]] = []
        self._records = 0
        self._size = 0

    def checkpoint(self, records: list[bytes]) -> Checkpoint:
        """The size and root now, with the records that have come since the last one."""
        for raw in records[self._records :]:
            for line in raw.split(b"\n"):
                self._add(sha256(b"\x00" + line).digest())
        self._records = max(self._records, len(records))
        root = sha256(b"").digest() if not self._frontier else self._frontier[-1][1]
        for _, node in reversed(self._frontier[:-1]):
            root = sha256(b"\x01" + node + root).digest()
        return Checkpoint(self._size, root.hex())

    def _add(self, leaf: bytes) -> None:
        height, node = 0, leaf
        while self._frontier and self._frontier[-1][0] == height:
            _, left = self._frontier.pop()
            height, node = height + 1, sha256(b"\x01" + left + node).digest()
        self._frontier.append((height, node))
        self._size += 1
