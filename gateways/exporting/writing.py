"""Writes an export from the log: the same scope gives the same bytes."""

import tomllib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import orjson

from engine.journal.merkle import EMPTY, Leaves, Tree, leaf_hash
from engine.journal.note import Signer, log_name
from engine.journal.recorded import Decode
from engine.ports import Head, Log
from engine.refusal import refuse_if
from gateways.exporting.folder import Folder
from gateways.exporting.history import History
from gateways.exporting.lines import LineWriter, head_line, heads_of
from gateways.exporting.schemas import schemas
from gateways.exporting.scope import SHARD, Counted, Scope
from gateways.exporting.verify import FORMAT, KEY, MANIFEST, SIGNATURE
from gateways.settings import CHECKOUT
from projections.index import ProjectionIndex
from replay.checkpoints import Notary
from replay.choosing import Chosen, of_case, of_creditor
from replay.logged import Judged, Placed, UnprovableError, judged_lines, placed_lines

Progress = Callable[[int], None]

LOG, PLACES, HEADS = f"log-{SHARD}.jsonl.gz", f"places-{SHARD}.jsonl.gz", f"heads-{SHARD}.jsonl.gz"
CHECKPOINT, HISTORY = f"checkpoint-{SHARD}.txt", "history.txt"


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder holds: the manifest's bytes, and the figures in it."""

    manifest: bytes
    log_lines: int
    counted: Counted


class Exporter:
    """Exports from a log whose index is sound; everything is read from the log itself."""

    def __init__(self, log: Log, index: ProjectionIndex, notary: Notary, decode: Decode) -> None:
        self._log = log
        self._index = index
        self._notary = notary
        self._decode = decode

    def write(self, scope: Scope, folder: Folder, now: datetime, progress: Progress) -> Written:
        """Fill the folder.

        Refuses: range_empty, range_beyond_log, subject_unknown.
        Raises UnprovableError when the log is not what was judged, or signed before.
        """
        end = self._index.meta(SHARD).next_offset
        refuse_if(not 0 <= scope.start < scope.until, "range_empty", last=scope.until)
        refuse_if(scope.until > end, "range_beyond_log", end=end)
        walk = _Walk(self._log, self._index, self._notary, scope, progress)
        counted = self._lines(walk, scope, folder)
        walk.check()
        made = self._notary.signed(self._log.identity(), SHARD, walk.tree, now)
        folder.text(CHECKPOINT, made.note)
        for name, body in schemas():
            folder.bytes(f"schemas/{name}.json", body)
        signer = self._notary.signer(self._log.identity())
        folder.text(KEY, signer.public.text + "\n")
        for name in ("verify.py", "README.txt"):
            folder.bytes(name, files("gateways.exporting").joinpath(name).read_bytes())
        manifest = _manifest(scope, self._log.identity(), walk.tree, counted, folder)
        _sign(folder, manifest, signer)
        return Written(manifest, walk.tree.size, counted)

    def _lines(self, walk: "_Walk", scope: Scope, folder: Folder) -> Counted:
        chosen = _chosen(scope)
        with ExitStack() as stack:
            packed = [stack.enter_context(folder.packed(name)) for name in (LOG, PLACES)]
            writer = LineWriter(*packed)
            if chosen is None:
                for judged in walk.lines(scope.start):
                    writer.write(judged)
                return writer.counted(walk.begun.size, walk.begun.frontier)
            heads = self._write_chosen(walk, scope, chosen, writer, folder)
        with folder.packed(HEADS) as lines:
            for stream in sorted(chosen.followed & heads.keys()):
                lines.write(head_line(stream, heads[stream]))
        return writer.counted(0, ())

    def _write_chosen(
        self, walk: "_Walk", scope: Scope, chosen: Chosen, writer: LineWriter, folder: Folder
    ) -> dict[str, Head]:
        """Two walks: one to know what belongs together and to prove from, one to write."""
        for judged in walk.lines(0):
            chosen.learn(judged)
        history = None
        if scope.kind == "case" and scope.subject_id is not None:
            history = History(scope.subject_id, self._decode)
        heads: dict[str, Head] = {}
        count = 0
        for judged in walk.again():
            if not chosen.takes(judged):
                continue
            count += 1
            writer.write(judged, walk.leaves.inclusion(judged.placed.leaf, walk.tree.size))
            heads |= heads_of(judged)
            if history:
                history.take(judged, count)
        refuse_if(chosen.roots.isdisjoint(heads), "subject_unknown", until=scope.until)
        if history:
            folder.text(HISTORY, history.text())
        return heads


class _Walk:
    """Reads the log from its first record, grows the tree, and holds it against checkpoints."""

    def __init__(
        self,
        log: Log,
        index: ProjectionIndex,
        notary: Notary,
        scope: Scope,
        progress: Progress,
    ) -> None:
        self._log, self._index, self._scope, self._progress = log, index, scope, progress
        held = notary.store.all_of(log.identity(), SHARD)
        self._signed = {each.size: each.root for each in held}
        self.tree, self.begun, self.leaves = EMPTY, EMPTY, Leaves()

    def lines(self, start: int) -> Iterator[Judged]:
        """The lines from the record `start` on; the tree grows by those before it, too."""
        for batch in self._batches():
            for placed in batch:
                self._grow(placed, start)
            yield from judged_lines(self._index, [p for p in batch if p.offset >= start])

    def again(self) -> Iterator[Judged]:
        """All lines once more."""
        for batch in self._batches():
            yield from judged_lines(self._index, batch)

    def check(self) -> None:
        """Raises UnprovableError when the index has another tree than the log."""
        meta = self._index.meta(SHARD)
        if meta.next_offset == self._scope.until and meta.tree != self.tree:
            raise UnprovableError("the tree of the index is not that of the log")

    def _batches(self) -> Iterator[list[Placed]]:
        done = 0
        for batch in placed_lines(self._log, SHARD, self._scope.until):
            yield batch
            self._progress(batch[-1].offset + 1 - done)
            done = batch[-1].offset + 1

    def _grow(self, placed: Placed, start: int) -> None:
        if placed.offset < start:
            self.begun = self.tree.grown([placed.raw])
        self.tree = self.begun if placed.offset < start else self.tree.grown([placed.raw])
        if self._scope.kind != "log":
            self.leaves.add(leaf_hash(placed.raw))
        signed = self._signed.get(self.tree.size)
        if signed is not None and signed != self.tree.root.hex():
            raise UnprovableError(
                f"the first {self.tree.size} lines are not those that were signed: "
                "the log has been rewritten"
            )


def _chosen(scope: Scope) -> Chosen | None:
    if scope.subject_id is None:
        return None
    return (of_case if scope.kind == "case" else of_creditor)(scope.subject_id)


def _manifest(
    scope: Scope,
    log_id: str,
    tree: Tree,
    counted: Counted,
    folder: Folder,
) -> bytes:
    shard = {
        "shard": SHARD,
        "size": tree.size,
        "root": tree.root.hex(),
        "first_leaf": counted.first_leaf,
        "frontier": [node.hex() for node in counted.frontier],
        "lines": counted.lines,
        "events": counted.events,
        "event_types": counted.types,
        "first_position": counted.first_position,
        "last_position": counted.last_position,
    }
    told = {
        "format": FORMAT,
        "tool": {"name": "kravspor", "version": tool_version()},
        "log": {"id": log_id, "origin": log_name(log_id)},
        "filter": {
            "kind": scope.kind,
            "id": scope.subject_id,
            "from_offset": scope.start,
            "until_offset": scope.until,
            "personal": scope.personal,
        },
        "shards": [shard],
        "files": folder.sums(),
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _sign(folder: Folder, manifest: bytes, signer: Signer) -> None:
    folder.bytes(MANIFEST, manifest)
    folder.text(SIGNATURE, signer.sign(f"{FORMAT}\n{MANIFEST}\n{sha256(manifest).hexdigest()}\n"))


def tool_version() -> str:
    """The version of this program, installed or in a checkout."""
    try:
        return version("kravspor")
    except PackageNotFoundError:
        told = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
        return str(told["project"]["version"])
