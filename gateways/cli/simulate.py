"""`kravspor simulate`: plays scenarios and holds them against what they expect."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateways.cli.output import NotUnderstoodError, as_json_text, console
from gateways.simulating.comparing import unmet
from gateways.simulating.playing import Play, Record, plain
from gateways.simulating.reading import ScenarioError, read


def simulate(
    path: Annotated[Path, typer.Argument(help="A scenario file, or a folder of them.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Play a case told in a file, and compare it with what the file expects.

    Exit status 0 when every expectation holds, 1 when one does not, 2 when a file is not a
    scenario.
    """
    if not path.is_dir():
        told = _played(path)
        if json:
            sys.stdout.write(as_json_text(told) + "\n")
        else:
            _print(told)
        raise typer.Exit(1 if told["failed"] else 0)
    files = sorted(path.glob("*.yaml"))
    if not files:
        raise NotUnderstoodError(f"{path} holds no *.yaml")
    played = [(file.name, _played(file)) for file in files]
    if json:
        listed = [{"file": name, **told} for name, told in played]
        sys.stdout.write(as_json_text(listed) + "\n")
    else:
        for name, told in played:
            failed = _listed(told["failed"])
            sys.stdout.write(f"{'FAILED' if failed else 'ok    '}  {name}  {told['title']}\n")
            for each in failed:
                sys.stdout.write(f"        expected {each['expected']}\n")
                sys.stdout.write(f"        found    {each['found']}\n")
    raise typer.Exit(1 if any(told["failed"] for _, told in played) else 0)


def _played(path: Path) -> Record:
    try:
        scenario = read(path)
    except ScenarioError as error:
        raise NotUnderstoodError(str(error)) from error
    play = Play(scenario)
    told = play.run()
    return {
        "title": told.title,
        "events": [plain(event) for event in told.events],
        "statements": [plain(each) for each in told.statements],
        "refused": [plain(each) for each in told.refused],
        "failed": unmet(scenario, told, play.standings),
    }


def _print(told: Record) -> None:
    out = console()
    out.print(str(told["title"]), style="bold", markup=False)
    for event in _listed(told["events"]):
        out.print(f"  {event['on']}  {event['type']}", markup=False)
    for each in _listed(told["statements"]):
        figures = "  ".join(f"{name} {value}" for name, value in each.items() if name != "on")
        out.print(f"  {each['on']}  {figures}", markup=False)
    for each in _listed(told["refused"]):
        out.print(f"  {each['on']}  refused {each['do']}: {each['code']}", markup=False)
    for each in _listed(told["failed"]):
        out.print(f"  FAILED  expected {each['expected']}", style="red", markup=False)
        out.print(f"          found    {each['found']}", style="red", markup=False)
    if not told["failed"]:
        out.print("  every expectation holds", markup=False)


def _listed(value: object) -> list[Record]:
    return value if isinstance(value, list) else []
