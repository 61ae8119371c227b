"""`kravspor log`: the topic in Kafka that holds the log; made, checked, looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import typer

from gateways.cli.opening import settings_of
from gateways.cli.output import emit
from gateways.cli.taking import Folder, Json
from gateways.kafka.access import Access
from gateways.kafka.topic import (
    IN_SYNC,
    REPLICAS,
    PartitionState,
    TopicState,
    Unfit,
    create,
    inspect,
    unfit,
)
from gateways.stores import access_of

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class Checked:
    """A topic, and all that makes it unfit to hold the log."""

    topic: str
    id: str
    fit: bool
    unfit: Sequence[Unfit]


@dataclass(frozen=True, slots=True)
class Stands:
    """A topic as it stands; the shards in use are those with records."""

    topic: str
    id: str
    copies: int
    copies_in_sync_least: int
    shards: Sequence[PartitionState]


@app.callback()
def log() -> None:
    """The topic in Kafka that holds the log, at KRAVSPOR_KAFKA_SERVERS."""


@app.command("create")
def create_(
    *,
    replicas: Annotated[
        int, typer.Option("--replicas", min=1, help="How many brokers keep each record.")
    ] = REPLICAS,
    in_sync: Annotated[
        int, typer.Option("--in-sync", min=1, help="How many must have it before it counts.")
    ] = IN_SYNC,
    development: Annotated[
        bool,
        typer.Option("--development", help="One broker alone, which flushes every record."),
    ] = False,
    data: Folder = None,
    json: Json = False,
) -> None:
    """Make the topic: 64 partitions for ever, and records that are never deleted.

    It is not touched when it is there already.
    """
    access = access_of(settings_of(data))
    state = create(access, replicas=replicas, in_sync=in_sync, development=development)
    _tell_checked(state, access, json=json)


@app.command()
def check(*, data: Folder = None, json: Json = False) -> None:
    """Tell all that makes the topic unfit to hold the log, and what helps; 1 when anything."""
    access = access_of(settings_of(data))
    state = inspect(access)
    _tell_checked(state, access, json=json)
    if unfit(state, access.partitions):
        raise typer.Exit(1)


@app.command()
def status(*, data: Folder = None, json: Json = False) -> None:
    """Tell where the shards in use end, who leads them, and which copies are in sync.

    1 when a shard has fewer copies in sync than a record needs.
    """
    state = inspect(access_of(settings_of(data)))
    used = [each for each in state.partitions if each.end > 0 or each.number == 0]
    told = Stands(state.name, state.id, state.replicas, state.in_sync_least, used)
    if json:
        emit(told, json=True)
    else:
        emit(f"topic {state.name}, id {state.id}")
        emit(f"{state.replicas} copies; {state.in_sync_least} must have a record before it counts")
        emit(used)
    if any(each.in_sync < state.in_sync_least or each.leader < 0 for each in state.partitions):
        raise typer.Exit(1)


def _tell_checked(state: TopicState, access: Access, *, json: bool) -> None:
    found = unfit(state, access.partitions)
    if json:
        emit(Checked(state.name, state.id, not found, found), json=True)
    elif found:
        emit(found)
    else:
        emit(f"the topic {state.name} is fit to hold the log; its id is {state.id}")
