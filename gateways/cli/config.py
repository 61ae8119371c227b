"""`kravspor config`: what is set, and who set it."""

from typing import Annotated

import typer

from gateways.cli.output import emit
from gateways.settings import describe

app = typer.Typer(no_args_is_help=True)


@app.callback()
def config() -> None:
    """Look at the settings."""


@app.command()
def show(*, json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False) -> None:
    """Show every setting, its value and where that is from; secrets are hidden."""
    emit([described._asdict() for described in describe()], json=json)
