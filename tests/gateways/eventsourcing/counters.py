"""The views that the library's projection cases ask for, on its own tracking recorders."""

from typing import Any

from eventsourcing.persistence import Tracking
from eventsourcing.popo import POPOTrackingRecorder
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.tests.projection import EventCountersView
from psycopg.sql import SQL, Identifier

CREATED, SUBSEQUENT = "created", "subsequent"


class MemoryCounters(POPOTrackingRecorder, EventCountersView):
    def __init__(self) -> None:
        super().__init__()
        self._counts = {CREATED: 0, SUBSEQUENT: 0}

    def get_created_event_counter(self) -> int:
        return self._counts[CREATED]

    def get_subsequent_event_counter(self) -> int:
        return self._counts[SUBSEQUENT]

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._count(CREATED, tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._count(SUBSEQUENT, tracking)

    def _count(self, name: str, tracking: Tracking) -> None:
        with self._database_lock:
            self._assert_tracking_uniqueness(tracking)
            self._insert_tracking(tracking)
            self._counts[name] += 1


class PostgresCounters(PostgresTrackingRecorder, EventCountersView):
    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self._table = Identifier(datastore.schema, "event_counters")
        self.sql_create_statements.append(
            SQL("CREATE TABLE IF NOT EXISTS {} (name text PRIMARY KEY, n bigint)").format(
                self._table
            )
        )

    def get_created_event_counter(self) -> int:
        return self._counted(CREATED)

    def get_subsequent_event_counter(self) -> int:
        return self._counted(SUBSEQUENT)

    def incr_created_event_counter(self, tracking: Tracking) -> None:
        self._count(CREATED, tracking)

    def incr_subsequent_event_counter(self, tracking: Tracking) -> None:
        self._count(SUBSEQUENT, tracking)

    def _counted(self, name: str) -> int:
        asked = SQL("SELECT n FROM {} WHERE name = %s").format(self._table)
        with self.datastore.cursor() as cursor:
            row = cursor.execute(asked, [name]).fetchone()
        return row["n"] if row else 0

    def _count(self, name: str, tracking: Tracking) -> None:
        counted = SQL(
            "INSERT INTO {} AS held VALUES (%s, 1) ON CONFLICT (name) DO UPDATE SET n = held.n + 1"
        ).format(self._table)
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking=tracking)
            cursor.execute(counted, [name])
