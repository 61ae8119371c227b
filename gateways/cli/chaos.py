"""`kravspor chaos`: seeded misfortunes on the journal, or on the whole agency, and a checker."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from gateways.chaos.agency import MISTAKES
from gateways.chaos.mutants import MUTANTS, SOUND
from gateways.chaos.running import Kind, Ran, Shortest, replayed, run
from gateways.cli.opening import settings_of
from gateways.cli.output import NotUnderstoodError, as_json_text, console, progress
from gateways.cli.taking import Folder

LINES_MAX = 200


def chaos(  # noqa: PLR0913 - each is an option of one command
    *,
    log: Annotated[
        str, typer.Option("--log", help="What to run on: memory, or kafka, for real.")
    ] = "memory",
    seed: Annotated[int, typer.Option("--seed", min=0, help="What decides everything.")] = 1,
    steps: Annotated[int, typer.Option("--steps", min=1, help="Steps to take.")] = 100_000,
    mutant: Annotated[
        str, typer.Option("--mutant", help="A mistake to build in; `list` names them.")
    ] = "",
    sagas: Annotated[
        bool, typer.Option("--sagas", help="The real sagas, a post and a bank on top.")
    ] = False,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0.1, help="How long, on --log kafka.")
    ] = 1.0,
    data: Folder = None,
    only: Annotated[
        str, typer.Option("--only", help="WORLD:STEP,STEP,…: these steps of one world.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Strike a journal from a seed, and hold its history against what may never happen.

    On --log kafka there are three brokers, two workers and four writers, which are killed,
    paused and cut off for --minutes; in the end the log itself is spoiled, and must not be
    gone on with. On --log memory all is simulated, by --steps.
    Exit status 0 when nothing is violated, 1 when something is.
    """
    if mutant == "list":
        _list_mutants(json=json)
        return
    if log == "kafka":
        _on_kafka(settings_of(data).data / "chaos", minutes, seed, mutant, json=json)
        return
    if log != "memory":
        raise NotUnderstoodError("the run is on --log memory or --log kafka")
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


def _on_kafka(folder: Path, minutes: float, seed: int, mutant: str, *, json: bool) -> None:
    from gateways.chaos.clustered.part import MISTAKES as ON_KAFKA  # noqa: PLC0415 - Kafka's client takes its time
    from gateways.chaos.clustered.running import Asked  # noqa: PLC0415 - as above
    from gateways.chaos.clustered.running import run as run_on  # noqa: PLC0415 - as above
    from gateways.cli.brokers import JARS  # noqa: PLC0415 - as above

    if mutant and mutant not in ON_KAFKA:
        raise NotUnderstoodError(
            f"there is no mutant {mutant} on a cluster; there are {', '.join(ON_KAFKA)}"
        )
    with progress("chaos", int(minutes * 60)) as step:
        told = 0

        def tick(seconds: int) -> None:
            nonlocal told
            step(seconds - told)
            told = seconds

        ran = run_on((folder, JARS), Asked(minutes=minutes, seed=seed, mutant=mutant), tick)
    if json:
        sys.stdout.write(as_json_text(ran) + "\n")
    else:
        acts = [
            f"{act.name}\n    was to come: {act.expected}\n    came: {act.seen}"
            for act in ran.acts
        ]
        _print(asdict(ran) | {"acts": acts})
    raise typer.Exit(1 if ran.violations else 0)


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
