"""`kravspor kafka`: a Kafka of one's own on this machine, to try things on and for the tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from gateways.cli.opening import settings_of
from gateways.cli.output import NotUnderstoodError, emit
from gateways.cli.taking import Folder, Json
from gateways.kafka.broker.cluster import SIZES, Cluster, NodeStatus
from gateways.settings import CHECKOUT

JARS = CHECKOUT / ".kravspor"
NONE_HERE = "there is no cluster in {}: start one with kravspor kafka up"

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Told:
    """A cluster as it is told to programs; `servers` is what clients are given."""

    servers: str
    folder: str
    nodes: Sequence[NodeStatus]


@app.callback()
def kafka() -> None:
    """A Kafka of one or three nodes on loopback, in the data folder."""


@app.command()
def up(
    *,
    nodes: Annotated[int, typer.Option("--nodes", help="1, or 3 that keep copies.")] = 1,
    port: Annotated[
        int | None,
        typer.Option("--port", min=1024, max=65000, help="The first node's; else free ones."),
    ] = None,
    data: Folder = None,
    json: Json = False,
) -> None:
    """Start it, made on the first time, and wait until it is ready; it stays until `down`.

    The first time of all Maven brings its jars (44 MB), each of which is held against its sum.
    """
    if nodes not in SIZES:
        raise NotUnderstoodError(f"--nodes is 1 or 3, not {nodes}")
    cluster = Cluster.up(folder_of(data), JARS, nodes=nodes, port=port)
    _tell(cluster, json=json)
    if not json:
        emit(f"use it: export KRAVSPOR_KAFKA_SERVERS={cluster.bootstrap}")


@app.command()
def down(*, data: Folder = None, json: Json = False) -> None:
    """Stop it in good order; its records stay."""
    cluster = _opened(data)
    cluster.down()
    _tell(cluster, json=json)


@app.command()
def status(*, data: Folder = None, json: Json = False) -> None:
    """Tell how its nodes stand; 1 when one of them does not run."""
    cluster = _opened(data)
    _tell(cluster, json=json)
    if not all(node.running for node in cluster.status()):
        raise typer.Exit(1)


def folder_of(data: Path | None) -> Path:
    """Where the cluster of a data folder lies."""
    return Path(settings_of(data).data) / "kafka"


def _opened(data: Path | None) -> Cluster:
    folder = folder_of(data)
    cluster = Cluster.opened(folder)
    if cluster is None:
        raise NotUnderstoodError(NONE_HERE.format(folder))
    return cluster


def _tell(cluster: Cluster, *, json: bool) -> None:
    nodes = cluster.status()
    if json:
        emit(Told(cluster.bootstrap, str(cluster.home), nodes), json=True)
    else:
        emit(nodes)
