"""Verifies an export of Kravspor by itself: one file, standard library, Python 3.9 or newer."""

# Nothing of the engine is imported here: the format, the tree and the rule are told a second
# time, so that a mistake in the one is not repeated in the other, and an auditor needs none
# of our packages. Syntax and library are those of Python 3.9.

from __future__ import annotations

import argparse
import gzip
import json
import sys
import zlib
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256, sha512
from itertools import zip_longest
from pathlib import Path
from typing import Any, NamedTuple

FORMAT = "kravspor-export/1"
MANIFEST, SIGNATURE, KEY = "manifest.json", "manifest.sig", "key.txt"
LINE_BYTES_MAX = 16_000_000
TOLD_MOST = 50
UNPACKED = "cannot be unpacked"
UNREADABLE, DUPLICATE, STANDS = "unreadable", "duplicate", "stands"
MALFORMED = (KeyError, TypeError, ValueError, AttributeError, IndexError)

# The curve of Ed25519 (RFC 8032, 5.1): its prime, order, constant and base point.
PRIME = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CONSTANT = -121665 * pow(121666, PRIME - 2, PRIME) % PRIME
ROOT_OF_MINUS_ONE = pow(2, (PRIME - 1) // 4, PRIME)
BASE_Y = 4 * pow(5, PRIME - 2, PRIME) % PRIME
HALF_BYTES, SIGNATURE_BYTES, KEY_ID_BYTES = 32, 64, 4
ED25519 = b"\x01"

Point = tuple[int, int, int, int]  # x, y, z, t of the extended coordinates


class Finding(NamedTuple):
    """What is wrong, in which file, and at which line of it; line 0 is the file itself."""

    file: str
    line: int
    what: str


class Findings:
    """All that is wrong: the first ones in words, all of them counted."""

    def __init__(self) -> None:
        self.told: list[Finding] = []
        self.count = 0

    def add(self, file: str, line: int, what: str) -> None:
        """One thing more."""
        self.count += 1
        if len(self.told) < TOLD_MOST:
            self.told.append(Finding(file, line, what))


def verify(folder: Path, known_key: str = "") -> tuple[dict[str, Any], Findings]:
    """The manifest, and all that is wrong with the export in `folder`.

    `known_key` is the agency's public key, had from elsewhere. Raises ValueError when there
    is no export.
    """
    found = Findings()
    raw = _bytes(folder / MANIFEST)
    if raw is None:
        raise ValueError(f"{folder} holds no {MANIFEST}, so it is no export")
    key = _key(folder, known_key, found)
    _signature(folder, raw, key, found)
    try:
        manifest: dict[str, Any] = json.loads(raw)
        if manifest["format"] != FORMAT:
            raise ValueError(manifest["format"])
        _files(folder, manifest["files"], found)
        for number in range(len(manifest["shards"])):
            _Shard(folder, manifest, number, key, found).verify()
    except MALFORMED as error:
        found.add(MANIFEST, 0, f"does not tell of an export in the form {FORMAT}: {error!r}")
        return {}, found
    return manifest, found


# The manifest, its signature, and the files it names.


def _key(folder: Path, known_key: str, found: Findings) -> str:
    raw = _bytes(folder / KEY)
    if raw is None:
        found.add(KEY, 0, "is missing")
        return known_key
    key = raw.decode("utf-8", "replace").strip()
    if known_key and key != known_key.strip():
        found.add(KEY, 0, "is not the key you gave; the export was made by somebody else")
        return known_key.strip()
    return key


def _signature(folder: Path, manifest: bytes, key: str, found: Findings) -> None:
    raw = _bytes(folder / SIGNATURE)
    if raw is None:
        found.add(SIGNATURE, 0, "is missing")
        return
    text = opened_note(raw, key)
    if text is None:
        found.add(SIGNATURE, 0, f"is not signed with the key in {KEY}")
        return
    if text != f"{FORMAT}\n{MANIFEST}\n{sha256(manifest).hexdigest()}\n":
        found.add(MANIFEST, 0, "is not the manifest that was signed: it has been edited")


def _files(folder: Path, named: dict[str, Any], found: Findings) -> None:
    for name, told in named.items():
        path = folder / name
        if ".." in Path(name).parts or Path(name).is_absolute():
            found.add(MANIFEST, 0, f"names a file outside the export: {name}")
        elif not path.is_file():
            found.add(name, 0, "is missing")
        elif path.stat().st_size != told["bytes"] or _sum(path) != told["sha256"]:
            found.add(name, 0, "is not the file that was signed: its SHA-256 differs")
    known = {*named, MANIFEST, SIGNATURE}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if not path.is_dir() and name not in known:
            found.add(name, 0, "does not belong to the export: the manifest does not name it")


def _sum(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


# One shard: its checkpoint, its lines, and where each stands in the tree.


class _Shard:
    def __init__(
        self, folder: Path, manifest: dict[str, Any], number: int, key: str, found: Findings
    ) -> None:
        told = manifest["shards"][number]
        self.folder, self.key, self.found, self.told = folder, key, found, told
        self.origin = f"{manifest['log']['origin']}/{told['shard']}"
        self.chosen = manifest["filter"]["kind"] in ("case", "creditor")
        self.log, self.places = f"log-{told['shard']}.jsonl.gz", f"places-{told['shard']}.jsonl.gz"
        self.heads_name = f"heads-{told['shard']}.jsonl.gz"
        self.root, self.size = bytes.fromhex(told["root"]), int(told["size"])
        self.broken = False
        followed = dict(self._heads()) if self.chosen else None
        whole = not self.chosen and told["first_leaf"] == 0
        self.rule = _Rule(int(told["shard"]), followed, whole=whole)

    def verify(self) -> None:
        self._checkpoint()
        in_step = self._lines()
        if not in_step and not self.broken:
            _tell_differences(self._hashes(), self._expected(), self.log, self.found)
        if in_step and self.chosen:
            self._ends()

    def _checkpoint(self) -> None:
        name = f"checkpoint-{self.told['shard']}.txt"
        raw = _bytes(self.folder / name)
        if raw is None:
            return  # that it is missing is told with the files
        text = opened_note(raw, self.key)
        if text is None:
            self.found.add(name, 0, f"is not signed with the key in {KEY}")
            return
        lines = text.split("\n")
        if lines[0] != self.origin:
            self.found.add(name, 1, f"is of another log or shard than {self.origin}")
        if lines[1] != str(self.size):
            what = f"is of {lines[1]} lines, and the manifest speaks of {self.size}"
            self.found.add(name, 2, what)
        elif b64decode(lines[2]) != self.root:
            self.found.add(name, 3, "has another root than the manifest")

    def _lines(self) -> bool:
        """Go through log and places in step; False at the first line that is another."""
        frontier = [bytes.fromhex(each) for each in self.told["frontier"]]
        tree = _Tree(int(self.told["first_leaf"]), frontier)
        last, position, events = -1, None, 0
        logged = _unpacked(self.folder / self.log, self.log, self.found)
        placed = _unpacked(self.folder / self.places, self.places, self.found)
        number, readable = 0, True
        for number, (line, raw) in enumerate(zip_longest(logged, placed), 1):
            if line is None or raw is None:
                self.broken = self._unpacked_badly()
                return False
            leaf, place = sha256(b"\x00" + line).digest(), self._place(raw, number)
            if place is None:
                readable = False
                tree.add(leaf)
                continue
            if leaf.hex() != place["hash"]:
                return False
            if self.chosen:
                self._proved(leaf, place, number, last)
                last = place["leaf"]
            else:
                self._next(place, number, tree.size, position)
                tree.add(leaf)
            if not readable:
                continue  # where one place cannot be read, no verdict after it can be judged
            problem, count = self.rule.take(line, place)
            if problem:
                self.found.add(self.log, number, problem)
            if place["events"] and place["events"][1] - place["events"][0] + 1 != count:
                self.found.add(self.places, number, "counts other events than the line has")
            position = place["events"][1] if place["events"] else position
            events += count
        self._totals(number, events if readable else None)
        if not self.chosen and (tree.size, tree.root()) != (self.size, self.root):
            self.found.add(self.log, 0, "the lines do not lead to the root of the checkpoint")
        return True

    def _place(self, raw: bytes, number: int) -> dict[str, Any] | None:
        """Where a line stands; told of and passed over where it cannot be what was written."""
        try:
            body, _, end = raw.rpartition(b',"sum":"')
            if sha256(body).hexdigest()[:16].encode() + b'"}' != end:
                raise ValueError("its sum differs")
            place: dict[str, Any] = json.loads(raw)
            if place["n"] != number:
                self.found.add(self.places, number, f"has number {place['n']}: lines are moved")
        except MALFORMED as error:
            self.found.add(self.places, number, f"has been changed: {error}")
            return None
        return place

    def _proved(self, leaf: bytes, place: dict[str, Any], number: int, last: int) -> None:
        path = [bytes.fromhex(each) for each in place["path"]]
        if not included(self.root, self.size, leaf, place["leaf"], path):
            what = f"does not stand at place {place['leaf']} of the log: its proof fails"
            self.found.add(self.log, number, what)
        if place["leaf"] <= last:
            self.found.add(self.log, number, "stands before the line above it in the log")

    def _next(self, place: dict[str, Any], number: int, leaf: int, position: int | None) -> None:
        if place["leaf"] != leaf:
            self.found.add(self.places, number, f"speaks of place {place['leaf']}, not {leaf}")
        if place["events"] and position is not None and place["events"][0] != position + 1:
            self.found.add(self.places, number, f"event {position + 1} is missing before it")

    def _totals(self, lines: int, events: int | None) -> None:
        for what, counted in (("lines", lines), ("events", events)):
            if counted is not None and self.told[what] != counted:
                told = f"speaks of {self.told[what]} {what} in shard {self.told['shard']}"
                self.found.add(MANIFEST, 0, f"{told}; there are {counted}")

    def _heads(self) -> Iterator[tuple[str, tuple[int, str]]]:
        name = self.heads_name
        for number, raw in enumerate(_unpacked(self.folder / name, name, self.found), 1):
            try:
                told = json.loads(raw)
                yield told["stream"], (told["version"], told["hash"])
            except MALFORMED:
                self.found.add(name, number, "is no head of a stream")

    def _ends(self) -> None:
        """Each stream that is followed must end where it is said to."""
        for number, (stream, head) in enumerate((self.rule.followed or {}).items(), 1):
            if self.rule.heads.get(stream) != head:
                self.found.add(self.heads_name, number, f"{stream} does not end so in the log")

    def _unpacked_badly(self) -> bool:
        files = (self.log, self.places)
        return any(each.file in files and UNPACKED in each.what for each in self.found.told)

    def _hashes(self) -> list[str]:
        lines = _unpacked(self.folder / self.log, self.log, Findings())
        return [sha256(b"\x00" + line).hexdigest() for line in lines]

    def _expected(self) -> list[str]:
        return [
            _hash_in(raw) for raw in _unpacked(self.folder / self.places, self.places, Findings())
        ]


def _hash_in(place: bytes) -> str:
    try:
        return str(json.loads(place)["hash"])
    except MALFORMED:
        return ""


def _tell_differences(present: list[str], expected: list[str], name: str, found: Findings) -> None:
    """Tell which lines were changed, left out, added or moved, by their hashes."""
    surplus, lacking = Counter(present), Counter(expected)
    surplus.subtract(expected)
    lacking.subtract(present)
    here = there = 0
    while here < len(present) or there < len(expected):
        line = present[here] if here < len(present) else None
        wanted = expected[there] if there < len(expected) else None
        added = line is not None and surplus[line] > 0
        missing = wanted is not None and lacking[wanted] > 0
        if line == wanted or not (added or missing):
            if line != wanted and line is not None:
                # To look for its place is slow, and only the first ones are told.
                at = expected.index(line) + 1 if found.count < TOLD_MOST else 0
                found.add(name, here + 1, f"has been moved: it belongs at line {at}")
            here, there = here + 1, there + 1
            continue
        if added and missing:
            found.add(name, here + 1, "has been changed")
        elif added:
            found.add(name, here + 1, "has been added")
        else:
            found.add(name, here + 1, f"line {there + 1} of the export is missing here")
        if added and line is not None:
            surplus[line] -= 1
            here += 1
        if missing and wanted is not None:
            lacking[wanted] -= 1
            there += 1


# The rule by which a commit stands, over the lines of one shard.


class _Rule:
    """Judges commits again. `whole` when every line from the log's first one on is here.

    Otherwise only what stands is held against the streams that are followed (all, when
    None); of the others some commits are not here.
    """

    def __init__(
        self, shard: int, followed: dict[str, tuple[int, str]] | None, *, whole: bool
    ) -> None:
        self.shard, self.followed, self.whole = shard, followed, whole
        self.heads: dict[str, tuple[int, str]] = {}
        self.decided: set[str] = set()
        self.commands: set[tuple[str, str]] = set()
        self.tracking: dict[tuple[str, str], int] = {}
        self.unread: dict[int, list[bytes]] = {}

    def take(self, line: bytes, place: dict[str, Any]) -> tuple[str, int]:
        """What is wrong with the verdict on a line, and how many events stand by it."""
        verdict = place["verdict"]
        if verdict == UNREADABLE:
            self.unread.setdefault(place["offset"], []).append(line)
            return "", 0
        try:
            commit = json.loads(line)
            reason = self._reason(commit)
            if self.whole and reason != verdict:
                return f"is said to be {verdict}, and is {reason}", 0
            if verdict == STANDS and reason != STANDS:
                return f"does not follow from the lines before it: {reason}", 0
            self.decided.add(commit["commit_id"])
            return "", self._learn(commit, line) if verdict == STANDS else 0
        except MALFORMED:
            return "is no commit", 0

    def _reason(self, commit: dict[str, Any]) -> str:
        parts, command = commit["parts"], commit["command_id"]
        if commit["commit_id"] in self.decided:
            return DUPLICATE
        if any((part["stream"], command) in self.commands for part in parts):
            return "already_done"
        tracking = commit.get("tracking")
        if tracking and tracking["id"] <= self.tracking.get(_tracked(tracking), -1):
            return "tracking_behind"
        for part in parts:
            if problem := self._conflict(part):
                return problem
        control = f"control-{self.shard}"
        if any((part["stream"] == control) != (commit["kind"] == "control") for part in parts):
            return "control_misplaced"
        if commit["kind"] == "control" and not all(map(self._passed, _events(commit))):
            return "quarantine_void"
        return STANDS

    def _conflict(self, part: dict[str, Any]) -> str:
        stream, head = part["stream"], self.heads.get(part["stream"])
        if head is None:
            begins = self.whole or (self.followed is not None and stream in self.followed)
            right = not begins or part["prev_hash"] == genesis_hash(self.shard, stream)
            return "" if right else "hash_conflict"
        if self.followed is not None and stream not in self.followed:
            return ""
        if part["first_version"] != head[0] + 1:
            return "version_conflict"
        return "" if part["prev_hash"] == head[1] else "hash_conflict"

    def _passed(self, event: dict[str, Any]) -> bool:
        """Whether what is quarantined was passed over; of a part of the log nobody can tell."""
        if event["type"] != "control.quarantined" or not self.whole:
            return True
        held = b"\n".join(self.unread.get(event["data"]["offset"], []))
        return bool(sha256(held).hexdigest() == event["data"]["sha256"])

    def _learn(self, commit: dict[str, Any], line: bytes) -> int:
        digest = commit_hash(line)
        for part in commit["parts"]:
            last = part["first_version"] + len(part["events"]) - 1
            self.heads[part["stream"]] = (last, digest)
            if self.whole:
                self.commands.add((part["stream"], commit["command_id"]))
        if tracking := commit.get("tracking"):
            self.tracking[_tracked(tracking)] = tracking["id"]
        return sum(1 for _ in _events(commit))


def _tracked(tracking: dict[str, Any]) -> tuple[str, str]:
    return tracking["application"], tracking["upstream"]


def _events(commit: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for part in commit["parts"]:
        yield from part["events"]


def commit_hash(line: bytes) -> str:
    """The hash of a commit, which the next one on its streams names."""
    return sha256(b"kravspor/commit/1\x00" + line).hexdigest()


def genesis_hash(shard: int, stream: str) -> str:
    """What the first commit of a stream names."""
    return sha256(b"kravspor/genesis/1\x00" + f"{shard}\x00{stream}".encode()).hexdigest()


# The Merkle tree (RFC 6962).


class _Tree:
    """Grows from the roots of the perfect subtrees before it, left to right."""

    def __init__(self, size: int, nodes: list[bytes]) -> None:
        if len(nodes) != bin(size).count("1"):  # noqa: FURB161 - Python 3.9 has no bit_count
            raise ValueError("the frontier does not fit the size")
        self.size, self.nodes = size, nodes

    def add(self, leaf: bytes) -> None:
        node, ones = leaf, self.size
        while ones & 1:
            node, ones = _node(self.nodes.pop(), node), ones >> 1
        self.nodes.append(node)
        self.size += 1

    def root(self) -> bytes:
        if not self.nodes:
            return sha256().digest()
        root = self.nodes[-1]
        for node in self.nodes[-2::-1]:
            root = _node(node, root)
        return root


def included(root: bytes, size: int, leaf: bytes, index: int, path: list[bytes]) -> bool:
    """Whether the path proves the leaf at its place (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    node, last = leaf, size - 1
    for other in path:
        if last == 0:
            return False
        if index & 1 or index == last:
            node = _node(other, node)
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            node = _node(node, other)
        index, last = index >> 1, last >> 1
    return last == 0 and node == root


def _node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


# Signed notes (C2SP), and Ed25519 (RFC 8032).


def opened_note(raw: bytes, key: str) -> str | None:
    """The text of a note that the key has signed; None when it has not."""
    try:
        name, key_id, encoded = key.split("+", 2)
        public = b64decode(encoded, validate=True)
        text, signatures = raw.decode().split("\n\n", 1)
        text += "\n"
        if sha256(f"{name}\n".encode() + public).digest()[:KEY_ID_BYTES].hex() != key_id:
            return None
        for line in signatures.splitlines():
            dash, signer, signature = line.split(" ")
            if (dash, signer) != ("\u2014", name):
                continue
            signed = b64decode(signature, validate=True)
            if signed[:KEY_ID_BYTES].hex() == key_id and public[:1] == ED25519:
                right = ed25519(public[1:], text.encode(), signed[KEY_ID_BYTES:])
                return text if right and signatures.count("\n") == 1 else None
    except ValueError:
        return None
    return None


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` is that of the owner of `public` on `message`."""
    if len(public) != HALF_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    key, scalar = _decoded(public), int.from_bytes(signature[HALF_BYTES:], "little")
    if key is None or scalar >= ORDER:
        return False
    digest = sha512(signature[:HALF_BYTES] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    minus = (PRIME - key[0], key[1], 1, PRIME - key[3])
    told = _sum_of(_times(scalar, _base()), _times(challenge, minus))
    return _encoded(told) == signature[:HALF_BYTES]


def _base() -> Point:
    point = _decoded(BASE_Y.to_bytes(HALF_BYTES, "little"))
    if point is None:
        raise AssertionError("the base point lies on the curve")
    return point


def _decoded(encoded: bytes) -> Point | None:
    """The point with that y and the sign of its x; None when there is none (RFC 8032, 5.1.3)."""
    number = int.from_bytes(encoded, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    if y >= PRIME:
        return None
    above, below = (y * y - 1) % PRIME, (CONSTANT * y * y + 1) % PRIME
    square = above * pow(below, PRIME - 2, PRIME) % PRIME
    x = pow(square, (PRIME + 3) // 8, PRIME)
    if (x * x - square) % PRIME:
        x = x * ROOT_OF_MINUS_ONE % PRIME
    if (x * x - square) % PRIME or (x == 0 and odd):
        return None
    if x & 1 != odd:
        x = PRIME - x
    return x, y, 1, x * y % PRIME


def _encoded(point: Point) -> bytes:
    x, y, z, _ = point
    inverse = pow(z, PRIME - 2, PRIME)
    x, y = x * inverse % PRIME, y * inverse % PRIME
    return (y | (x & 1) << 255).to_bytes(HALF_BYTES, "little")


def _sum_of(one: Point, other: Point) -> Point:
    x1, y1, z1, t1 = one
    x2, y2, z2, t2 = other
    a, b = (y1 - x1) * (y2 - x2) % PRIME, (y1 + x1) * (y2 + x2) % PRIME
    c, d = 2 * t1 * t2 * CONSTANT % PRIME, 2 * z1 * z2 % PRIME
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % PRIME, g * h % PRIME, f * g % PRIME, e * h % PRIME


def _times(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = _sum_of(result, point)
        point, scalar = _sum_of(point, point), scalar >> 1
    return result


# Files, and what is told.


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _unpacked(path: Path, name: str, found: Findings) -> Iterator[bytes]:
    """The lines of a packed file, as far as it can be unpacked; a missing one has none."""
    number = 0
    if not path.is_file():
        return
    try:
        with gzip.open(path, "rb") as file:
            while line := file.readline(LINE_BYTES_MAX):
                number += 1
                if not line.endswith(b"\n"):
                    found.add(name, number, "is cut off")
                yield line[:-1] if line.endswith(b"\n") else line
    except (OSError, EOFError, zlib.error) as error:
        found.add(name, number + 1, f"{UNPACKED} from here on: {error}")


def main(arguments: list[str] | None = None) -> int:
    """Verify, and tell a person or a program."""
    parser = argparse.ArgumentParser(
        description="Verify an export: find any byte changed, any line missing, added or moved.",
        epilog="Exit code: 0 whole, 1 something differs, 2 this is no export.",
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--key", default="", help="the agency's public key, had from elsewhere")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    try:
        manifest, found = verify(given.folder, given.key)
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if given.json:
        told = [each._asdict() for each in found.told]
        text = json.dumps({"count": found.count, "findings": told}, indent=2)
    else:
        text = "\n".join(sentences(manifest, found, known=bool(given.key)))
    sys.stdout.write(text + "\n")
    return 1 if found.count else 0


def sentences(manifest: dict[str, Any], found: Findings, *, known: bool) -> Iterator[str]:
    """What there is to tell a person."""
    for shard in manifest.get("shards", []):
        yield (
            f"shard {shard['shard']}: {shard['lines']} lines, {shard['events']} events, "
            f"in a log of {shard['size']} lines"
        )
    for each in found.told:
        where = f"{each.file}, line {each.line}" if each.line else each.file
        yield f"WRONG  {where}: {each.what}"
    if found.count > len(found.told):
        yield f"… and {found.count - len(found.told)} more"
    if found.count:
        yield f"{found.count} things are wrong: this is not the export that was signed"
        return
    yield "everything is as it was signed"
    if not known:
        yield f"the key in {KEY} is only what this export says: compare it with the published one"


if __name__ == "__main__":
    sys.exit(main())
