"""The environment in which the library finds our factories."""

from uuid import uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict


@pytest.fixture
def memory_environment() -> dict[str, str]:
    return {"PERSISTENCE_MODULE": "gateways.eventsourcing.memory"}


@pytest.fixture
def postgres_environment(database: str) -> dict[str, str]:
    """The variables of the library for an empty database; a pool as small as may be."""
    given = conninfo_to_dict(database)
    return {
        "PERSISTENCE_MODULE": "gateways.eventsourcing.postgres",
        "POSTGRES_DBNAME": str(given["dbname"]),
        "POSTGRES_HOST": str(given.get("host", "127.0.0.1")),
        "POSTGRES_PORT": str(given.get("port", "5432")),
        "POSTGRES_USER": str(given.get("user", "postgres")),
        "POSTGRES_PASSWORD": str(given.get("password", "")),
        "POSTGRES_POOL_SIZE": "1",
    }


@pytest.fixture
def kafka_environment(postgres_environment: dict[str, str], kafka_servers: str) -> dict[str, str]:
    """The same, and topics that nobody has written to."""
    return {
        **postgres_environment,
        "PERSISTENCE_MODULE": "gateways.eventsourcing.kafka",
        "KAFKA_SERVERS": kafka_servers,
        "KAFKA_TOPIC_PREFIX": f"test-{uuid4()}-",
        "KAFKA_DEVELOPMENT": "t",
    }
