"""The library's recorders over an application's log."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    Notification,
    ProcessRecorder,
    StoredEvent,
    Subscription,
    Tracking,
)
from typing_extensions import override

from engine.journal.commit import unwrap_bytes
from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.failures import in_their_words
from gateways.eventsourcing.reading import UNBOUNDED, Bounds, Row
from gateways.eventsourcing.streams import originator_of, stream_of
from gateways.eventsourcing.subscription import JournalSubscription


class JournalAggregateRecorder(AggregateRecorder):
    """Inserts and selects the events of aggregates; versions follow one another."""

    def __init__(self, log: ApplicationLog) -> None:
        self._log = log

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: object
    ) -> Sequence[int] | None:
        """Record the events, all or none. Raises as `ApplicationLog.append` does."""
        self._log.append(stored_events)
        return None

    @override
    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        """The originator's events beyond version `gt` up to `lte`, in order of version."""
        bounds = Bounds(
            above=-1 if gt is None else gt,
            upto=UNBOUNDED if lte is None else lte,
            limit=UNBOUNDED if limit is None else limit,
        )
        with in_their_words():
            rows = self._log.reading.versions(stream_of(originator_id), bounds, back=desc)
        return [
            StoredEvent(originator_id, row.version, row.type, unwrap_bytes(row.data))
            for row in rows
        ]

    def resolve(self, commit_id: UUID) -> Sequence[int] | None:
        """The ids of what an UnknownOutcomeError left open; None when it is open still.

        Raises IntegrityError when nothing of it was recorded.
        """
        return self._log.resolve(commit_id)


class JournalApplicationRecorder(JournalAggregateRecorder, ApplicationRecorder):
    """Tells of all events of the application, numbered from 1 without a gap."""

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: object
    ) -> Sequence[int] | None:
        """Record the events, all or none; their notification ids in the order given."""
        return self._log.append(stored_events)

    @override
    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        """The notifications from `start` up to `stop`, in order."""
        first = 1 if start is None else start + (not inclusive_of_start)
        upto = UNBOUNDED if stop is None else stop
        with in_their_words():
            rows = self._log.reading.notifications(Bounds(first - 1, upto, limit), topics)
        return [_notification(row) for row in rows]

    @override
    def max_notification_id(self) -> int | None:
        """The last notification's id; None when there is none."""
        return self._log.max_nid() or None

    @override
    def subscribe(
        self, gt: int | None = None, topics: Sequence[str] = ()
    ) -> Subscription[ApplicationRecorder]:
        """The notifications beyond `gt` one by one, those to come too."""
        return JournalSubscription(self, self._log.bell, gt, topics)


class JournalProcessRecorder(JournalApplicationRecorder, ProcessRecorder):
    """Records how far an upstream has been followed in the same commit as what it led to."""

    @override
    def insert_events(
        self, stored_events: Sequence[StoredEvent], **kwargs: object
    ) -> Sequence[int] | None:
        """Record the events and the keyword `tracking`, all or none.

        Raises IntegrityError when the upstream has been followed that far, and as
        `ApplicationLog.append` does.
        """
        return self._log.append(stored_events, cast("Tracking | None", kwargs.get("tracking")))

    @override
    def insert_tracking(self, tracking: Tracking) -> None:
        """Record that an upstream has been followed, and led to nothing."""
        self._log.append((), tracking)

    @override
    def max_tracking_id(self, application_name: str) -> int | None:
        """How far that upstream has been followed."""
        return self._log.max_followed(application_name)


def _notification(row: Row) -> Notification:
    return Notification(
        id=row.nid,
        originator_id=originator_of(row.stream),
        originator_version=row.version,
        topic=row.type,
        state=unwrap_bytes(row.data),
    )
