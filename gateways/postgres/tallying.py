"""Tallies in PostgreSQL: kept by a batch's statement, counted anew, held against the tables."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from gateways.postgres import tables
from gateways.postgres.queries import Schemas, query
from projections.projection import AnyTable, Key, Rows
from projections.tally import COLUMNS, PARTNERS, SLOT, TALLIES, Tally, tallies_of
from projections.views.sql import statement

Step = tuple[str, AnyTable | None]

COMMA = SQL(", ")
ALL = SQL(" UNION ALL ")


def kept(written: Collection[AnyTable], there: Collection[str]) -> list[Tally]:
    """The tallies that follow from any of these tables, among those that are there by name."""
    return [
        tally
        for tally in TALLIES
        if tally.table.sql_name in there and not tally.sources.isdisjoint(written)
    ]


def lone(rows: Mapping[AnyTable, Rows], tallies: Sequence[Tally]) -> dict[AnyTable, list[Key]]:
    """The rows a batch leaves as they are while it changes those they are counted with."""
    found: dict[AnyTable, list[Key]] = {}
    for table, partner in PARTNERS.items():
        both = any({table, partner} <= tally.sources for tally in tallies)
        if both and partner in rows:
            keys = [key for key in rows[partner] if key not in rows.get(table, ())]
            if keys:
                found[table] = keys
    return found


def steps(tallies: Sequence[Tally], before: Sequence[Step]) -> Iterator[bytes]:
    """The steps that keep the tallies, behind the steps that write the tables.

    All steps see the tables as they were when the statement began: what a row counted for is
    read there, and what it counts for now is what a step returns.
    """
    places: dict[AnyTable, list[str]] = {}
    for name, table in before:
        if table is not None and any(table in tally.sources for tally in tallies):
            places.setdefault(table, []).append(name)
    for table, names in places.items():
        yield from (_lone(table, name) for name in names if name.startswith("lone"))
        yield _now(table, [name for name in names if not name.startswith("gone")])
        yield _was(table, [name for name in names if not name.startswith("new")])
    for number, tally in enumerate(tallies):
        yield _moved(tally, number, places)


def count(connection: Connection, wanted: Collection[AnyTable], schemas: Schemas) -> None:
    """Count all tallies of these tables anew; whoever calls has made the tables stand still."""
    for tally in tallies_of(wanted):
        table = tally.table
        lives = connection.execute(query("lives", schemas)).fetchall()
        if (table.sql_name, table.name, tables.shape(table)) not in lives:
            forget(connection, tally, schemas)
            make(connection, tally, schemas)
        connection.execute(SQL("DELETE FROM {}").format(tables.named(table)))
        connection.execute(
            SQL("INSERT INTO {} ({}, {}, {}) SELECT {}, 0, {} FROM ({}) AS told").format(
                tables.named(table),
                _listed(tally.dimensions),
                Identifier(SLOT),
                _listed(tally.sums),
                _listed(tally.dimensions),
                _listed(tally.sums),
                counted(tally),
            )
        )


def make(connection: Connection, tally: Tally, schemas: Schemas) -> None:
    """The tally's table, empty."""
    table = tally.table
    for made in (*tables.create(table), *tables.keys(table)):
        connection.execute(made)
    loose = SQL("ALTER TABLE {} SET (fillfactor = 50)").format(tables.named(table))
    connection.execute(loose)  # a row is written over again and again, and may stay on its page
    params = {"sql_name": table.sql_name, "name": table.name, "shape": tables.shape(table)}
    connection.execute(query("add_projection", schemas), params)


def forget(connection: Connection, tally: Tally, schemas: Schemas) -> None:
    """Do away with what there is under the tally's name, live or kept by a release without it."""
    told = connection.execute(query("of_name", schemas), {"name": tally.table.name}).fetchall()
    for (sql_name,) in told:
        named = Identifier(tables.SCHEMA, sql_name)
        connection.execute(SQL("DROP TABLE {}").format(named))
        connection.execute(query("forget_beside", schemas), {"sql_name": sql_name})


def miscounted(connection: Connection, tally: Tally) -> Iterator[tuple[Key, list[str]]]:
    """Where a tally is not the sum of its tables: the place, and the sums that are not."""
    differs = [
        SQL("CASE WHEN h.{0} IS DISTINCT FROM t.{0} THEN {1} END").format(
            Identifier(name), Literal(name)
        )
        for name in tally.sums
    ]
    held = SQL("SELECT {}, {} FROM {} GROUP BY {} HAVING {}").format(
        _listed(tally.dimensions),
        _added(tally.sums),
        tables.named(tally.table),
        _listed(tally.dimensions),
        _some(tally.sums, summed=True),
    )
    asked = SQL(
        "SELECT {}, array_remove(ARRAY[{}]::text[], NULL) FROM ({}) AS h FULL JOIN ({}) AS t"
        " USING ({}) WHERE ({}) IS DISTINCT FROM ({})"
    ).format(
        _listed(tally.dimensions),
        COMMA.join(differs),
        held,
        counted(tally),
        _listed(tally.dimensions),
        _of("h", tally.sums),
        _of("t", tally.sums),
    )
    for *key, names in connection.execute(asked):
        yield tuple(key), names


def counted(tally: Tally) -> Composed:
    """The whole tally, as its tables are now."""
    each = ALL.join(
        SQL("SELECT {} FROM ({}) AS told").format(
            _listed((*tally.dimensions, *tally.sums)), _sql(statement(name))
        )
        for name in tally.statements
    )
    return SQL("SELECT {}, {} FROM ({}) AS each GROUP BY {} HAVING {}").format(
        _listed(tally.dimensions),
        _added(tally.sums),
        each,
        _listed(tally.dimensions),
        _some(tally.sums, summed=True),
    )


def _lone(table: AnyTable, name: str) -> bytes:
    """Rows that stay as they are, by the arrays of their keys."""
    return (
        SQL("{} AS (SELECT {} FROM unnest({}) AS asked ({}) CROSS JOIN LATERAL ({}) AS held)")
        .format(
            Identifier(name),
            _of("held", COLUMNS[table]),
            tables.key_arrays(table, name),
            _listed(table.key),
            _looked_up(table, "asked"),
        )
        .as_bytes()
    )


def _now(table: AnyTable, names: Sequence[str]) -> bytes:
    """The rows as the batch leaves them; no row at all, when it only deletes."""
    told = [SQL("SELECT {} FROM {}").format(_columns(table), Identifier(name)) for name in names]
    none = SQL("SELECT {} FROM {} WHERE false").format(_columns(table), tables.named(table))
    return SQL("{} AS ({})").format(_named("now", table), ALL.join(told or [none])).as_bytes()


def _was(table: AnyTable, names: Sequence[str]) -> bytes:
    """The rows as the batch found them; none where all of them are new."""
    told: list[Composable] = []
    for name in names:
        if name.startswith("kept"):
            # Looked up key by key, whatever the planner thinks of the table's size.
            told.append(
                SQL("SELECT {} FROM {} AS asked CROSS JOIN LATERAL ({}) AS held").format(
                    _of("held", COLUMNS[table]), Identifier(name), _looked_up(table, "asked")
                )
            )
        else:
            told.append(SQL("SELECT {} FROM {}").format(_columns(table), Identifier(name)))
    none = SQL("SELECT {} FROM {} WHERE false").format(_columns(table), tables.named(table))
    return SQL("{} AS ({})").format(_named("was", table), ALL.join(told or [none])).as_bytes()


def _moved(tally: Tally, number: int, places: Mapping[AnyTable, Sequence[str]]) -> bytes:
    """The step that adds to a tally what its rows count for now, less what they counted for."""
    parts: list[Composable] = []
    for name, sources in tally.statements.items():
        if places.keys().isdisjoint(sources):
            continue
        for sign, time in ((1, "now"), (-1, "was")):
            rows = {table.name: f'"{time}_{table.name}"' for table in sources}
            told = SQL("SELECT {} AS sign, {} FROM ({}) AS told").format(
                Literal(sign),
                _listed((*tally.dimensions, *tally.sums)),
                _sql(statement(name, **rows)),
            )
            parts.append(told)
    added = COMMA.join(
        SQL("sum(each.sign * each.{0})::bigint AS {0}").format(Identifier(name))
        for name in tally.sums
    )
    changed = COMMA.join(
        SQL("{0} = held.{0} + excluded.{0}").format(Identifier(name)) for name in tally.sums
    )
    return (
        SQL(
            "{step} AS (INSERT INTO {table} AS held ({dimensions}, {slot}, {sums})"
            " SELECT {told_dimensions}, moved.shard, {told_sums} FROM moved,"
            " (SELECT {dimensions}, {added} FROM ({parts}) AS each GROUP BY {dimensions}) AS told"
            " WHERE {some} ON CONFLICT ({key}) DO UPDATE SET {changed})"
        )
        .format(
            step=Identifier(f"tallied{number}_"),
            table=tables.named(tally.table),
            dimensions=_listed(tally.dimensions),
            slot=Identifier(SLOT),
            sums=_listed(tally.sums),
            told_dimensions=_of("told", tally.dimensions),
            told_sums=_of("told", tally.sums),
            added=added,
            parts=ALL.join(parts),
            some=_some(tally.sums),
            key=_listed(tally.table.key),
            changed=changed,
        )
        .as_bytes()
    )


def _looked_up(table: AnyTable, other: str) -> Composed:
    same = SQL(" AND ").join(
        SQL("looked.{0} = {1}.{0}").format(Identifier(name), Identifier(other))
        for name in table.key
    )
    return SQL("SELECT {} FROM {} AS looked WHERE {} OFFSET 0").format(
        _of("looked", COLUMNS[table]), tables.named(table), same
    )


def _some(sums: Sequence[str], *, summed: bool = False) -> Composed:
    form = SQL("sum({}) <> 0" if summed else "told.{} <> 0")
    return SQL(" OR ").join(form.format(Identifier(name)) for name in sums)


def _added(sums: Sequence[str]) -> Composed:
    return COMMA.join(SQL("sum({0})::bigint AS {0}").format(Identifier(name)) for name in sums)


def _sql(text: str) -> SQL:
    """One of the statements of `projections.views`: our own words."""
    words: Any = text
    return SQL(words)


def _named(time: str, table: AnyTable) -> Identifier:
    return Identifier(f"{time}_{table.name}")


def _columns(table: AnyTable) -> Composed:
    return _listed(COLUMNS[table])


def _of(relation: str, names: Sequence[str]) -> Composed:
    return COMMA.join(Identifier(relation, name) for name in names)


def _listed(names: Sequence[str]) -> Composed:
    return COMMA.join(map(Identifier, names))
