"""The stores that the settings choose: the log in PostgreSQL or in Kafka, and the index of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from engine.journal.shards import SHARD_COUNT
from gateways.settings import Settings, SettingsError

if TYPE_CHECKING:  # a process that needs no database does not load its driver, nor Kafka's
    from collections.abc import Callable

    from gateways.kafka.access import Access
    from gateways.kafka.log import KafkaLog
    from gateways.postgres.database import Database
    from gateways.postgres.index import PostgresIndex
    from gateways.postgres.log import PostgresLog

NOT_ON_KAFKA = (
    "the log is in PostgreSQL, for no cluster is named: set KRAVSPOR_KAFKA_SERVERS to its "
    "addresses (kravspor kafka up starts one to try on)"
)


DATABASE, KEYS_DATABASE = "kravspor", "kravspor_keys"


@dataclass(frozen=True, slots=True)
class LogAndIndex:
    """A log and the index of it; `together` is the index again when it holds the log too."""

    log: "PostgresLog | KafkaLog"
    index: "PostgresIndex"
    together: "PostgresIndex | None"

    def close(self) -> None:
        """Give their connections back."""
        self.index.close()
        if self.together is None:
            self.log.close()


@contextmanager
def addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """Where the journal and the keys are; an embedded server is up while the block lasts.

    Raises ServerError when there is no server to be had.
    """
    from gateways.postgres.server import Server, ensure_beside  # noqa: PLC0415 - slow to load

    if settings.database is None:
        with Server.start(Path(settings.data) / "pg") as server:
            yield server.ensure_database(DATABASE), server.ensure_database(KEYS_DATABASE)
        return
    dsn, own = settings.database.get_secret_value(), settings.keys_database
    yield dsn, own.get_secret_value() if own else ensure_beside(dsn, "_keys")


def open_database(settings: Settings, dsn: str) -> "Database":
    """The database of the index, and of the log where that is there too, brought up to date.

    Raises UnavailableError when it cannot be reached.
    """
    from gateways.postgres.database import open_journal  # noqa: PLC0415 - psycopg takes its time

    return open_journal(dsn, () if settings.kafka.servers else (0,))


def open_log(settings: Settings, database: "Database") -> LogAndIndex:
    """The log and the index that the settings choose.

    Raises TopicError when Kafka's topic is not fit, or not the one the index was made from;
    UnavailableError when there is no cluster to be had.
    """
    from gateways.postgres.index import PostgresIndex  # noqa: PLC0415 - as above
    from gateways.postgres.log import PostgresLog  # noqa: PLC0415 - as above

    if not settings.kafka.servers:
        index = PostgresIndex(database)
        return LogAndIndex(PostgresLog(database), index, index)
    from gateways.kafka.log import KafkaLog  # noqa: PLC0415 - as above

    log = KafkaLog.open(access_of(settings))
    try:
        log_id = log.identity()
        _refuse_another(settings, log_id, database)
        return LogAndIndex(log, PostgresIndex(database, log_id), None)
    except BaseException:
        log.close()
        raise


def opener(settings: Settings, dsn: str) -> "Callable[[], PostgresLog | KafkaLog]":
    """What opens the same log in another process; it is closed by whoever opens it."""
    from gateways.postgres.log import OwnPostgresLog  # noqa: PLC0415 - as above

    if not settings.kafka.servers:
        return partial(OwnPostgresLog, dsn)
    from gateways.kafka.log import KafkaLog  # noqa: PLC0415 - as above

    return partial(KafkaLog.open, access_of(settings))


def access_of(settings: Settings) -> "Access":
    """The way to the topic of the settings.

    Raises SettingsError when they name no cluster.
    """
    from gateways.kafka.access import Access  # noqa: PLC0415 - as above

    kafka = settings.kafka
    if not kafka.servers:
        raise SettingsError(NOT_ON_KAFKA)
    password, key_password = kafka.sasl_password, kafka.key_password
    files = (kafka.ca_file, kafka.cert_file, kafka.key_file)
    ca_file, cert_file, key_file = (None if each is None else str(each) for each in files)
    return Access(
        servers=tuple(kafka.servers.split(",")),
        topic=kafka.topic,
        partitions=SHARD_COUNT,
        security_protocol=kafka.security_protocol,
        sasl_mechanism=kafka.sasl_mechanism,
        sasl_username=kafka.sasl_username,
        sasl_password=password.get_secret_value() if password else None,
        ca_file=ca_file,
        cert_file=cert_file,
        key_file=key_file,
        key_password=key_password.get_secret_value() if key_password else None,
        check_hostname=kafka.check_hostname,
        faster_client=kafka.client == "confluent-kafka",
    )


def _refuse_another(settings: Settings, log_id: str, database: "Database") -> None:
    """An index is never gone on with beside a log it was not made from."""
    from gateways.kafka.failures import TopicError  # noqa: PLC0415 - as above

    known = {found for (found,) in database.fetch("indexed_logs")}
    for other in known - {log_id}:
        raise TopicError(
            f"the read models were made from the log {other}, and the topic "
            f"{settings.kafka.topic} at {settings.kafka.servers} is the log {log_id}: another "
            "deployment's, or made anew. Name the right one in KRAVSPOR_KAFKA_TOPIC, or the right "
            "database in KRAVSPOR_DATABASE; docs/operations.md tells how to begin anew from a log"
        )
