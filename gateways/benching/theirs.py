"""Their side: the library's own PostgreSQL recorder and its stock projection runner."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from time import monotonic, sleep
from typing import Final
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import DomainEvent
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import (
    PostgresTrackingRecorder,
)
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg import connect
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Composed, Identifier, Placeholder
from typing_extensions import override

from engine.journal.recorded import Recorded
from engine.streams import case_stream
from events import registry
from gateways.benching import course
from gateways.benching.ours import LIVE
from gateways.postgres import tables
from projections.projection import AnyTable

CONNECTIONS_MAX: Final = 16
SEEDED_AT_ONCE: Final = 500
WAIT_SECONDS: Final = 600


class Told(DomainEvent):
    """One of our events as the library records it: its own fields, and our bytes as text."""

    kind: str
    data: str


class Cases(Application[UUID]):
    """An application that is only recorded to, and followed."""


class LiveRows(PostgresTrackingRecorder):
    """Balance and timeline beside the library's tracking, all in one transaction an event."""

    def take(self, recorded: Recorded, tracking: Tracking) -> None:
        """Change the rows the event is about, by our own folds and statements."""
        with self.datastore.transaction(commit=True) as cursor:
            for projection in LIVE:
                table = projection.table
                for key in projection.touches(recorded):
                    cursor.execute(tables.select(table), tables.key_params([key]), prepare=True)
                    found = cursor.fetchone()
                    row = None if found is None else table.row(**found)
                    changed = projection.evolve(row, recorded, key)
                    if changed is not None:  # none of these two ever takes a row away
                        cursor.execute(_upsert(table), tables.copied(changed), prepare=True)
            self._insert_tracking(cursor, tracking)


class Live(Projection[LiveRows]):
    """The library's way to follow an application."""

    @override
    def process_event(self, domain_event: Told, tracking: Tracking) -> None:
        """Fold one event."""
        self.view.take(_recorded(domain_event, tracking.notification_id), tracking)


def environment(dsn: str, pool_size: int) -> dict[str, str]:
    """The library's variables for that database."""
    given = conninfo_to_dict(dsn)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given.get("host", "127.0.0.1")),
        "POSTGRES_PORT": str(given.get("port", "5432")),
        "POSTGRES_USER": str(given.get("user", "postgres")),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
        "POSTGRES_POOL_SIZE": str(pool_size),
    }


@contextmanager
def opened(dsn: str, pool_size: int = CONNECTIONS_MAX) -> Iterator[Cases]:
    """The application on that database."""
    with Cases(environment(dsn, pool_size)) as application:
        yield application


def appending(application: Cases) -> Callable[[int], Callable[[], None]]:
    """What gives each worker its piece: one more event of an aggregate, as ours does."""
    recorder, cases = application.recorder, course.new_cases()

    def steps() -> Iterator[None]:
        while True:
            case_id = course.case_of(next(cases))
            for place, (event, state) in enumerate(
                zip(course.EVENTS, course.WRITTEN, strict=True)
            ):
                recorder.insert_events([StoredEvent(case_id, place + 1, event.TYPE, state)])
                yield

    def start(_worker: int) -> Callable[[], None]:
        own = steps()
        return lambda: next(own)

    return start


def seed(application: Cases, events_count: int) -> int:
    """Record about that many events; how many there are now."""
    pending: list[StoredEvent] = []
    for number in range(-(-events_count // course.LENGTH)):
        pending += _stored(application, course.case_of(number))
        if len(pending) >= SEEDED_AT_ONCE:
            application.recorder.insert_events(pending)
            pending = []
    application.recorder.insert_events(pending)
    return application.recorder.max_notification_id() or 0


@contextmanager
def following(dsn: str) -> Iterator[ProjectionRunner[Cases, LiveRows]]:
    """The stock runner with its read models, which begins at once."""
    with connect(dsn, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {tables.SCHEMA}".encode())
        for projection in LIVE:
            for statement in (*tables.create(projection.table), *tables.keys(projection.table)):
                connection.execute(statement)
    with ProjectionRunner(
        application_class=Cases,
        projection_class=Live,
        view_class=LiveRows,
        env=environment(dsn, 4),
    ) as runner:
        yield runner


def reached(runner: ProjectionRunner[Cases, LiveRows], notification_id: int) -> None:
    """Wait until the read models hold that notification, asking every millisecond.

    The library's own `wait` asks every tenth of a second, and would be measured instead.
    Raises TimeoutError when it takes too long, and what stopped the runner when it stopped.
    """
    deadline = monotonic() + WAIT_SECONDS
    while (runner.view.max_tracking_id(runner.app_name) or 0) < notification_id:
        if runner.is_interrupted.is_set():
            runner.run_forever(0)
        if monotonic() > deadline:
            raise TimeoutError("the library's runner did not come to its end")
        sleep(0.001)


def saving(runner: ProjectionRunner[Cases, LiveRows]) -> Callable[[], None]:
    """A piece of work: register a case and wait until its balance is to be seen."""
    cases = course.new_cases()

    def save() -> None:
        stored = _stored(runner.app, course.case_of(next(cases)))[:1]
        numbers = runner.app.recorder.insert_events(stored)
        reached(runner, max(numbers or [0]))

    return save


@cache
def _upsert(table: AnyTable) -> Composed:
    """One row over that with the same key, as one would write it by hand."""
    rest = [name for name in table.names if name not in table.key]
    return SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ({}) DO UPDATE SET {}").format(
        tables.named(table),
        SQL(", ").join(map(Identifier, table.names)),
        SQL(", ").join(Placeholder() for _ in table.names),
        SQL(", ").join(map(Identifier, table.key)),
        SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(name)) for name in rest),
    )


def _stored(application: Cases, case_id: UUID) -> list[StoredEvent]:
    return [
        application.mapper.to_stored_event(
            Told(  # type: ignore[call-arg]  # the library makes its events dataclasses unseen
                originator_id=case_id,
                originator_version=place + 1,
                timestamp=course.AT,
                kind=event.TYPE,
                data=state.decode(),
            )
        )
        for place, (event, state) in enumerate(zip(course.EVENTS, course.WRITTEN, strict=True))
    ]


def _recorded(told: Told, nid: int) -> Recorded:
    return Recorded(
        event=registry.decode(told.kind, 1, told.data.encode()),
        event_id=told.originator_id,
        stream=case_stream(told.originator_id),
        version=told.originator_version,
        nid=nid,
        shard=0,
        offset=nid,
        commit_id=told.originator_id,
        command_id=told.originator_id,
        recorded_at=told.timestamp,
        actor=course.ACTOR,
        correlation=told.originator_id,
        causation=None,
    )
