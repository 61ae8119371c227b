"""PERSISTENCE_MODULE for PostgreSQL: any application of the library on a log of its own."""

from typing import Final

import eventsourcing.postgres as library
from eventsourcing.persistence import AggregateRecorder, ProgrammingError
from eventsourcing.utils import resolve_topic
from psycopg import ProgrammingError as DriverProgrammingError
from psycopg.conninfo import make_conninfo
from typing_extensions import override

from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.factory import EVENTS, JournalFactory
from gateways.eventsourcing.failures import in_their_words
from gateways.eventsourcing.postgres_log import open_postgres_log
from gateways.eventsourcing.recorders import JournalAggregateRecorder

PUBLIC: Final = "public"


class PostgresJournalFactory(
    JournalFactory[library.PostgresTrackingRecorder], library.PostgresFactory
):
    """Our recorders for events; the library's own for snapshots and tracking-only views.

    It reads the variables the library's own PostgreSQL module reads.
    """

    @override
    def open_log(self, name: str) -> ApplicationLog:
        """The log, made on first use unless CREATE_TABLE is off.

        Raises OperationalError when the database cannot be reached; ProgrammingError when
        the log is not there, or may not be made.
        """
        create = self.env_create_table()
        try:
            with in_their_words():
                return open_postgres_log(self._dsn(), name, within=self._within(), create=create)
        except DriverProgrammingError as error:
            raise ProgrammingError(str(error)) from error

    @override
    def aggregate_recorder(self, purpose: str = EVENTS) -> AggregateRecorder:
        """Events over the log; what can be made again, snapshots above all, beside it."""
        if purpose == EVENTS:
            return JournalAggregateRecorder(self.log)
        return library.PostgresFactory.aggregate_recorder(self, purpose)

    def _within(self) -> str:
        """What keeps applications of one name apart; nothing in the usual schema."""
        return self.datastore.schema if self.datastore.schema != PUBLIC else ""

    def _dsn(self) -> str:
        asked = self.env.get(self.POSTGRES_GET_PASSWORD_TOPIC)
        password = resolve_topic(asked)() if asked else self.env.get(self.POSTGRES_PASSWORD)
        return make_conninfo(
            "",
            dbname=self.env.get(self.POSTGRES_DBNAME),
            host=self.env.get(self.POSTGRES_HOST),
            port=self.env.get(self.POSTGRES_PORT) or "5432",
            user=self.env.get(self.POSTGRES_USER),
            password=password,
        )
