"""Where the log is and how it is reached: what each of the library's clients is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from gateways.kafka.library import Settings

CLIENT_ID: Final = "kravspor"
REACH_MS: Final = 5_000
# A broker is missed after nine seconds (broker.session.timeout.ms), and then another leads.
FAILOVER_SECONDS: Final = 15.0
REQUEST_MS: Final = 5_000
DELIVERY_MS: Final = 15_000
RETRY_MS: Final = 100
READ_RETRY_MS: Final = 20
BATCH_BYTES: Final = 262_144
REQUEST_BYTES: Final = 4 * 1024 * 1024
FETCH_BYTES: Final = 8 * 1024 * 1024
POLL_RECORDS: Final = 5_000
FETCH_WAIT_MS: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """A topic on a cluster, and what is shown at its door.

    `partitions` is how many the topic has to have. `faster_client` chooses confluent-kafka.
    `client_id` is what the brokers call us in their logs and quotas. So long may another leader
    be in coming: `failover_seconds`.
    """

    servers: tuple[str, ...]
    topic: str
    partitions: int = 1
    security_protocol: str = "PLAINTEXT"
    sasl_mechanism: str | None = None
    sasl_username: str | None = None
    sasl_password: str | None = field(default=None, repr=False)
    ca_file: str | None = None
    cert_file: str | None = None
    key_file: str | None = None
    key_password: str | None = field(default=None, repr=False)
    check_hostname: bool = True
    faster_client: bool = False
    client_id: str = CLIENT_ID
    failover_seconds: float = FAILOVER_SECONDS

    @property
    def named(self) -> str:
        """The cluster as it is told to people."""
        return ", ".join(self.servers)

    def administering(self) -> Settings:
        """What an administrator is told."""
        return {**self._reached(), "request_timeout_ms": REQUEST_MS}

    def writing(self) -> Settings:
        """What a producer is told: durable on return, in order, and no record twice by itself.

        Idempotence stands here in so many words, for the library turns it off in silence when
        another setting does not go with it.
        """
        return {
            **self._reached(),
            "acks": "all",
            "enable_idempotence": True,
            "max_in_flight_requests_per_connection": 5,
            "linger_ms": 0,
            "batch_size": BATCH_BYTES,
            "max_request_size": REQUEST_BYTES,
            "compression_type": "lz4",
            "request_timeout_ms": REQUEST_MS,
            "delivery_timeout_ms": DELIVERY_MS,
            "retry_backoff_ms": RETRY_MS,
            "max_block_ms": REACH_MS,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }

    def reading(self) -> Settings:
        """What a consumer is told: no group, nothing committed, and no offset made up."""
        return {
            **self._reached(),
            "group_id": None,
            "enable_auto_commit": False,
            "auto_offset_reset": "none",
            "isolation_level": "read_uncommitted",
            "check_crcs": True,
            "fetch_max_wait_ms": FETCH_WAIT_MS,
            "max_partition_fetch_bytes": FETCH_BYTES,
            "fetch_max_bytes": 8 * FETCH_BYTES,
            "max_poll_records": POLL_RECORDS,
            "retry_backoff_ms": READ_RETRY_MS,
            "request_timeout_ms": REQUEST_MS,
            "allow_auto_create_topics": False,
            "metrics_enabled": False,
        }

    def _reached(self) -> Mapping[str, object]:
        """What every client is told."""
        door = {
            "sasl_mechanism": self.sasl_mechanism,
            "sasl_plain_username": self.sasl_username,
            "sasl_plain_password": self.sasl_password,
            "ssl_cafile": self.ca_file,
            "ssl_certfile": self.cert_file,
            "ssl_keyfile": self.key_file,
            "ssl_password": self.key_password,
        }
        return {
            "bootstrap_servers": list(self.servers),
            "client_id": self.client_id,
            "bootstrap_timeout_ms": REACH_MS,
            "metadata_max_age_ms": 60_000,
            "reconnect_backoff_max_ms": 1_000,
            "security_protocol": self.security_protocol,
            "ssl_check_hostname": self.check_hostname,
            **{name: value for name, value in door.items() if value is not None},
        }
