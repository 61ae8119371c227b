"""PERSISTENCE_MODULE for Kafka: an application's log is a topic, its index in PostgreSQL."""

from typing import Final

from typing_extensions import override

# The library takes a module's one factory class, so the other may not stand here by its name.
from gateways.eventsourcing import postgres
from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.failures import in_their_words
from gateways.eventsourcing.kafka_log import open_kafka_log, topic_of
from gateways.kafka.access import Access

SERVERS: Final = "KAFKA_SERVERS"
PREFIX: Final = "KAFKA_TOPIC_PREFIX"
DEVELOPMENT: Final = "KAFKA_DEVELOPMENT"
CLIENT: Final = "KAFKA_CLIENT"
YES: Final = {"y", "yes", "t", "true", "on", "1"}


class KafkaJournalFactory(postgres.PostgresJournalFactory):
    """Events in a topic of the application's own; all that is made from them in PostgreSQL.

    It reads the variables of the library's PostgreSQL module, and those named KAFKA_….
    """

    @override
    def open_log(self, name: str) -> ApplicationLog:
        """The log, its topic made on first use unless CREATE_TABLE is off.

        Raises OperationalError when cluster or database cannot be reached, or the topic is
        not fit.
        """
        create = self.env_create_table()
        with in_their_words():
            return open_kafka_log(
                self._access(name),
                self._dsn(),
                name,
                within=self._within(),
                create_missing=create,
                development=self._is_on(DEVELOPMENT),
            )

    def _access(self, name: str) -> Access:
        found = self.env.get
        servers = found(SERVERS) or "127.0.0.1:9092"
        return Access(
            servers=tuple(servers.split(",")),
            topic=topic_of(name, self._within(), found(PREFIX) or ""),
            security_protocol=found("KAFKA_SECURITY_PROTOCOL") or "PLAINTEXT",
            sasl_mechanism=found("KAFKA_SASL_MECHANISM"),
            sasl_username=found("KAFKA_SASL_USERNAME"),
            sasl_password=found("KAFKA_SASL_PASSWORD"),
            ca_file=found("KAFKA_CA_FILE"),
            cert_file=found("KAFKA_CERT_FILE"),
            key_file=found("KAFKA_KEY_FILE"),
            key_password=found("KAFKA_KEY_PASSWORD"),
            faster_client=found(CLIENT) == "confluent-kafka",
        )

    def _is_on(self, variable: str) -> bool:
        return (self.env.get(variable) or "").lower() in YES
