"""`kravspor config`: what is set, and who set it."""

import typer

from gateways.cli.opening import in_folder
from gateways.cli.output import emit
from gateways.cli.taking import Folder, Json
from gateways.settings import describe

app = typer.Typer(no_args_is_help=True)


@app.callback()
def config() -> None:
    """Look at the settings."""


@app.command()
def show(*, data: Folder = None, json: Json = False) -> None:
    """Show every setting, its value and where that is from; secrets are hidden."""
    with in_folder(data):
        emit([described._asdict() for described in describe()], json=json)
