"""A batch as the statements that write it, and as the rows a rebuild copies."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Final

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier

from engine.ports import Decided, Entry
from gateways.postgres import tables
from gateways.postgres.queries import Schemas, query
from projections.index import Batch

Statement = tuple[bytes | Composed, Mapping[str, object]]

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
}
# The fields stand in the order of the columns, and `astuple` would copy them deeply.
ENTRY_VALUES: Final = attrgetter(*(field.name for field in fields(Entry)))
VERDICT_VALUES: Final = attrgetter(*(field.name for field in fields(Decided)))


def advance(batch: Batch) -> dict[str, object]:
    """What the compare-and-set is told."""
    after = batch.after
    return {
        "shard": after.shard,
        "before": batch.before.next_offset,
        "generation": batch.before.generation,
        "after": after.next_offset,
        "nid": after.nid,
        "last_hash": after.last_hash,
        "formats": list(after.formats),
        "passed": list(after.passed),
    }


def statements(batch: Batch, named: Callable[[str], bytes]) -> Iterable[Statement]:
    """All that is written after the compare-and-set has held; `named` gives a statement."""
    if batch.decided:
        yield named("write_commits"), _commits(batch)
    if batch.tracking:
        yield named("write_tracking"), _tracking(batch)
    for table, changed in batch.rows.items():
        kept, gone = tables.split(changed)
        if kept:
            yield tables.upsert(table), tables.column_params(table, kept)
        if gone:
            yield tables.delete(table), tables.key_params(gone)
    if batch.freed:
        projections, streams = zip(*batch.freed, strict=True)
        yield named("free_parked"), {"projection": list(projections), "stream": list(streams)}
    if batch.parked:
        yield named("write_parked"), _parked(batch)


def _commits(batch: Batch) -> dict[str, object]:
    entries, decided, commands = batch.entries, batch.decided, batch.commands
    return {
        "shard": batch.after.shard,
        "nid": [entry.nid for entry in entries],
        "stream": [entry.stream for entry in entries],
        "version": [entry.version for entry in entries],
        "event_id": [entry.event_id for entry in entries],
        "type": [entry.type for entry in entries],
        "schema": [entry.schema for entry in entries],
        "data": [entry.data for entry in entries],
        "commit_id": [entry.commit_id for entry in entries],
        "command_id": [entry.command_id for entry in entries],
        "log_offset": [entry.offset for entry in entries],
        "recorded_at": [entry.recorded_at for entry in entries],
        "actor": [entry.actor for entry in entries],
        "correlation": [entry.correlation for entry in entries],
        "causation": [entry.causation for entry in entries],
        "head_stream": list(batch.heads),
        "head_version": [head.version for head in batch.heads.values()],
        "head_hash": [head.hash for head in batch.heads.values()],
        "done_stream": [stream for stream, _, _ in commands],
        "done_command": [command for _, command, _ in commands],
        "done_commit": [commit for _, _, commit in commands],
        "v_commit": [verdict.commit_id for verdict in decided],
        "v_command": [verdict.command_id for verdict in decided],
        "v_mac": [verdict.command_mac for verdict in decided],
        "v_offset": [verdict.offset for verdict in decided],
        "v_stands": [verdict.stands for verdict in decided],
        "v_reason": [verdict.reason for verdict in decided],
        "v_first": [verdict.first_nid for verdict in decided],
        "v_last": [verdict.last_nid for verdict in decided],
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
    """A batch of a rebuild into empty tables; heads and tracking go on changing."""
    entries = [ENTRY_VALUES(entry) for entry in batch.entries]
    _copy(connection, Identifier(schemas.index, "event"), EVENT_COLUMNS, entries)
    verdicts = [VERDICT_VALUES(verdict) for verdict in batch.decided]
    _copy(connection, Identifier(schemas.index, "commit_verdict"), VERDICT_COLUMNS, verdicts)
    rest = replace(batch, entries=[], decided=[])
    connection.execute(query("write_commits", schemas), _commits(rest))
    if batch.tracking:
        connection.execute(query("write_tracking", schemas), _tracking(batch))
    if batch.parked:
        connection.execute(query("write_parked", schemas), _parked(batch))
    for table, changed in batch.rows.items():
        kept, _ = tables.split(changed)
        types = [column.bare_type for column in table.columns]
        _copy_rows(connection, tables.copy(table), types, (tables.copied(table, r) for r in kept))


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
