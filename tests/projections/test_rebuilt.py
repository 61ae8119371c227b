"""All the projections under a runner: what is rebuilt is what was kept, row by row."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from uuid import uuid5

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
from gateways.memory.index import MemoryIndex
from gateways.memory.keys import MemoryKeys
from gateways.memory.log import MemoryLog
from gateways.memory.rows import MemoryRows
from projections import all_projections, ordered_act, payable, timeline
from projections.runner import Runner
from tests.projections import given
from tests.projections.given import CASE, CREDITOR, NAMES


class Journal:
    """A journal in memory with every projection there is."""

    def __init__(self) -> None:
        log, keys = MemoryLog(), MemoryKeys()
        self.index = MemoryIndex(log)
        self.rows = MemoryRows(self.index)
        self.projections = all_projections(Vault(keys))
        self.runner = Runner(log, self.index, self.projections, decode, together=self.index)
        self.runner.start()
        writer = Writer(self.runner, lambda _milliseconds: None)
        self.store = EventStore(self.index, writer, Vault(keys), SystemIds(), decode, OneShard())
        self._commands = count(1)

    def happen(self, changes: Mapping[str, Sequence[Event]]) -> None:
        heads = {s: history.head for s, history in self.store.read_many(list(changes)).items()}
        envelope = Envelope(
            command_id=uuid5(NAMES, f"command {next(self._commands)}"),
            content=b"{}",
            actor="test",
            correlation=NAMES,
            causation=None,
            now=datetime(2026, 8, 3, tzinfo=UTC),
        )
        outcome = self.store.append(changes, expected=heads, envelope=envelope)
        assert isinstance(outcome, Committed)

    def tables(self) -> dict[str, list[object]]:
        return {p.table.name: self.rows.find(p.table) for p in self.projections}


@pytest.fixture
def journal() -> Journal:
    journal = Journal()
    for event in given.EXAMPLES:
        journal.happen({f"case-{CASE}": [event]})
    journal.happen({f"settlement-{CREDITOR}": [given.PREPARED, given.REJECTED]})
    return journal


def test_a_whole_case_parks_in_no_projection(journal: Journal) -> None:
    assert list(journal.index.parked()) == []
    assert len(journal.rows.find(timeline.TABLE)) == len(given.EXAMPLES)


def test_what_is_rebuilt_is_what_was_kept(journal: Journal) -> None:
    kept = journal.tables()
    journal.runner.rebuild()

    assert journal.tables() == kept


def test_an_event_without_its_beginning_parks_its_case_and_no_other(journal: Journal) -> None:
    stray = given.named("stray")
    journal.happen({f"case-{stray}": [given.closed()]})
    kept = journal.tables()["balance"]

    assert {parked.stream for parked in journal.index.parked()} == {f"case-{stray}"}
    assert len(kept) == 1


def test_what_is_ordered_is_found_in_the_order_it_was_ordered(journal: Journal) -> None:
    acts = journal.rows.find(ordered_act.TABLE, order_by=("nid",))

    assert [act.kind for act in acts] == [
        "inkassovarsel",
        "betalingsoppfordring",
        "withdrawal_notice",
        "payout",
    ]


def test_a_rejected_payout_is_unsettled_again(journal: Journal) -> None:
    found = payable.unsettled(journal.rows, CREDITOR, after=0)

    told = [entry.line.what for entry in found]
    assert told == ["payment", "reduction", "withdrawal", "payout_rejected"]
    assert found[-1].line.payable_ore == 492216
    assert found[0].line.case_number == given.CASE_NUMBER
