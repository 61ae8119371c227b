"""A batch as the statements that write it, and as the rows a rebuild copies."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from msgspec.structs import astuple
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from gateways.postgres import tables, tallying
from gateways.postgres.arrays import Kind, Pack, array, row_packer, texts
from gateways.postgres.copying import Copied
from gateways.postgres.packing import copy_pieces, copy_values
from gateways.postgres.queries import Schemas, channel, query
from projections.index import Batch, Meta
from projections.projection import AnyTable
from projections.tally import COLUMNS, Tally

Statement = tuple[bytes | Composed, Mapping[str, object]]
Step = tuple[str, AnyTable | None]
RowOids = Mapping[str, int]

EVENT_COLUMNS: Final = {
    "shard": "bigint",
    "nid": "bigint",
    "stream": "text",
    "version": "bigint",
    "event_id": "uuid",
    "type": "text",
    "schema": "bigint",
    "data": "bytea",
    "commit_id": "uuid",
    "command_id": "uuid",
    "log_offset": "bigint",
    "recorded_at": "timestamptz",
    "actor": "text",
    "correlation": "uuid",
    "causation": "uuid",
}
VERDICT_COLUMNS: Final = {
    "commit_id": "uuid",
    "command_id": "uuid",
    "command_mac": "text",
    "shard": "bigint",
    "log_offset": "bigint",
    "stands": "boolean",
    "reason": "text",
    "first_nid": "bigint",
    "last_nid": "bigint",
    "hash": "text",
}
HEAD_COLUMNS: Final = {"stream": "text", "version": "bigint", "hash": "text"}
COMMAND_COLUMNS: Final = {"stream": "text", "command_id": "uuid", "commit_id": "uuid"}
COPIED: Final = {
    "event": EVENT_COLUMNS,
    "commit_verdict": VERDICT_COLUMNS,
    "command": COMMAND_COLUMNS,
}


def kinds(columns: Mapping[str, str]) -> tuple[Kind, ...]:
    """The types of the columns, and which may be empty."""
    return tuple((kind, name in NULLABLE) for name, kind in columns.items())


def _packer(columns: Mapping[str, str]) -> Pack:
    return row_packer(kinds(columns))


# An Entry's fields stand in the order of the columns, and so do a Decided's.
NULLABLE: Final = ("causation",)
EVENT: Final = _packer(EVENT_COLUMNS)
VERDICT: Final = _packer(VERDICT_COLUMNS)
HEAD: Final = _packer(HEAD_COLUMNS)
COMMAND: Final = _packer(COMMAND_COLUMNS)


@dataclass(frozen=True, slots=True)
class Written:
    """A statement with numbered parameters, and their names in that order."""

    text: bytes
    names: tuple[str, ...]


def written(
    batch: Batch, schemas: Schemas, row_oids: RowOids, record: bytes | None = None
) -> tuple[Written, list[object]]:
    """The one statement that writes most of a batch, and its parameters.

    The compare-and-set stands first, and every other step waits for its row. With `record`
    the log moves too. `row_oids` are the types of the tables' rows, by the tables' names.
    """
    params = _advance(batch) | {"channel": channel(schemas)}
    written_to = [table for table, rows in batch.rows.items() if rows]
    kept_tallies = tuple(tallying.kept(written_to, row_oids))
    steps: list[Step] = [("advance" if record is None else "advance_both", None)]
    if record is not None:
        params["record"] = record
    if batch.decided:
        steps.append(("write_commits", None))
        params |= _commits(batch, row_oids)
    for step, param, heads in _heads(batch):
        steps.append((step, None))
        params[param] = array(row_oids["head"], heads)
    for number, (table, changed) in enumerate(batch.rows.items()):
        new, kept, gone = tables.split(changed, batch.fresh_rows.get(table, ()))
        for rows, name in ((new, f"new{number}_"), (kept, f"kept{number}_")):
            if rows:
                steps.append((name, table))
                params[name] = tables.packed(table, rows, row_oids[table.sql_name])
        if gone:
            steps.append((f"gone{number}_", table))
            params |= tables.key_params(gone, f"gone{number}_")
    lone = tallying.lone(batch.rows, kept_tallies) if kept_tallies else {}
    for number, (table, keys) in enumerate(lone.items()):
        steps.append((f"lone{number}_", table))
        params |= tables.key_params(keys, f"lone{number}_")
    statement = _composed(tuple(steps), kept_tallies, schemas)
    return statement, [params[name] for name in statement.names]


def followers(batch: Batch, named: Callable[[str], bytes]) -> Iterable[Statement]:
    """What few batches write besides, in the same transaction; `named` gives a statement."""
    if batch.tracking:
        yield named("write_tracking"), _tracking(batch)
    if batch.freed:
        projections, streams = zip(*batch.freed, strict=True)
        yield named("free_parked"), {"projection": list(projections), "stream": list(streams)}
    if batch.parked:
        yield named("write_parked"), _parked(batch)


@cache
def _composed(steps: tuple[Step, ...], tallies: tuple[Tally, ...], schemas: Schemas) -> Written:
    counted = {table for tally in tallies for table in tally.sources}
    texts = [
        _step(name, table, schemas, COLUMNS[table] if table in counted else ())
        for name, table in steps
        if not name.startswith("lone")
    ]
    texts += tallying.steps(tallies, steps)
    text = b"WITH " + b", ".join(texts) + b" " + query("moved", schemas)
    places: dict[bytes, int] = {}

    def numbered(match: re.Match[bytes]) -> bytes:
        return b"$%d" % places.setdefault(match[1], len(places) + 1)

    text = re.sub(rb"%\((\w+)\)b", numbered, text)
    return Written(text, tuple(name.decode() for name in places))


def _step(name: str, table: AnyTable | None, schemas: Schemas, told: tuple[str, ...]) -> bytes:
    if table is None:
        return query(name, schemas)
    if name.startswith("gone"):
        return tables.delete(table, name, told)
    write = tables.insert if name.startswith("new") else tables.upsert
    return write(table, name, told)


def _advance(batch: Batch) -> dict[str, object]:
    """What the compare-and-set is told."""
    return placed(batch.after) | {
        "before": batch.before.next_offset,
        "generation": batch.before.generation,
        "next_generation": batch.after.generation,
    }


def placed(meta: Meta) -> dict[str, object]:
    """Where a shard stands, as statements are told."""
    return {
        "shard": meta.shard,
        "after": meta.next_offset,
        "nid": meta.nid,
        "last_hash": meta.last_hash,
        "tree_size": meta.tree.size,
        "tree_frontier": b"".join(meta.tree.frontier),
        "formats": texts(meta.formats),
        "passed": texts(meta.passed),
    }


def _commits(batch: Batch, row_oids: RowOids) -> dict[str, object]:
    events = EVENT([astuple(entry) for entry in batch.entries])
    verdicts = VERDICT([astuple(verdict) for verdict in batch.decided])
    return {
        "events": array(row_oids["event"], events),
        "verdicts": array(row_oids["commit_verdict"], verdicts),
        "commands": array(row_oids["command"], COMMAND(batch.commands)),
    }


def _heads(batch: Batch) -> Iterable[tuple[str, str, list[bytes]]]:
    """The steps that write heads, each with the name of its array and what is in it."""
    heads = [(stream, head.version, head.hash) for stream, head in batch.heads.items()]
    begun = [head for head in heads if head[0] in batch.fresh_streams]
    moved = [head for head in heads if head[0] not in batch.fresh_streams]
    if begun:
        yield "begin_heads", "begun", HEAD(begun)
    if moved:
        yield "move_heads", "heads", HEAD(moved)


def _moved(batch: Batch) -> dict[str, object]:
    return {
        "stream": list(batch.heads),
        "version": [head.version for head in batch.heads.values()],
        "hash": [head.hash for head in batch.heads.values()],
    }


def _tracking(batch: Batch) -> dict[str, object]:
    return {
        "shard": batch.after.shard,
        "application": [application for application, _ in batch.tracking],
        "upstream": [upstream for _, upstream in batch.tracking],
        "tracking_id": list(batch.tracking.values()),
    }


def _parked(batch: Batch) -> dict[str, object]:
    return {
        "shard": batch.after.shard,
        "projection": [parked.projection for parked in batch.parked],
        "stream": [parked.stream for parked in batch.parked],
        "event_id": [parked.event_id for parked in batch.parked],
        "nid": [parked.nid for parked in batch.parked],
        "reason": [parked.reason for parked in batch.parked],
    }


def fill(connection: Connection, batch: Batch, schemas: Schemas) -> None:
    """A batch of a rebuild: what is new is copied; heads and tracking may be there already."""
    for table, rows in (
        ("event", map(astuple, batch.entries)),
        ("commit_verdict", map(astuple, batch.decided)),
        ("command", batch.commands),
    ):
        copy_values(connection, _copy(table, schemas), kinds(COPIED[table]), rows)
    if batch.heads:
        connection.execute(query("fill_heads", schemas), _moved(batch))
    if batch.tracking:
        connection.execute(query("write_tracking", schemas), _tracking(batch))


def fill_copied(connection: Connection, rows: Copied, schemas: Schemas) -> None:
    """The events, verdicts and commands of a rebuild that are packed already."""
    for table, pieces in (
        ("event", rows.events),
        ("commit_verdict", rows.verdicts),
        ("command", rows.commands),
    ):
        copy_pieces(connection, _copy(table, schemas), pieces)


def _copy(table: str, schemas: Schemas) -> Composed:
    listed = SQL(", ").join(Identifier(column) for column in COPIED[table])
    return SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        Identifier(schemas.index, table), listed
    )
