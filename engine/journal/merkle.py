"""The Merkle tree over the lines of a shard (RFC 6962): grown at its edge, and proved from."""

# A leaf is one line of the log at its place, void and repeated ones too, so that leaving
# one out shows. A record nobody can read is cut at its newlines as any other: the tree
# depends on the bytes of the log and on nobody's judgement of them.

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree as far as it must be known to grow: the roots of its perfect subtrees.

    They stand from left to right, one for each bit that is set in `size`.
    """

    size: int = 0
    frontier: tuple[bytes, ...] = ()

    def grown(self, lines: Iterable[bytes]) -> "Tree":
        """The tree with those lines behind the ones it has."""
        return self.grown_by(map(leaf_hash, lines))

    def grown_by(self, leaves: Iterable[bytes]) -> "Tree":
        """The tree with more leaves, by their hashes."""
        nodes, size = list(self.frontier), self.size
        for leaf in leaves:
            node, ones = leaf, size
            while ones & 1:
                node = node_hash(nodes.pop(), node)
                ones >>= 1
            nodes.append(node)
            size += 1
        return Tree(size, tuple(nodes))

    @property
    def root(self) -> bytes:
        """The hash that stands for all the lines and their order."""
        if not self.frontier:
            return sha256().digest()
        *before, root = self.frontier
        for node in reversed(before):
            root = node_hash(node, root)
        return root


EMPTY: Final = Tree()


def tree_of(size: int, packed: bytes) -> Tree:
    """The tree whose frontier is stored as one string of bytes."""
    cuts = range(0, len(packed), HASH_BYTES)
    return Tree(size, tuple(packed[cut : cut + HASH_BYTES] for cut in cuts))


class Leaves:
    """The leaves of a tree, all of them, to prove from: 64 bytes a line.

    Each level holds the perfect subtrees of its height, so a proof costs no more than its
    own length.
    """

    def __init__(self) -> None:
        self._levels: list[bytearray] = [bytearray()]

    @property
    def size(self) -> int:
        """How many leaves there are."""
        return len(self._levels[0]) // HASH_BYTES

    def add(self, leaf: bytes) -> None:
        """One more leaf, by its hash."""
        level, node = 0, leaf
        self._levels[0] += node
        while (len(self._levels[level]) // HASH_BYTES) % 2 == 0:
            node = node_hash(*self._last_two(level))
            level += 1
            if level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[level] += node

    def root(self, size: int) -> bytes:
        """The root over the first `size` leaves."""
        self._check(size <= self.size)
        return self._over(0, size) if size else sha256().digest()

    def inclusion(self, index: int, size: int) -> list[bytes]:
        """What proves that leaf `index` stands in the tree of the first `size` leaves."""
        self._check(0 <= index < size <= self.size)
        path: list[bytes] = []
        start, end = 0, size
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                path.append(self._over(middle, end))
                end = middle
            else:
                path.append(self._over(start, middle))
                start = middle
        return path[::-1]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """What proves that the tree of `old` leaves is the beginning of the one of `new`."""
        self._check(0 < old <= new <= self.size)
        path: list[bytes] = []
        start, end, whole = 0, new, True
        while old < end:
            middle = start + _split(end - start)
            if old <= middle:
                path.append(self._over(middle, end))
                end = middle
            else:
                path.append(self._over(start, middle))
                start, whole = middle, False
        if not whole:
            path.append(self._over(start, end))
        return path[::-1]

    def _over(self, start: int, end: int) -> bytes:
        width = end - start
        if width & (width - 1) == 0 and start % width == 0:
            return self._node(width.bit_length() - 1, start // width)
        middle = start + _split(width)
        return node_hash(self._over(start, middle), self._over(middle, end))

    def _node(self, level: int, place: int) -> bytes:
        return bytes(self._levels[level][place * HASH_BYTES : (place + 1) * HASH_BYTES])

    def _last_two(self, level: int) -> tuple[bytes, bytes]:
        last = bytes(self._levels[level][-2 * HASH_BYTES :])
        return last[:HASH_BYTES], last[HASH_BYTES:]

    def _check(self, holds: bool) -> None:  # noqa: FBT001 - a condition, and nothing else
        if not holds:
            raise ValueError(f"a tree of {self.size} leaves cannot prove that")


def leaf_hash(line: bytes) -> bytes:
    """A line as a leaf."""
    return sha256(b"\x00" + line).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Two subtrees as one."""
    return sha256(b"\x01" + left + right).digest()


def includes(root: bytes, size: int, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
    """Whether `path` proves that `leaf` is number `index` of the tree with that root."""
    if not 0 <= index < size:
        return False
    node, place, last = leaf, index, size - 1
    for other in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            node = node_hash(other, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_hash(node, other)
        place, last = place >> 1, last >> 1
    return last == 0 and node == root


def extends(old: tuple[int, bytes], new: tuple[int, bytes], path: Sequence[bytes]) -> bool:
    """Whether `path` proves that the tree `old` (size, root) is the beginning of `new`."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 < old_size <= new_size:
        return False
    if old_size == new_size:
        return not path and old_root == new_root
    given = list(path)
    if old_size & (old_size - 1) == 0:
        given.insert(0, old_root)
    if not given:
        return False
    place, last = old_size - 1, new_size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    ours = theirs = given[0]
    for other in given[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            ours, theirs = node_hash(other, ours), node_hash(other, theirs)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            theirs = node_hash(theirs, other)
        place, last = place >> 1, last >> 1
    return last == 0 and (ours, theirs) == (old_root, new_root)


def _split(width: int) -> int:
    """The largest power of two below `width`."""
    return 1 << (width - 1).bit_length() - 1
