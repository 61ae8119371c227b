"""The events around an event: what led to it, and what it led to, over every stream."""

from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from engine.journal.recorded import Recorded, recorded
from engine.journal.store import EventStore
from engine.ports import Decided
from engine.streams import claim_stream
from events.case import CASE_EVENTS, CaseRegistered
from events.claim import ClaimOffered
from events.payment import PaymentBooked, PaymentSuspended
from events.settlement import PayoutPrepared
from projections import payout
from projections.fold import subject_id
from projections.reading import Rows
from replay.linking import before

How = str

SAME: How = "i samme beslutning"
CAUSED: How = "satte den i gang"
THREAD: How = "gjelder det samme"
LINE: How = "linje i utbetalingen"
OFFERED: How = "kravet i saken"


class Web:
    """Reads what is asked for, once; each stream and commit is kept while the web is.

    Without the projections' rows it does not find the payouts that a case's money went into.
    """

    def __init__(self, store: EventStore, rows: Rows | None = None) -> None:
        self._store = store
        self._rows = rows
        self._streams: dict[str, tuple[Recorded, ...]] = {}
        self._commits: dict[UUID, tuple[Recorded, ...]] = {}
        self._verdicts: dict[UUID, Decided] = {}
        self._events: dict[UUID, Recorded | None] = {}
        self._causes: dict[UUID, list[tuple[How, Recorded]]] = {}

    def event(self, event_id: UUID) -> Recorded | None:
        """The event of that id; None when there is none."""
        return next(iter(self.events([event_id])), None)

    def events(self, event_ids: Iterable[UUID]) -> list[Recorded]:
        """The events there are of these ids, in the same order."""
        wanted = list(event_ids)
        unknown = [each for each in wanted if each not in self._events]
        if unknown:
            found = self._store.index.by_id(unknown)
            told = {each: recorded(entry, self._store.decode) for each, entry in found.items()}
            self._events.update((each, told.get(each)) for each in unknown)
        events = (self._events[each] for each in wanted)
        return [each for each in events if each is not None]

    def stream(self, name: str) -> tuple[Recorded, ...]:
        """All the events of a stream."""
        if name not in self._streams:
            self._streams[name] = self._known(self._store.read(name).events)
        return self._streams[name]

    def commit(self, of: Recorded) -> tuple[Recorded, ...]:
        """All that was decided together with an event, over every stream, in its order."""
        if of.commit_id not in self._commits:
            decided = self._verdict(of)
            count = decided.last_nid - decided.first_nid + 1
            own = [each for each in self.stream(of.stream) if each.commit_id == of.commit_id]
            if len(own) < count:
                entries = self._store.index.entries(of.shard, decided.first_nid - 1, count)
                own = [recorded(entry, self._store.decode) for entry in entries]
            self._commits[of.commit_id] = self._known(own)
        return self._commits[of.commit_id]

    def _verdict(self, of: Recorded) -> Decided:
        """The verdict on the event's commit; those of its whole stream are asked for at once."""
        if of.commit_id not in self._verdicts:
            ids = {each.commit_id for each in self.stream(of.stream)}
            self._verdicts.update(self._store.index.decided(list(ids)))
        return self._verdicts[of.commit_id]

    def causes(self, of: Recorded) -> list[tuple[How, Recorded]]:
        """What led to the event, the nearest first, each with how; each once."""
        if of.event_id not in self._causes:
            found: dict[UUID, tuple[How, Recorded]] = {}
            for how, cause in self._led_by(of):
                if cause.event_id != of.event_id:
                    found.setdefault(cause.event_id, (how, cause))
            self._causes[of.event_id] = list(found.values())
        return self._causes[of.event_id]

    def effects(self, of: Recorded) -> list[tuple[How, Recorded]]:
        """What the event led to, in the order of the log."""
        near = {each.event_id: each for each in self._near(of) if each.nid > of.nid}
        return [
            (how, each)
            for each in sorted(near.values(), key=lambda found: found.nid)
            for how, cause in self.causes(each)
            if cause.event_id == of.event_id
        ]

    def _known(self, events: Sequence[Recorded]) -> tuple[Recorded, ...]:
        self._events.update((each.event_id, each) for each in events)
        return tuple(events)

    def _led_by(self, of: Recorded) -> Iterator[tuple[How, Recorded]]:
        commit = self.commit(of)
        own = [each for each in commit if each.stream == of.stream]
        if of.event_id != own[0].event_id:
            yield SAME, own[0]
        elif of.event_id != commit[0].event_id:
            yield SAME, commit[0]
        elif of.causation is not None and (caused := self.event(of.causation)) is not None:
            yield CAUSED, caused
        earlier = before(of, self.stream(of.stream))
        if earlier is not None:
            yield THREAD, earlier
        if isinstance(of.event, PayoutPrepared):
            ids = dict.fromkeys(line.source_event_id for line in of.event.lines)
            yield from ((LINE, found) for found in self.events(ids))
        if isinstance(of.event, CaseRegistered):
            for claim in of.event.claims:
                offered = self.stream(claim_stream(claim.claim_id))
                yield from ((OFFERED, each) for each in offered[:1])

    def _near(self, of: Recorded) -> Iterator[Recorded]:
        """The events among which what it led to must be."""
        yield from self.stream(of.stream)
        yield from self.commit(of)
        if isinstance(of.event, CASE_EVENTS):
            yield from self._paid_out(of)
        if isinstance(of.event, ClaimOffered):
            for each in self.stream(of.stream)[1:]:
                yield from self.commit(each)

    def _paid_out(self, of: Recorded) -> Iterator[Recorded]:
        if self._rows is None:
            return
        lines = self._rows.find(payout.LINES, equals={"case_id": subject_id(of)})
        for payout_id in {line.payout_id for line in lines if line.source_event_id == of.event_id}:
            row = self._rows.get(payout.TABLE, (payout_id,))
            if row is not None:
                entries = self._store.index.entries(of.shard, row.nid - 1, 1)
                yield from (recorded(entry, self._store.decode) for entry in entries)


def source_of(of: Recorded) -> str:
    """Where the event came into the house from, in a sentence; empty for what began in it."""
    event = of.event
    if not isinstance(event, PaymentBooked | PaymentSuspended):
        return ""
    if event.source_file is None:
        return "Ført for hånd."
    return f"Bankens fil med SHA-256 {event.source_file}, linje {event.source_line}."
