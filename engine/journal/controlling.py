"""Writing what the log says about itself: a commit of one control event."""

from hashlib import sha256
from uuid import UUID, uuid5

from engine.journal.commit import Commit, EventRecord, Line, Part, genesis_hash, write_line
from engine.journal.control import ControlEvent, ShardOpened
from engine.journal.outcome import Conflict, Outcome
from engine.journal.recorded import Envelope
from engine.journal.shards import CONTROL, SHARD_COUNT, in_use
from engine.journal.store import EventStore
from engine.ports import Head
from engine.refusal import refuse_if
from events.base import canonical


def control_line(
    shard: int, event: ControlEvent, head: Head | None, commit_id: UUID, envelope: Envelope
) -> Line:
    """The line that says `event` on the control stream of the shard, whose head is `head`."""
    stream = f"control-{shard}"
    record = EventRecord(uuid5(commit_id, "0"), event.TYPE, event.SCHEMA, canonical(event))
    part = Part(
        stream=stream,
        first_version=head.version + 1 if head else 1,
        prev_hash=head.hash if head else genesis_hash(shard, stream).hex(),
        events=(record,),
    )
    return write_line(
        Commit(
            kind="control",
            commit_id=commit_id,
            command_id=envelope.command_id,
            command_mac=sha256(envelope.content).hexdigest(),
            shard=shard,
            parts=(part,),
            actor=envelope.actor,
            correlation=envelope.correlation,
            causation=envelope.causation,
            recorded_at=envelope.now,
        )
    )


def open_shard(store: EventStore, shard: int, envelope: Envelope) -> Outcome | None:
    """Bring the next shard into use for creditors to come; None when it is in use already.

    Refuses: shard_out_of_turn.
    """
    while True:
        head = store.index.read([CONTROL])[CONTROL].head
        used = in_use(store.index)
        if shard in used:
            return None
        refuse_if(shard != len(used) or shard >= SHARD_COUNT, "shard_out_of_turn", next=len(used))
        event = ShardOpened(shard=shard)
        line = control_line(0, event, head, store.ids.commit_id(), envelope)
        outcome = store.writer.append(line)
        if not isinstance(outcome, Conflict):
            return outcome
