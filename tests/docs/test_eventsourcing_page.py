"""The code of docs/eventsourcing.md runs as it stands on the page, in its order."""

import re
import sys
from types import ModuleType
from uuid import uuid4

import pytest
from psycopg.conninfo import conninfo_to_dict

from gateways.settings import CHECKOUT

PAGE = (CHECKOUT / "docs" / "eventsourcing.md").read_text(encoding="utf-8")
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
EXPORTED = re.compile(r"^export (\w+)=(\S+)$", re.MULTILINE)
MEMORY = "gateways.eventsourcing.memory"
SHOWN, ON_KAFKA = (dict(EXPORTED.findall(block)) for block in SHELL.findall(PAGE))


def run(monkeypatch: pytest.MonkeyPatch, name: str) -> ModuleType:
    """The page as one module: the library finds event classes by module and name, for ever."""
    module = ModuleType(name)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for code in CODE.findall(PAGE):
        exec(compile(code, "docs/eventsourcing.md", "exec"), vars(module))  # noqa: S102 - our own page
    return module


@pytest.fixture
def in_database(monkeypatch: pytest.MonkeyPatch, database: str) -> None:
    """The variables of the page's first block, for an empty database."""
    given = conninfo_to_dict(database)
    ours = {
        "POSTGRES_HOST": given.get("host", "127.0.0.1"),
        "POSTGRES_PORT": given.get("port", "5432"),
        "POSTGRES_DBNAME": given["dbname"],
        "POSTGRES_USER": given.get("user", "postgres"),
        "POSTGRES_PASSWORD": given.get("password", ""),
    }
    assert SHOWN.keys() == ours.keys() | {"PERSISTENCE_MODULE"}
    monkeypatch.setenv("PERSISTENCE_MODULE", SHOWN["PERSISTENCE_MODULE"])
    for name, value in ours.items():
        monkeypatch.setenv(name, str(value))


@pytest.mark.postgres
@pytest.mark.usefixtures("in_database")
def test_the_page_does_on_postgresql_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    page = run(monkeypatch, "page_on_postgresql")
    assert page.workshop.factory.__module__ == SHOWN["PERSISTENCE_MODULE"]


def test_the_page_does_in_memory_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    assert f"PERSISTENCE_MODULE={MEMORY}" in PAGE
    monkeypatch.setenv("PERSISTENCE_MODULE", MEMORY)

    page = run(monkeypatch, "page_in_memory")
    assert page.workshop.factory.__module__ == MEMORY


@pytest.mark.postgres
@pytest.mark.kafka
@pytest.mark.usefixtures("in_database")
def test_the_page_does_on_kafka_what_it_says(
    monkeypatch: pytest.MonkeyPatch, kafka_servers: str
) -> None:
    ours = {**ON_KAFKA, "KAFKA_SERVERS": kafka_servers, "KAFKA_TOPIC_PREFIX": f"{uuid4()}-"}
    for name, value in ours.items():
        monkeypatch.setenv(name, value)

    page = run(monkeypatch, "page_on_kafka")
    assert page.workshop.factory.__module__ == ON_KAFKA["PERSISTENCE_MODULE"]
