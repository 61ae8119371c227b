"""`kravspor shards`: which are in use, who works on each, and bringing the next into use."""

from dataclasses import dataclass
from typing import Annotated
from uuid import uuid5

import typer

from engine.journal.controlling import open_shard
from engine.journal.outcome import Committed, Unknown
from engine.journal.recorded import Envelope
from engine.journal.shards import in_use, numbers_of, shard_of_id
from engine.ports import CommitUnknownError
from gateways.cli.journal_opening import journal_opened
from gateways.cli.opening import opened
from gateways.cli.output import emit
from gateways.cli.taking import Shared, hands_in, looks
from gateways.desk.asking import DESK
from gateways.postgres.holding import holders
from gateways.postgres.reading import PostgresRows
from projections import creditor

app = typer.Typer(no_args_is_help=True)


@dataclass(frozen=True, slots=True)
class ShardLine:
    """A shard in use: whose it is, how far it is read, and who works on it."""

    shard: int
    numbers: str
    creditors: int | None
    next_offset: int
    events: int
    halted: str
    worker: str


@app.callback()
def shards() -> None:
    """The log's shards. A creditor and all that is its lie in one, and never move."""


@app.command("list")
@looks
def list_(*, shared: Shared) -> None:
    """List the shards in use, with the numbers of their creditors and who works on them."""
    with journal_opened(shared.data) as journal:
        at_work = holders(journal.database)
        filled = not journal.index.lacking([creditor.TABLE])
        creditors = PostgresRows(journal.database).find(creditor.TABLE) if filled else ()
        lines = []
        for shard in in_use(journal.index):
            meta, numbers = journal.index.meta(shard), numbers_of(shard)
            line = ShardLine(
                shard=shard,
                numbers=f"{numbers.start}-{numbers.stop - 1}",
                creditors=sum(shard_of_id(row.creditor_id) == shard for row in creditors)
                if filled
                else None,
                next_offset=meta.next_offset,
                events=meta.nid,
                halted=f"at offset {meta.halt.offset}: {meta.halt.reason}" if meta.halt else "",
                worker=at_work.get(shard, ""),
            )
            lines.append(line)
    emit(lines, json=shared.json)


@app.command("open")
@hands_in
def open_(
    number: Annotated[int, typer.Argument(metavar="SHARD", help="The next one: 1, then 2 …")],
    *,
    shared: Shared,
) -> None:
    """Bring the next shard into use: creditors to come are taken into it.

    It is said in the log, for ever. What is in the others stays there, and so do their
    creditors and all that will be theirs.
    """
    with opened(shared.data, shared.today) as office:
        envelope = Envelope(
            command_id=uuid5(DESK, f"open shard {number}"),
            content=f"open shard {number}".encode(),
            actor=shared.actor,
            correlation=uuid5(DESK, f"open shard {number}"),
            causation=None,
            now=office.clock.now(),
        )
        outcome = open_shard(office.store, number, envelope)
    if isinstance(outcome, Unknown):
        raise CommitUnknownError(outcome.commit_id)
    numbers = numbers_of(number)
    done = isinstance(outcome, Committed)
    if shared.json:
        emit({"shard": number, "opened": done, "first_number": numbers.start}, json=True)
        return
    was = "is in use from now on" if done else "was in use already"
    emit(f"shard {number} {was}; its creditors have the numbers from {numbers.start}")
