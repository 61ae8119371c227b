"""Writes an export from the log: the same scope gives the same bytes."""

import tomllib
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files

import orjson

from engine.journal.merkle import Leaves, Tree
from engine.journal.note import log_name
from engine.journal.recorded import Decode
from engine.ports import Head
from engine.refusal import refuse_if
from engine.vault import Vault
from gateways.exporting.folder import Folder, Lines
from gateways.exporting.history import History
from gateways.exporting.lines import LineWriter, head_line, heads_of
from gateways.exporting.personal import personal_lines
from gateways.exporting.schemas import schemas
from gateways.exporting.scope import Counted, Scope, Span
from gateways.exporting.verify import FORMAT, KEY, MANIFEST, SIGNATURE
from gateways.exporting.walking import Progress, Source, Walk
from gateways.settings import CHECKOUT
from projections.index import ProjectionIndex
from replay.checkpoints import Notary
from replay.choosing import Chosen, of_case, of_creditor
from replay.logged import Judged

HISTORY = "history.txt"


@dataclass(frozen=True, slots=True)
class Written:
    """What a folder holds: the SHA-256 of its manifest, and what was counted."""

    manifest_sha256: str
    lines: int
    events: int


@dataclass(frozen=True, slots=True)
class Opening:
    """What reads events, and what opens the personal in them where that is asked for."""

    vault: Vault
    decode: Decode


class Exporter:
    """Exports from a log whose index is sound; everything is read from the log itself."""

    def __init__(self, source: Source, notary: Notary, opening: Opening) -> None:
        self._source = source
        self._notary = notary
        self._opening = opening

    def write(self, scope: Scope, folder: Folder, now: datetime, progress: Progress) -> Written:
        """Fill the folder.

        Refuses: range_empty, range_beyond_log, subject_unknown.
        Raises UnprovableError when the log is not what was judged, or signed before.
        """
        _refuse_beyond(self._source.index, scope)
        log_id = self._source.log.identity()
        signer = self._notary.signer(log_id)
        shards, totals = [], []
        for span in scope.spans:
            walk = Walk(self._source, span, progress)
            counted = self._span(walk, scope, folder)
            made = self._notary.signed(log_id, span.shard, walk.tree, now)
            folder.text(f"checkpoint-{span.shard}.txt", made.note)
            shards.append(_shard(span, walk.tree, counted))
            totals.append(counted)
        _describe(folder, signer.public.text)
        manifest = _manifest(scope, log_id, shards, folder)
        digest = sha256(manifest).hexdigest()
        folder.bytes(MANIFEST, manifest)
        folder.text(SIGNATURE, signer.sign(f"{FORMAT}\n{MANIFEST}\n{digest}\n"))
        lines, events = sum(each.lines for each in totals), sum(each.events for each in totals)
        return Written(digest, lines, events)

    def _span(self, walk: Walk, scope: Scope, folder: Folder) -> Counted:
        shard = walk.span.shard
        with ExitStack() as stack:
            names = [f"log-{shard}.jsonl.gz", f"places-{shard}.jsonl.gz"]
            writer = LineWriter(*(stack.enter_context(folder.packed(name)) for name in names))
            opened: Lines | None = None
            if scope.personal:
                opened = stack.enter_context(folder.packed(f"personal-{shard}.jsonl.gz"))
            chosen = _chosen(scope)
            if chosen is None:
                for judged in walk.lines():
                    self._line(writer, opened, judged)
                return writer.counted(walk.begun)
            heads = stack.enter_context(folder.packed(f"heads-{shard}.jsonl.gz"))
            history = History(self._opening.decode)
            for stream, head in self._chosen(walk, chosen, writer, opened, history):
                heads.write(head_line(stream, head))
        if scope.kind == "case":
            folder.text(HISTORY, history.text())
        return writer.counted(walk.begun)

    def _chosen(
        self,
        walk: Walk,
        chosen: Chosen,
        writer: LineWriter,
        opened: Lines | None,
        history: History,
    ) -> Iterator[tuple[str, Head]]:
        """Two walks: one to know what belongs together and to prove from, one to write.

        Where each stream that was followed ends.
        """
        walk.leaves = Leaves()
        for judged in walk.lines():
            chosen.learn(judged)
        heads: dict[str, Head] = {}
        for judged in walk.again():
            if chosen.takes(judged):
                path = walk.leaves.inclusion(judged.placed.leaf, walk.tree.size)
                history.take(judged, self._line(writer, opened, judged, path))
                heads |= heads_of(judged)
        refuse_if(chosen.roots.isdisjoint(heads), "subject_unknown", until=walk.span.until)
        return ((stream, heads[stream]) for stream in sorted(chosen.followed & heads.keys()))

    def _line(
        self,
        writer: LineWriter,
        opened: Lines | None,
        judged: Judged,
        path: list[bytes] | None = None,
    ) -> int:
        """Write a line, and what is personal in it; its number."""
        number = writer.write(judged, path)
        if opened is not None:
            vault, decode = self._opening.vault, self._opening.decode
            for line in personal_lines(judged, number, vault, decode):
                opened.write(line)
        return number


def _refuse_beyond(index: ProjectionIndex, scope: Scope) -> None:
    refuse_if(not scope.spans, "range_empty")
    for span in scope.spans:
        empty = not 0 <= span.start < span.until
        refuse_if(empty, "range_empty", shard=span.shard, until=span.until)
        end = index.meta(span.shard).next_offset
        refuse_if(span.until > end, "range_beyond_log", shard=span.shard, end=end)


def _chosen(scope: Scope) -> Chosen | None:
    if scope.subject_id is None:
        return None
    return (of_case if scope.kind == "case" else of_creditor)(scope.subject_id)


def _describe(folder: Folder, public_key: str) -> None:
    for name, body in schemas():
        folder.bytes(f"schemas/{name}.json", body)
    folder.text(KEY, public_key + "\n")
    for name in ("verify.py", "README.txt"):
        folder.bytes(name, files("gateways.exporting").joinpath(name).read_bytes())


def _shard(span: Span, tree: Tree, counted: Counted) -> dict[str, object]:
    return {
        "shard": span.shard,
        "from_offset": span.start,
        "until_offset": span.until,
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


def _manifest(scope: Scope, log_id: str, shards: list[dict[str, object]], folder: Folder) -> bytes:
    told = {
        "format": FORMAT,
        "tool": {"name": "kravspor", "version": tool_version()},
        "log": {"id": log_id, "origin": log_name(log_id)},
        "filter": {"kind": scope.kind, "id": scope.subject_id, "personal": scope.personal},
        "shards": shards,
        "files": folder.sums(),
    }
    return orjson.dumps(told, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def tool_version() -> str:
    """The version of this program, installed or in a checkout."""
    try:
        return version("kravspor")
    except PackageNotFoundError:
        told = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
        return str(told["project"]["version"])
