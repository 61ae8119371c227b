"""A house with a real PostgreSQL, where events are appended and views are asked."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from uuid import UUID, uuid5

import pytest

from engine.journal.outcome import Committed
from engine.journal.recorded import Envelope
from engine.journal.shards import OneShard
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.vault import Vault
from events.base import Event
from events.registry import decode
from gateways.ids import SystemIds
from gateways.postgres.database import open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.keys import open_keys
from gateways.postgres.log import PostgresLog
from gateways.postgres.reading import PostgresRows
from projections import all_projections
from projections.runner import Runner
from projections.views.sql import SqlReader

NAMES = UUID("0e0f4d0c-9a54-4a3e-8c39-6a3f9a0e5a77")
COMMANDS = count(1)


@dataclass
class Journal:
    """What a test needs of the house: to let things happen, and to ask."""

    store: EventStore
    rows: PostgresRows
    reader: SqlReader

    def happen(self, changes: Mapping[str, Sequence[Event]]) -> None:
        """Let the events have happened, in one commit, each on the end of its stream."""
        heads = {s: history.head for s, history in self.store.read_many(list(changes)).items()}
        envelope = Envelope(
            command_id=uuid5(NAMES, f"command {next(COMMANDS)}"),
            content=b"{}",
            actor="test",
            correlation=NAMES,
            causation=None,
            now=datetime(2026, 8, 3, 8, 0, tzinfo=UTC),
        )
        outcome = self.store.append(changes, expected=heads, envelope=envelope)
        assert isinstance(outcome, Committed)


@pytest.fixture
def journal(database: str, keys_database: str) -> Iterator[Journal]:
    opened = open_journal(database)
    index = PostgresIndex(opened)
    keys = open_keys(keys_database)
    vault = Vault(keys)
    runner = Runner(PostgresLog(opened), index, all_projections(vault), decode, together=index)
    runner.start()
    writer = Writer(runner, lambda _milliseconds: None)
    store = EventStore(index, writer, vault, SystemIds(), decode, OneShard())
    rows = PostgresRows(opened)
    yield Journal(store, rows, rows)
    index.close()
    keys.close()
    opened.close()
