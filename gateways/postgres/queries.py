"""The named statements of the SQL files, each read once by its name."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from re import MULTILINE, split, sub

NAME = r"^-- name: (\w+)$"
FILES = ("queries.sql", "beside.sql", "coming.sql", "durable.sql")


@dataclass(frozen=True, slots=True)
class Schemas:
    """The two schemas of one log and its index; the SQL files name the agency's own.

    Another log can lie in the same database under other names, of a-z, 0-9 and _ only.
    """

    journal: str = "journal"
    index: str = "kravspor_index"

    def placed(self, statement: str) -> str:
        """The statement, about this log and this index."""
        moved = sub(r"\bjournal(?=[.;])", self.journal, statement)
        return sub(r"\bkravspor_index(?=[.;])", self.index, moved)


OURS = Schemas()


def channel(schemas: Schemas) -> str:
    """The channel on which every batch of the index is told."""
    return f"kravspor_{schemas.index}"


def query(name: str, schemas: Schemas = OURS) -> bytes:
    """The statement of that name. Raises KeyError when there is none."""
    return _queries(schemas)[name]


def script(path: str) -> str:
    """A whole SQL file beside this one, by its path."""
    return files("gateways.postgres").joinpath(path).read_text("utf-8")


def scripts(folder: str) -> list[tuple[int, str]]:
    """The numbered SQL files of a folder, each with its number, in order."""
    names = [entry.name for entry in files("gateways.postgres").joinpath(folder).iterdir()]
    numbered = sorted(name for name in names if name.endswith(".sql"))
    return [(int(name.partition("_")[0]), script(f"{folder}/{name}")) for name in numbered]


@cache
def _queries(schemas: Schemas) -> dict[str, bytes]:
    text = "\n".join(script(name) for name in FILES)
    _, *parts = split(NAME, schemas.placed(text), flags=MULTILINE)
    return {
        name: body.strip().encode() for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
