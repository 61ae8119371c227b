"""The log of one application: events go in through the engine's writer, and no other way."""

from collections.abc import Callable, Sequence
from itertools import count
from typing import Final, NoReturn
from uuid import UUID, uuid5

from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.persistence import Tracking as Followed

from engine.journal.commit import (
    Commit,
    EventRecord,
    Line,
    Part,
    Tracking,
    genesis_hash,
    wrap_bytes,
    write_line,
)
from engine.journal.outcome import Committed, Conflict, Outcome
from engine.journal.writer import Writer
from engine.ports import Head
from gateways.eventsourcing.failures import UnknownOutcomeError, in_their_words
from gateways.eventsourcing.reading import Bell, Reading
from gateways.eventsourcing.streams import stream_of
from gateways.ids import SystemClock, SystemIds, pause
from projections.index import Found, ProjectionIndex, Wanted
from projections.runner import Runner

SHARD: Final = 0
SCHEMA: Final = 1
NO_COMMAND: Final = "none"  # the library has no commands whose content could be compared

Groups = dict[str, list[StoredEvent]]


class ApplicationLog:
    """Appends what an application records, and tells how far it has come.

    `runner` has no projections; it is started here, and `close` gives the store back.
    """

    def __init__(  # noqa: PLR0913 - the parts a store gives, each one thing
        self,
        name: str,
        runner: Runner,
        index: ProjectionIndex,
        *,
        reading: Reading,
        bell: Bell,
        close: Callable[[], None],
    ) -> None:
        self.name = name
        self.reading = reading
        self.bell = bell
        self.close = close
        self._runner = runner
        self._index = index
        self._clock = SystemClock()
        self._ids = SystemIds()
        self._writer = Writer(runner, pause)
        runner.start([SHARD])

    def append(
        self, events: Sequence[StoredEvent], followed: Followed | None = None
    ) -> Sequence[int]:
        """Append events and tracking whole; the events' notification ids, in their order.

        Raises IntegrityError when others came first, or versions do not follow one another;
        UnknownOutcomeError when there is no verdict yet; DataError, OperationalError and
        InternalError as `in_their_words` says, with nothing recorded.
        """
        if not events and followed is None:
            return []
        groups = _grouped(events)
        with in_their_words():
            line = self._line(groups, followed)
            outcome = self._writer.append(line)
        first_nid = _committed(line.commit.commit_id, outcome).first_nid
        nids = _numbered(line.commit.parts, first_nid)
        return [nids[stream_of(e.originator_id), e.originator_version] for e in events]

    def resolve(self, commit_id: UUID) -> Sequence[int] | None:
        """The notification ids of a commit whose outcome was unknown; None when it still is.

        Raises IntegrityError when it is void, and the rest as `append` does.
        """
        with in_their_words():
            outcome = self._writer.resolve(commit_id)
        if outcome is None:
            return None
        committed = _committed(commit_id, outcome)
        return list(range(committed.first_nid, committed.last_nid + 1))

    def max_nid(self) -> int:
        """How many events stand."""
        with in_their_words():
            return self._index.meta(SHARD).nid

    def max_followed(self, upstream: str) -> int | None:
        """How far the application has come in following `upstream`; None when it has not."""
        with in_their_words():
            return self._found((), upstream).tracking.get((self.name, upstream))

    def rebuild(self) -> None:
        """Make the index again from the log: the same bytes, notification ids included."""
        with in_their_words():
            self._runner.rebuild_index(shards=[SHARD])

    def _line(self, groups: Groups, followed: Followed | None) -> Line:
        upstream = None if followed is None else followed.application_name
        found = self._found(list(groups), upstream)
        commit_id = self._ids.commit_id()
        numbers = count()
        parts = tuple(
            _part(stream, events, found.heads.get(stream), (commit_id, numbers))
            for stream, events in groups.items()
        )
        commit = Commit(
            commit_id=commit_id,
            command_id=commit_id,
            command_mac=NO_COMMAND,
            shard=SHARD,
            parts=parts,
            tracking=self._tracking(followed, found),
            actor=self.name,
            correlation=commit_id,
            recorded_at=self._clock.now(),
        )
        return write_line(commit)

    def _tracking(self, followed: Followed | None, found: Found) -> Tracking | None:
        if followed is None:
            return None
        upstream, place = followed.application_name, followed.notification_id
        standing = found.tracking.get((self.name, upstream))
        if standing is not None and place <= standing:
            _refuse(f"{upstream} has been followed to {standing} already, so not to {place}")
        return Tracking(self.name, upstream, place)

    def _found(self, streams: Sequence[str], upstream: str | None) -> Found:
        pairs = [] if upstream is None else [(self.name, upstream)]
        wanted = Wanted(streams=streams, commits=(), commands=(), tracking=pairs)
        return self._index.load(SHARD, wanted)


def _grouped(events: Sequence[StoredEvent]) -> Groups:
    """The events by stream: one part of the commit each."""
    groups: Groups = {}
    for event in events:
        groups.setdefault(stream_of(event.originator_id), []).append(event)
    return groups


def _part(
    stream: str, events: Sequence[StoredEvent], head: Head | None, ids: tuple[UUID, "count[int]"]
) -> Part:
    """What is refused here would be void in the log; it is only not written there first."""
    first = events[0].originator_version
    versions = [event.originator_version for event in events]
    if versions != list(range(first, first + len(events))):
        _refuse(f"the versions of {stream} do not follow one another: {versions[:5]}")
    if head is not None and first != head.version + 1:
        _refuse(f"{stream} stands at version {head.version}, so {first} cannot come next")
    commit_id, numbers = ids
    records = tuple(
        EventRecord(
            uuid5(commit_id, str(next(numbers))), event.topic, SCHEMA, wrap_bytes(event.state)
        )
        for event in events
    )
    return Part(stream, first, head.hash if head else genesis_hash(SHARD, stream).hex(), records)


def _committed(commit_id: UUID, outcome: Outcome) -> Committed:
    if isinstance(outcome, Conflict):
        _refuse(f"others came first: {outcome.reason.replace('_', ' ')}")
    if not isinstance(outcome, Committed):
        raise UnknownOutcomeError(commit_id)
    return outcome


def _numbered(parts: Sequence[Part], first_nid: int) -> dict[tuple[str, int], int]:
    """The nids of a commit's events by stream and version: its parts one after another."""
    places = [
        (part.stream, part.first_version + place)
        for part in parts
        for place in range(len(part.events))
    ]
    return dict(zip(places, count(first_nid)))


def _refuse(reason: str) -> NoReturn:
    raise IntegrityError(reason)
