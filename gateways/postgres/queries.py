"""The named statements of `queries.sql`, each read once by its name."""

from functools import cache
from importlib.resources import files
from re import MULTILINE, split

NAME = r"^-- name: (\w+)$"


def query(name: str) -> bytes:
    """The statement of that name. Raises KeyError when there is none."""
    return _queries()[name]


def script(path: str) -> str:
    """A whole SQL file beside this one, by its path."""
    return files("gateways.postgres").joinpath(path).read_text("utf-8")


def scripts(folder: str) -> list[tuple[int, str]]:
    """The numbered SQL files of a folder, each with its number, in order."""
    names = [entry.name for entry in files("gateways.postgres").joinpath(folder).iterdir()]
    numbered = sorted(name for name in names if name.endswith(".sql"))
    return [(int(name.partition("_")[0]), script(f"{folder}/{name}")) for name in numbered]


@cache
def _queries() -> dict[str, bytes]:
    _, *parts = split(NAME, script("queries.sql"), flags=MULTILINE)
    return {
        name: body.strip().encode() for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
