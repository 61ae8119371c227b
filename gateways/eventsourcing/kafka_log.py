"""An application's log in Kafka: a topic of one partition, and an index in PostgreSQL."""

from contextlib import suppress
from dataclasses import replace

from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.factory import foreign
from gateways.eventsourcing.postgres_log import PostgresReading, reach, schemas_of
from gateways.kafka.access import Access
from gateways.kafka.failures import TopicThereError
from gateways.kafka.log import KafkaLog
from gateways.kafka.topic import create, is_there
from gateways.postgres.database import Database, open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.listening import Listening
from projections.runner import Runner


def topic_of(name: str, within: str = "", prefix: str = "") -> str:
    """The topic of the application `name`: named as its schema would be in PostgreSQL."""
    return prefix + schemas_of(name, within).journal


def open_kafka_log(  # noqa: PLR0913 - where the log is, where its index is, and how it is made
    access: Access,
    dsn: str,
    name: str,
    *,
    within: str = "",
    create_missing: bool = True,
    development: bool = False,
) -> ApplicationLog:
    """The log of the application `name`, topic and schema made unless `create_missing` is off.

    Raises UnavailableError when cluster or database cannot be reached; TopicError when the
    topic is not fit to hold a log.
    """
    reach(dsn)
    access = replace(access, partitions=1)
    log = _opened(access, create_missing=create_missing, development=development)
    try:
        return _on(log, _database(dsn, name, within, create_missing=create_missing), name)
    except BaseException:
        log.close()
        raise


def _opened(access: Access, *, create_missing: bool, development: bool) -> KafkaLog:
    if create_missing and not is_there(access):
        with suppress(TopicThereError):  # another process was first
            create(access, development=development)
    return KafkaLog.open(access)


def _on(log: KafkaLog, database: Database, name: str) -> ApplicationLog:
    index = PostgresIndex(database, log.identity())
    listening = Listening(database)

    def close() -> None:
        listening.close()
        index.close()
        database.close()
        log.close()

    try:
        return ApplicationLog(
            name,
            Runner(log, index, (), foreign()),
            index,
            reading=PostgresReading(database),
            bell=listening.moves,
            close=close,
        )
    except BaseException:
        database.close()
        raise


def _database(dsn: str, name: str, within: str, *, create_missing: bool) -> Database:
    schemas = schemas_of(name, within)
    return open_journal(dsn, (), schemas) if create_missing else Database(dsn, schemas)
