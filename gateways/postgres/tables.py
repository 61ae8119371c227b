"""The tables of projections in SQL: made, read, written and filled from their definition."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Literal

from msgspec.structs import astuple
from psycopg.sql import SQL, Composable, Composed, Identifier, Placeholder

from gateways.postgres.arrays import Pack, Packed, array, row_packer
from projections.projection import TEXTS, AnyTable, Column, Key, Row

SCHEMA = "kravspor_index"
GIN = "gin "
ARRAYS_SEPARATED = SQL(", ")

Sign = Literal["=", "<=", ">", "= ANY", "IS NULL"]
Clause = tuple[str, Sign]  # a column, and how it is held against a value


def shape(table: AnyTable) -> str:
    """A fingerprint of the table's columns, key and indexes; another one is another table."""
    told = repr((table.columns, table.key, table.indexes))
    return sha256(told.encode()).hexdigest()


def create(table: AnyTable) -> list[Composed]:
    """The statements that make the table anew, without keys."""
    columns = [
        SQL("{} {}{}").format(
            Identifier(column.name),
            SQL(column.sql_type),
            SQL("") if column.nullable else SQL(" NOT NULL"),
        )
        for column in table.columns
    ]
    made = SQL("CREATE TABLE {} ({})").format(named(table), ARRAYS_SEPARATED.join(columns))
    return [SQL("DROP TABLE IF EXISTS {}").format(named(table)), made]


def keys(table: AnyTable) -> list[Composed]:
    """The statements that give the table its primary key and its indexes."""
    key = SQL("ALTER TABLE {} ADD PRIMARY KEY ({})").format(named(table), _listed(table.key))
    return [key, *(_indexed(table, index) for index in table.indexes)]


def _indexed(table: AnyTable, index: str) -> Composed:
    gin = index.startswith(GIN)
    columns = _listed([name.strip() for name in index.removeprefix(GIN).split(",")])
    using = SQL("USING gin" if gin else "USING btree")
    return SQL("CREATE INDEX ON {} {} ({})").format(named(table), using, columns)


def named(table: AnyTable) -> Identifier:
    """The table's full name."""
    return Identifier(SCHEMA, table.sql_name)


@cache
def select(table: AnyTable) -> bytes:
    """Every column of the rows whose keys are in the arrays `k0`, `k1`, …."""
    return (
        SQL("SELECT {} FROM {} AS held JOIN unnest({}) AS asked ({}) ON {}")
        .format(
            ARRAYS_SEPARATED.join(Identifier("held", name) for name in table.names),
            named(table),
            key_arrays(table),
            _listed(table.key),
            _same_key(table, "asked"),
        )
        .as_bytes()
    )


@cache
def insert(table: AnyTable, place: str, told: tuple[str, ...] = ()) -> bytes:
    """Rows that are new, from the array `place`, as a step after `moved`.

    One that is there already ends the statement. The step gives the columns `told` of each.
    """
    return _inserted(table, place, SQL(""), told)


@cache
def upsert(table: AnyTable, place: str, told: tuple[str, ...] = ()) -> bytes:
    """Rows from the array `place` over those with the same key, as a step after `moved`."""
    rest = [name for name in table.names if name not in table.key]
    changed = SQL("DO UPDATE SET {}").format(
        ARRAYS_SEPARATED.join(
            SQL("{} = {}").format(Identifier(name), Identifier("excluded", name)) for name in rest
        )
    )
    clash = SQL(" ON CONFLICT ({}) {}").format(
        _listed(table.key), changed if rest else SQL("DO NOTHING")
    )
    return _inserted(table, place, clash, told)


@cache
def delete(table: AnyTable, place: str, told: tuple[str, ...] = ()) -> bytes:
    """The rows whose keys are in the arrays `place`0, `place`1, …, as a step after `moved`."""
    return (
        SQL("{} AS (DELETE FROM {} AS held USING moved, unnest({}) AS gone ({}) WHERE {}{})")
        .format(
            Identifier(place),
            named(table),
            key_arrays(table, place),
            _listed(table.key),
            _same_key(table, "gone"),
            _returning(told),
        )
        .as_bytes()
    )


def copy(table: AnyTable) -> Composed:
    """The statement that takes rows in binary."""
    return SQL("COPY {} ({}) FROM STDIN (FORMAT BINARY)").format(
        named(table), _listed(table.names)
    )


def key_params(keys: Iterable[Key], place: str = "k") -> dict[str, object]:
    """Keys as the arrays `select` and `delete` take."""
    return {f"{place}{i}": list(parts) for i, parts in enumerate(zip(*keys, strict=True))}


def key_arrays(table: AnyTable, place: str = "k") -> Composed:
    """The arrays of `key_params`, each cast to what it holds."""
    columns = {column.name: column for column in table.columns}
    return ARRAYS_SEPARATED.join(
        SQL("{}::{}[]").format(Placeholder(f"{place}{i}", "b"), _element(columns[name]))
        for i, name in enumerate(table.key)
    )


def packed(table: AnyTable, rows: Sequence[Row], row_oid: int) -> Packed:
    """Rows as the array `insert` and `upsert` take; `row_oid` is the type of the table's rows."""
    return array(row_oid, _packer(table)([astuple(row) for row in rows]))


def copied(row: Row) -> list[object]:
    """A row as `copy` takes it."""
    return [list(value) if isinstance(value, tuple) else value for value in astuple(row)]


def row_of(table: AnyTable, values: Sequence[object]) -> Row:
    """The typed row of a database row with every column in order."""
    plain = [tuple(value) if isinstance(value, list) else value for value in values]
    row: Row = table.row(**dict(zip(table.names, plain, strict=True)))
    return row


def split(
    changed: Mapping[Key, Row | None], fresh: Collection[Key] = ()
) -> tuple[list[Row], list[Row], list[Key]]:
    """What is new of a batch's rows, what is to be written over, and the keys of what goes."""
    new = [row for key, row in changed.items() if row is not None and key in fresh]
    kept = [row for key, row in changed.items() if row is not None and key not in fresh]
    return new, kept, [key for key, row in changed.items() if row is None]


@cache
def question(table: AnyTable, clauses: tuple[Clause, ...], order_by: tuple[str, ...]) -> bytes:
    """Every column of the rows that pass every clause, at most `most` of them.

    The value of a clause is the parameter `c` with its number. The rows come in the given
    order, "-" for descending and empty ones last either way, and then in that of their key.
    """
    columns = {column.name: column for column in table.columns}
    passed = [
        _clause(columns[name], sign, f"c{number}") for number, (name, sign) in enumerate(clauses)
    ]
    return (
        SQL("SELECT {} FROM {} WHERE {} ORDER BY {} LIMIT {}")
        .format(
            _listed(table.names),
            named(table),
            SQL(" AND ").join(passed) if passed else SQL("true"),
            ARRAYS_SEPARATED.join(_ordered(name) for name in (*order_by, *table.key)),
            Placeholder("most", "b"),
        )
        .as_bytes()
    )


def _clause(column: Column, sign: Sign, place: str) -> Composed:
    name = Identifier(column.name)
    if sign == "IS NULL":
        return SQL("{} IS NULL").format(name)
    value = Placeholder(place, "b")
    if sign == "= ANY":
        return SQL("{} = ANY ({}::{}[])").format(name, value, _element(column))
    return SQL("{} {} {}::{}").format(name, SQL(sign), value, SQL(column.bare_type))


def _ordered(name: str) -> Composed:
    direction = SQL("DESC NULLS LAST") if name.startswith("-") else SQL("ASC NULLS LAST")
    return SQL("{} {}").format(Identifier(name.removeprefix("-")), direction)


@cache
def _packer(table: AnyTable) -> Pack:
    return row_packer(tuple((column.bare_type, column.nullable) for column in table.columns))


def _inserted(table: AnyTable, place: str, clash: Composable, told: tuple[str, ...]) -> bytes:
    return (
        SQL(
            "{} AS (INSERT INTO {} AS held ({}) SELECT {} FROM moved, unnest({}::{}[]) AS new{}{})"
        )
        .format(
            Identifier(place),
            named(table),
            _listed(table.names),
            ARRAYS_SEPARATED.join(Identifier("new", name) for name in table.names),
            Placeholder(place, "b"),
            named(table),
            clash,
            _returning(told),
        )
        .as_bytes()
    )


def _returning(told: tuple[str, ...]) -> Composed:
    columns = ARRAYS_SEPARATED.join(Identifier("held", name) for name in told)
    return SQL(" RETURNING {}").format(columns) if told else Composed([])


def _listed(names: Sequence[str]) -> Composed:
    return ARRAYS_SEPARATED.join(Identifier(name) for name in names)


def _same_key(table: AnyTable, other: str) -> Composed:
    return SQL(" AND ").join(
        SQL("{} = {}").format(Identifier("held", name), Identifier(other, name))
        for name in table.key
    )


def _element(column: Column) -> SQL:
    """What an array of the column holds; an array of arrays would be unnested through."""
    return SQL("text" if column.sql_type == TEXTS else column.bare_type)
