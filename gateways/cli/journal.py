"""`kravspor journal`: how the log stands, and passing over a record that nobody can read."""

from dataclasses import dataclass, replace
from typing import Annotated
from uuid import uuid5

import typer

from engine.journal.recorded import Envelope
from engine.journal.shards import in_use
from engine.ports import HaltedError
from engine.refusal import refuse_if
from gateways.cli.journal_opening import Journal, journal_opened
from gateways.cli.output import emit
from gateways.cli.taking import Shared, hands_in, looks
from gateways.ids import SystemClock, SystemIds
from projections.quarantine import quarantine as pass_over
from replay.standing import Standing, standing

app = typer.Typer(no_args_is_help=True)

ShardNumber = Annotated[int, typer.Option(help="The shard; the first is 0.", min=0)]


@dataclass(frozen=True, slots=True)
class Quarantined:
    """What became of a record; `halted` tells what the shard stands at after it, if at all."""

    outcome: str
    offset: int
    next_offset: int
    halted: str


@app.callback()
def journal() -> None:
    """The log itself: where it ends, and what it stands still at."""


@app.command()
@looks
def status(*, shared: Shared) -> None:
    """Tell where the log ends, how far it is read, and what it halts at; 1 when it is halted."""
    with journal_opened(shared.data) as opened:
        every = [standing(opened.log, opened.index, shard) for shard in in_use(opened.index)]
    if shared.json:
        emit(every, json=True)
    else:
        for told in every:
            _print(told)
    if any(told.halt or told.log_id != told.indexed_log_id for told in every):
        raise typer.Exit(1)


@app.command()
@looks
def key(*, shared: Shared) -> None:
    """Print the public key that checkpoints and exports are signed with, to be made known.

    The secret half never leaves the keys' database.
    """
    with journal_opened(shared.data) as opened:
        public = opened.notary.signer(opened.log.identity()).public
    emit({"key": public.text} if shared.json else public.text, json=shared.json)


@app.command()
@looks
def checkpoint(*, shard: ShardNumber = 0, shared: Shared) -> None:
    """Sign what the log has come to, and print it: keep a copy where nobody here can reach it."""
    with journal_opened(shared.data) as opened:
        meta = opened.index.meta(shard)
        refuse_if(meta.tree.size == 0, "log_empty")
        made = opened.notary.made(meta, SystemClock().now())
    emit(made if shared.json else made.note.rstrip("\n"), json=shared.json)


@app.command()
@hands_in
def quarantine(
    offset: Annotated[int, typer.Argument(metavar="OFFSET", help="Where the shard halts.", min=0)],
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why it may be passed over, in words.")],
    shard: ShardNumber = 0,
    shared: Shared,
) -> None:
    """Say in the log that everybody passes over the unreadable record at OFFSET, for ever.

    What can be read is never passed over. Restore from a backup first if a disk has failed.
    """
    with journal_opened(shared.data) as opened:
        told = _quarantine(opened, (shard, offset), reason.strip(), shared.actor)
    if shared.json:
        emit(told, json=True)
        return
    done = "is passed over from now on" if told.outcome == "done" else "was passed over already"
    emit(f"the record at offset {offset} {done}; read up to offset {told.next_offset}")
    if told.halted:
        emit(f"the next one stops the shard: {told.halted}")


def _quarantine(opened: Journal, place: tuple[int, int], reason: str, actor: str) -> Quarantined:
    """Pass over the record the shard halts at, and go on.

    Refuses: not_halted_there.
    """
    shard, offset = place
    before = _read_on(opened, shard, offset)
    if before.next_offset > offset and _passed(opened, shard, offset):
        return replace(before, outcome="already")
    stands = opened.index.meta(shard)
    refuse_if(
        not before.halted or stands.next_offset != offset,
        "not_halted_there",
        asked=offset,
        halted=before.halted or "nowhere",
    )
    commit_id = SystemIds().commit_id()
    envelope = Envelope(
        command_id=uuid5(commit_id, "quarantine"),
        content=reason.encode(),
        actor=actor,
        correlation=commit_id,
        causation=None,
        now=SystemClock().now(),
    )
    pass_over(opened.log, opened.index, shard, commit_id=commit_id, envelope=envelope)
    return _read_on(opened, shard, offset)


def _read_on(opened: Journal, shard: int, offset: int) -> Quarantined:
    try:
        return Quarantined("done", offset, opened.catch_up(shard), "")
    except HaltedError as error:
        return Quarantined("done", offset, opened.index.meta(shard).next_offset, str(error))


def _passed(opened: Journal, shard: int, offset: int) -> bool:
    return any(each.startswith(f"{offset} ") for each in opened.index.meta(shard).passed)


def _print(told: Standing) -> None:
    halt = told.halt
    emit({
        "shard": told.shard,
        "log": told.log_id,
        "log ends at offset": told.log_end,
        "read up to offset": told.next_offset,
        "events": told.events,
        "halted": f"at offset {halt.offset}: {halt.reason}" if halt else "no",
        "commits without a verdict": len(told.unresolved),
        "parked": told.parked,
    })  # fmt: skip
    if told.log_id != told.indexed_log_id:
        emit(f"the read models were made from another log: {told.indexed_log_id}")
