"""`kravspor chaos`: seeded misfortunes on the journal, or on the whole agency, and a checker."""

import sys
from typing import Annotated

import typer

from gateways.chaos.agency import MISTAKES
from gateways.chaos.mutants import MUTANTS, SOUND
from gateways.chaos.running import Kind, Ran, Shortest, replayed, run
from gateways.cli.output import NotUnderstoodError, as_json_text, console, progress

LINES_MAX = 200


def chaos(  # noqa: PLR0913 - each is an option of one command
    *,
    log: Annotated[str, typer.Option("--log", help="The log to run on: memory.")] = "memory",
    seed: Annotated[int, typer.Option("--seed", min=0, help="What decides everything.")] = 1,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps to take.")] = 100_000,
    mutant: Annotated[
        str, typer.Option("--mutant", help="A mistake to build in; `list` names them.")
    ] = "",
    sagas: Annotated[
        bool, typer.Option("--sagas", help="The real sagas, a post and a bank on top.")
    ] = False,
    only: Annotated[
        str, typer.Option("--only", help="WORLD:STEP,STEP,…: these steps of one world.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Strike a journal from a seed, and hold its history against what may never happen.

    Exit status 0 when nothing is violated, 1 when something is.
    """
    if log != "memory":
        raise NotUnderstoodError("the simulation runs on --log memory")
    if mutant == "list":
        _list_mutants(json=json)
        return
    kind = _kind(mutant, sagas=sagas)
    if only:
        number, numbers = _only(only)
        told = replayed(seed, number, numbers, kind)
        found = bool(told.violations)
        shown: dict[str, object] = {"violations": told.violations, "history": told.history}
    else:
        with progress("chaos", steps) as tick:
            ran = run(seed, steps, kind, progress=tick)
        found = bool(ran.violations)
        shown = _report(ran, kind)
    if json:
        sys.stdout.write(as_json_text(shown) + "\n")
    else:
        _print(shown)
    raise typer.Exit(1 if found else 0)


def _kind(mutant: str, *, sagas: bool) -> Kind:
    if mutant in MISTAKES:
        return Kind(sagas=True, mistake=mutant)
    if mutant and mutant not in MUTANTS:
        names = ", ".join([*MUTANTS, *MISTAKES])
        raise NotUnderstoodError(f"there is no mutant {mutant}; there are {names}")
    if mutant and sagas:
        raise NotUnderstoodError(f"{mutant} is a mistake of the journal: leave --sagas out")
    return Kind(MUTANTS.get(mutant, SOUND), sagas=sagas)


def _only(text: str) -> tuple[int, list[int]]:
    number, _, steps = text.partition(":")
    try:
        return int(number), [int(step) for step in steps.split(",") if step]
    except ValueError as error:
        raise NotUnderstoodError("--only takes a world and its steps, as 3:10,25,26") from error


def _report(ran: Ran, kind: Kind) -> dict[str, object]:
    return {
        "seed": ran.seed,
        "mutant": ran.mutant,
        "sagas": kind.sagas,
        "steps": ran.steps,
        "steps_per_second": ran.steps_per_second,
        "worlds": ran.worlds,
        "records": ran.records,
        "faults": dict(ran.faults.most_common()),
        "outcomes": dict(ran.outcomes.most_common()),
        "violations": ran.violations,
        **(_shortest(ran.shortest, ran.seed, kind) if ran.shortest else {}),
    }


def _shortest(found: Shortest, seed: int, kind: Kind) -> dict[str, object]:
    options = " --sagas" * (kind.sagas and not kind.mistake) + f" --mutant {kind.name}" * bool(
        kind.name
    )
    chosen = ",".join(map(str, found.steps))
    return {
        "shortest": {"steps": len(found.steps), "violations": found.violations},
        "history": found.history,
        "again": f"./kravspor chaos --log memory --seed {seed}{options} "
        f"--only {found.world}:{chosen}",
    }


def _print(shown: dict[str, object]) -> None:
    out = console()
    for name, value in shown.items():
        title = name.replace("_", " ")
        if isinstance(value, dict):
            out.print(f"{title}:", markup=False)
            for each, count in value.items():
                out.print(f"  {count!s:>9}  {each}", markup=False)
        elif isinstance(value, list):
            out.print(f"{title}: {len(value) or 'none'}", markup=False)
            for line in value[:LINES_MAX]:
                out.print(f"  {line}", markup=False)
        elif value != "":
            sys.stdout.write(f"{title}: {value}\n")  # whole, for it may be a command to copy


def _list_mutants(*, json: bool) -> None:
    told = {name: mutant.meaning for name, mutant in MUTANTS.items()} | MISTAKES
    if json:
        sys.stdout.write(as_json_text(told) + "\n")
        return
    for name, meaning in told.items():
        sys.stdout.write(f"{name:<28}{meaning}\n")
