"""A batch as the statements that write it, and as the rows a rebuild copies."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import repeat
from typing import Final

from msgspec.structs import astuple
from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from gateways.postgres import tables
from gateways.postgres.arrays import array, configure
from gateways.postgres.queries import Schemas, channel, query
from projections.index import Batch
from projections.projection import AnyTable

Statement = tuple[bytes | Composed, Mapping[str, object]]
Step = tuple[str, AnyTable | None]

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
# An Entry's fields stand in the order of the columns, and so do a Decided's.
# The parameters of `write_commits` in the order of these values; the shard is one for all.
ENTRY_PARAMS: Final = [
    ("" if name == "shard" else f"e_{name}", kind) for name, kind in EVENT_COLUMNS.items()
]
HEAD_PARAMS: Final = [("head_stream", "text"), ("head_version", "bigint"), ("head_hash", "text")]
COMMAND_PARAMS: Final = [
    ("done_stream", "text"),
    ("done_command", "uuid"),
    ("done_commit", "uuid"),
]
VERDICT_PARAMS: Final = [
    ("v_commit", "uuid"),
    ("v_command", "uuid"),
    ("v_mac", "text"),
    ("", "bigint"),
    ("v_offset", "bigint"),
    ("v_stands", "boolean"),
    ("v_reason", "text"),
    ("v_first", "bigint"),
    ("v_last", "bigint"),
    ("v_hash", "text"),
]


@dataclass(frozen=True, slots=True)
class Written:
    """A statement with numbered parameters, and their names in that order."""

    text: bytes
    names: tuple[str, ...]


def written(
    batch: Batch, schemas: Schemas, record: bytes | None = None
) -> tuple[Written, list[object]]:
    """The one statement that writes most of a batch, and its parameters.

    The compare-and-set stands first, and every other step waits for its row. With `record`
    the log moves too.
    """
    params = _advance(batch) | {"channel": channel(schemas)}
    steps: list[Step] = [("advance" if record is None else "advance_both", None)]
    if record is not None:
        params["record"] = record
    if batch.decided:
        steps.append(("write_commits", None))
        params |= _commits(batch)
    for number, (table, changed) in enumerate(batch.rows.items()):
        kept, gone = tables.split(changed)
        if kept:
            steps.append((f"kept{number}_", table))
            params |= tables.column_params(table, kept, f"kept{number}_")
        if gone:
            steps.append((f"gone{number}_", table))
            params |= tables.key_params(gone, f"gone{number}_")
    statement = _composed(tuple(steps), schemas)
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
def _composed(steps: tuple[Step, ...], schemas: Schemas) -> Written:
    texts = [_step(name, table, schemas) for name, table in steps]
    text = b"WITH " + b", ".join(texts) + b" " + query("moved", schemas)
    places: dict[bytes, int] = {}

    def numbered(match: re.Match[bytes]) -> bytes:
        return b"$%d" % places.setdefault(match[1], len(places) + 1)

    text = re.sub(rb"%\((\w+)\)b", numbered, text)
    return Written(text, tuple(name.decode() for name in places))


def _step(name: str, table: AnyTable | None, schemas: Schemas) -> bytes:
    if table is None:
        return query(name, schemas)
    if name.startswith("gone"):
        return tables.delete(table, name)
    return tables.upsert(table, name)


def _advance(batch: Batch) -> dict[str, object]:
    """What the compare-and-set is told."""
    after = batch.after
    return {
        "shard": after.shard,
        "before": batch.before.next_offset,
        "generation": batch.before.generation,
        "after": after.next_offset,
        "nid": after.nid,
        "last_hash": after.last_hash,
        "tree_size": after.tree.size,
        "tree_frontier": b"".join(after.tree.frontier),
        "formats": array("text", after.formats),
        "passed": array("text", after.passed),
    }


def _commits(batch: Batch) -> dict[str, object]:
    params: dict[str, object] = {"shard": batch.after.shard}
    heads, commands = batch.heads, batch.commands
    _pack(params, ENTRY_PARAMS, [astuple(entry) for entry in batch.entries])
    _pack(params, HEAD_PARAMS, [(s, head.version, head.hash) for s, head in heads.items()])
    _pack(params, COMMAND_PARAMS, commands)
    _pack(params, VERDICT_PARAMS, [astuple(verdict) for verdict in batch.decided])
    return params


def _pack(
    params: dict[str, object], named: Sequence[tuple[str, str]], rows: Sequence[Sequence[object]]
) -> None:
    """One array for each name that is not empty, from the rows' values in that order."""
    columns = zip(*rows, strict=True) if rows else repeat(())
    for (name, sql_type), values in zip(named, columns, strict=False):
        if name:
            params[name] = array(sql_type, values)


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
    """A batch of a rebuild into empty tables; heads and tracking go on changing."""
    entries = [astuple(entry) for entry in batch.entries]
    _copy(connection, Identifier(schemas.index, "event"), EVENT_COLUMNS, entries)
    verdicts = [astuple(verdict) for verdict in batch.decided]
    _copy(connection, Identifier(schemas.index, "commit_verdict"), VERDICT_COLUMNS, verdicts)
    rest = replace(batch, entries=[], decided=[])
    configure(connection)
    connection.execute(
        b"WITH moved AS (SELECT), " + query("write_commits", schemas) + b" SELECT", _commits(rest)
    )
    if batch.tracking:
        connection.execute(query("write_tracking", schemas), _tracking(batch))
    if batch.parked:
        connection.execute(query("write_parked", schemas), _parked(batch))
    for table, changed in batch.rows.items():
        kept, _ = tables.split(changed)
        types = [column.bare_type for column in table.columns]
        _copy_rows(connection, tables.copy(table), types, (tables.copied(r) for r in kept))


def _copy(
    connection: Connection,
    table: Identifier,
    columns: Mapping[str, str],
    rows: Sequence[Sequence[object]],
) -> None:
    if rows:
        listed = SQL(", ").join(Identifier(column) for column in columns)
        statement = SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(table, listed)
        _copy_rows(connection, statement, list(columns.values()), rows)


def _copy_rows(
    connection: Connection,
    statement: Composed,
    types: Sequence[str],
    rows: Iterable[Sequence[object]],
) -> None:
    with connection.cursor().copy(statement) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
