"""What commands take: days, kroner and ids as people type them, and the options most share."""

import getpass
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from re import fullmatch
from typing import Annotated, Final
from uuid import UUID

import typer

from events.money import Ore
from gateways.cli.output import NotUnderstoodError
from gateways.desk.asking import By
from gateways.importing.amounts import parse_amount
from gateways.importing.dates import parse_date
from gateways.importing.problem import CellProblem
from gateways.importing.reason_texts import ROW_SENTENCES
from gateways.office import Office
from gateways.writing import LINE, LINE_LENGTH_MOST, WORDS, WORDS_LENGTH_MOST

# What may be told at length; everything else is a line.
SEVERAL_LINES: Final = frozenset({"reason", "note"})


def day_of(words: str) -> date:
    """The day that was typed: 17.08.2026 or 2026-08-17."""
    read = parse_date(words.strip())
    if isinstance(read, CellProblem):
        raise typer.BadParameter(f"{words!r} is no day; write 17.08.2026 or 2026-08-17")
    return read


def kroner_of(words: str) -> Ore:
    """The amount that was typed, in kroner: 5000, "5 000,50" or 5000.50."""
    read = parse_amount(words.strip(), decimal=None)
    if isinstance(read, CellProblem):
        why = ROW_SENTENCES.get(read.code, read.code)
        raise typer.BadParameter(f"{words!r} is no amount in kroner ({why})")
    return read


Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Folder = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="The data folder; else the settings'."),
]
Today = Annotated[
    date | None,
    typer.Option(
        "--today", metavar="DAY", parser=day_of, help="The day, for a house on a simulated clock."
    ),
]
Actor = Annotated[
    str | None, typer.Option("--as", metavar="NAME", help="Who asks; else who is logged in.")
]
WishId = Annotated[
    UUID | None,
    typer.Option("--id", metavar="UUID", help="The wish's own id: given again it has one effect."),
]
CaseWords = Annotated[
    str, typer.Argument(metavar="CASE", help="Case number, KID, id, or the beginning of one.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What most commands are asked with: where, on which day, by whom, and how to tell."""

    json: bool = False
    data: Path | None = None
    today: date | None = None
    actor: str = ""
    wish_id: UUID | None = None

    def by(self, office: Office) -> By:
        """Who asks, on the office's day."""
        return By(self.actor, office.today, self.wish_id)


LOOKING: dict[str, tuple[str, object]] = {
    "today": ("today", Today),
    "data": ("data", Folder),
    "json": ("json", Json),
}
HANDING_IN: dict[str, tuple[str, object]] = {"as_": ("actor", Actor), **LOOKING}
ASKING: dict[str, tuple[str, object]] = {"id_": ("wish_id", WishId), **HANDING_IN}


def looks(command: Callable[..., None]) -> Callable[..., None]:
    """A command that only looks: its `shared` comes from --today, --data and --json."""
    return _with(command, LOOKING)


def hands_in(command: Callable[..., None]) -> Callable[..., None]:
    """A command that is told who asks, too; what it hands in names itself."""
    return _with(command, HANDING_IN)


def asks(command: Callable[..., None]) -> Callable[..., None]:
    """A command that asks for something: its `shared` comes from --as and --id, too."""
    return _with(command, ASKING)


def _refuse_unless_written(given: Mapping[str, object]) -> None:
    """What is handed in stands in the log for ever: nothing empty, no control characters.

    Raises NotUnderstoodError.
    """
    for name, value in given.items():
        if isinstance(value, str):
            several = name in SEVERAL_LINES
            most = WORDS_LENGTH_MOST if several else LINE_LENGTH_MOST
            form = WORDS if several else LINE
            if len(value) > most or not fullmatch(form, value):
                lines = "" if several else ", on one line"
                raise NotUnderstoodError(
                    f"{name.strip('_').replace('_', ' ')}: something that can be read{lines}, "
                    f"of {most} characters at most"
                )


def _with(
    command: Callable[..., None], options: dict[str, tuple[str, object]]
) -> Callable[..., None]:
    """The command with `shared` spread out into options, as the library reads them."""
    own = signature(command)
    usual = {name: each.default for name, each in own.parameters.items()}

    @wraps(command)
    def run(**given: object) -> None:
        told = {field: given.pop(option) for option, (field, _) in options.items()}
        if "actor" in told:
            typed = {name: each for name, each in given.items() if each != usual[name]}
            _refuse_unless_written(
                typed if told["actor"] is None else {"as": told["actor"], **typed}
            )
        told["actor"] = f"user:{told.get('actor') or getpass.getuser()}"
        command(**given, shared=Shared(**told))  # type: ignore[arg-type]  # as the options are typed

    kept = [each for each in own.parameters.values() if each.name != "shared"]
    added = [
        Parameter(
            option,
            Parameter.KEYWORD_ONLY,
            default=False if option == "json" else None,
            annotation=annotation,
        )
        for option, (_, annotation) in options.items()
    ]
    run.__signature__ = own.replace(parameters=[*kept, *added])  # type: ignore[attr-defined]  # every function may have one
    run.__annotations__ = {each.name: each.annotation for each in (*kept, *added)}
    return run
