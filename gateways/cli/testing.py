"""`kravspor test` and `kravspor lock`: the gate, and what it and the engine are made of."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from gateways.cli.output import NotUnderstoodError, emit
from gateways.settings import CHECKOUT

UV = "0.13.9"
RUNTIME = ("--extra", "embedded")
LOCKS = {"runtime.lock": RUNTIME, "test.lock": (*RUNTIME, "--group", "test")}
TWO_WORKERS = ("-n", "2", "--dist", "loadgroup")
NOT_SHARED = ("-n", "--numprocesses", "--dist", "--co", "--pdb")


def run_tests(
    context: typer.Context,
    *,
    quick: Annotated[
        bool, typer.Option("--quick", help="Leave out what needs a PostgreSQL or a Kafka.")
    ] = False,
) -> None:
    """Run the whole gate: tests, linters, types, layers and the generated pages.

    What else is given goes to pytest: `kravspor test tests/engine -k interest`.
    The whole gate is shared between two processes; a part of it runs in one.
    """
    given = list(context.args)
    chosen = any(not word.startswith("-") for word in given)
    alone = chosen or any(word.startswith(NOT_SHARED) for word in given)
    command = [sys.executable, "-m", "pytest", "-rs", *(() if alone else TWO_WORKERS)]
    command += ["-m", "not postgres and not kafka"] if quick else []
    done = subprocess.run([*command, *given], cwd=CHECKOUT, check=False)  # noqa: S603 - pytest, on our own tests
    raise typer.Exit(done.returncode)


def lock(
    *, upgrade: Annotated[bool, typer.Option("--upgrade", help="Take newer versions.")] = False
) -> None:
    """Write runtime.lock and test.lock anew from pyproject.toml, each package with its hashes."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        raise NotUnderstoodError(f"uv is not here: python3 -m pip install uv=={UV}, then again")
    for name, wanted in LOCKS.items():
        emit(f"{name}: {_compile(uv, name, wanted, upgrade=upgrade)} packages")


def _compile(uv: str, name: str, wanted: tuple[str, ...], *, upgrade: bool) -> int:
    """Compile one lock in place, so that what it has stays unless `upgrade`; its packages."""
    options = ["--universal", "--generate-hashes", "--no-header", "--no-emit-index-url"]
    options += ["--no-emit-find-links", "--python-version", "3.11", "--quiet", *wanted]
    options += ["--upgrade"] if upgrade else []
    command = [uv, "pip", "compile", "pyproject.toml", *options, "--output-file", name]
    done = subprocess.run(command, cwd=CHECKOUT, check=False)  # noqa: S603 - uv, with options of ours
    if done.returncode != 0:
        raise typer.Exit(done.returncode)
    lines = (CHECKOUT / name).read_text(encoding="utf-8").splitlines()
    return sum("==" in line and not line.startswith((" ", "#")) for line in lines)
