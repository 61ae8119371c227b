"""What a projection is: a table of typed rows, and a pure fold of events into them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from operator import attrgetter
from types import NoneType, UnionType
from typing import (
    Any,
    Final,
    Generic,
    Protocol,
    TypeAlias,
    TypeVar,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)
from uuid import UUID

from msgspec import Struct
from typing_extensions import override

from engine.journal.recorded import Recorded

KeyPart = UUID | str | int | date
Key = tuple[KeyPart, ...]


class Row(Struct, frozen=True, kw_only=True, gc=False):
    """A row of a projection; its fields are the columns, and hold nothing that can change."""


Rows = dict[Key, Row | None]  # None: there is no such row
R = TypeVar("R", bound=Row)

# COLLATE "C" orders text the same in every database, and as Python does.
SQL_TYPES: Final[dict[object, str]] = {
    UUID: "uuid",
    str: 'text COLLATE "C"',
    int: "bigint",
    bool: "boolean",
    date: "date",
    datetime: "timestamptz",
    Decimal: "numeric",
    bytes: "bytea",
}
TEXTS: Final = "text[]"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its SQL type, and whether a row may leave it empty."""

    name: str
    sql_type: str
    nullable: bool

    @property
    def bare_type(self) -> str:
        """The SQL type without its collation, as a parameter is cast to."""
        return self.sql_type.split(" ")[0]


@dataclass(frozen=True)
class Table(Generic[R]):
    """A table of a projection. The fields of `row` are the columns.

    `key` names the fields that are the primary key; each of `indexes` is a column list
    ("debtor_id, due_on"), or "gin" and a column of texts to be found by any of
    them. Another shape or meaning is another `version`.

    `one_stream` promises that each row is written by the events of one stream alone: a
    rebuild may then fold stream by stream, in any order of streams.
    """

    name: str
    key: tuple[str, ...]
    row: type[R]
    indexes: tuple[str, ...] = ()
    version: int = 1
    one_stream: bool = False

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in the order of the row's fields."""
        hints = get_type_hints(self.row)
        return tuple(_column(name, hints[name]) for name in self.row.__struct_fields__)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.row.__struct_fields__

    @property
    def sql_name(self) -> str:
        """The table's name in SQL: its version is part of it."""
        return f"{self.name}_v{self.version}"

    @cached_property
    def version_place(self) -> int | None:
        """Where in the key the version of an event stands, if it does."""
        return self.key.index("version") if "version" in self.key else None

    def key_of(self, row: R) -> Key:
        """The key a row has by its own fields."""
        found = self._key(row)
        return found if len(self.key) > 1 else (found,)

    @cached_property
    def _key(self) -> Callable[[R], Any]:  # type: ignore[explicit-any]  # a part of a key, or several
        return attrgetter(*self.key)

    @override
    def __hash__(self) -> int:
        """Quickly: tables are looked up by all that is done with rows."""
        return hash(self.name)


class Projection(Protocol[R]):
    """A fold of events into rows. It decides nothing, and knows no clock and no other row."""

    @property
    def table(self) -> Table[R]:
        """The table the rows live in."""
        ...

    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """The keys of the rows the event may change; none when it is not concerned."""
        ...

    def evolve(self, row: R | None, recorded: Recorded, key: Key) -> R | None:
        """The row as it is after the event; None stands for no row, on both sides."""
        ...


AnyTable: TypeAlias = Table[Any]  # type: ignore[explicit-any]  # tables of every row meet in the index
AnyProjection: TypeAlias = Projection[Any]  # type: ignore[explicit-any]  # and their folds in the runner


def _column(name: str, hint: object) -> Column:
    kinds = get_args(hint) if get_origin(hint) in (Union, UnionType) else (hint,)
    bare = [_unwrapped(kind) for kind in kinds if kind is not NoneType]
    sql_types = {TEXTS if kind == tuple[str, ...] else SQL_TYPES.get(kind) for kind in bare}
    if len(sql_types) != 1 or None in sql_types:
        raise TypeError(f"column {name} cannot hold {hint}")
    (sql_type,) = sql_types
    return Column(name, str(sql_type), NoneType in kinds)


def _unwrapped(kind: object) -> object:
    """The type below a NewType (Ore is an int), or of a Literal's first word."""
    while hasattr(kind, "__supertype__"):
        kind = kind.__supertype__
    if get_args(kind) and all(isinstance(word, str) for word in get_args(kind)):
        return str
    return kind
