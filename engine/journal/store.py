"""The store of events: streams are read whole, and a decision is appended whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid5

from engine.journal.commit import Commit, EventRecord, Part, genesis_hash, write_line
from engine.journal.outcome import Committed, Conflict, Outcome, outcome_of
from engine.journal.recorded import Decode, Envelope, History, recorded
from engine.journal.shards import ShardMap
from engine.journal.writer import Writer
from engine.ports import Head, Ids, Index, Stored
from engine.refusal import refuse_if
from engine.vault import Vault
from events.base import Event

Changes = Mapping[str, Sequence[Event]]

FIRST_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class EventStore:
    """Reads from the index and writes through the journal's writer."""

    index: Index
    writer: Writer
    vault: Vault
    ids: Ids
    decode: Decode
    shards: ShardMap

    def read(self, stream: str) -> History:
        """The stream from its first event on; one that does not exist has no head."""
        return self.read_many([stream])[stream]

    def read_many(self, streams: Sequence[str]) -> dict[str, History]:
        """The streams as of one moment, in one round trip."""
        stored = self.index.read(streams)
        return {stream: self._history(stream, stored[stream]) for stream in streams}

    def append(
        self, changes: Changes, *, expected: Mapping[str, Head | None], envelope: Envelope
    ) -> Outcome:
        """Append a decision whole, on the heads it was decided on; wait for the verdict.

        The same command asked again gets its first answer, marked repeated.
        Refuses: key_reused.
        Raises ClearTextError when personal data stands where it cannot be sealed;
        KeyDestroyedError when it is about an erased person.
        """
        commit = self._commit(changes, expected, envelope)
        outcome = self.writer.append(write_line(commit))
        if isinstance(outcome, Conflict) and outcome.reason == "already_done":
            return self.answer(envelope.command_id, list(changes), envelope.content) or outcome
        return outcome

    def answer(
        self, command_id: UUID, streams: Sequence[str], content: bytes | None = None
    ) -> Committed | None:
        """What the command led to when it was carried out on any of `streams`, or None.

        With `content`, the command is also held to be the same one.
        Refuses: key_reused.
        """
        for decided in self.index.answers(command_id, streams):
            if content is not None:
                reused = decided.command_mac != self.vault.hmac("command", content)
                refuse_if(reused, "key_reused", command_id=str(command_id))
            outcome = outcome_of(decided, repeated=True)
            if isinstance(outcome, Committed):
                return outcome
        return None

    def _history(self, stream: str, stored: Stored) -> History:
        events = tuple(recorded(entry, self.decode) for entry in stored.entries)
        return History(stream, stored.head, events)

    def _commit(
        self, changes: Changes, expected: Mapping[str, Head | None], envelope: Envelope
    ) -> Commit:
        commit_id = self.ids.commit_id()
        shards = {self.shards.shard_of(stream) for stream in changes} - {None}
        if len(shards) != 1:
            raise ValueError("a decision is about streams of one shard, and of at least one")
        shard = shards.pop() or 0
        self.vault.prepare([event for events in changes.values() for event in events])
        parts: list[Part] = []
        count = 0
        for stream, events in changes.items():
            records = [
                self._record(event, stream, uuid5(commit_id, str(count + place)))
                for place, event in enumerate(events)
            ]
            count += len(records)
            parts.append(_part(shard, stream, expected[stream], records))
        return Commit(
            commit_id=commit_id,
            command_id=envelope.command_id,
            command_mac=self.vault.hmac("command", envelope.content),
            shard=shard,
            parts=tuple(parts),
            actor=envelope.actor,
            correlation=envelope.correlation,
            causation=envelope.causation,
            recorded_at=envelope.now,
        )

    def _record(self, event: Event, stream: str, event_id: UUID) -> EventRecord:
        _, data = self.vault.seal(event, stream, event_id)
        return EventRecord(event_id, event.TYPE, event.SCHEMA, data)


def _part(shard: int, stream: str, head: Head | None, records: Sequence[EventRecord]) -> Part:
    if head is None:
        genesis = genesis_hash(shard, stream).hex()
        return Part(stream, FIRST_VERSION, genesis, tuple(records))
    return Part(stream, head.version + 1, head.hash, tuple(records))
