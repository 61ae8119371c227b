"""Tallies are what their tables add up to: after any history, batch by batch, whoever writes."""

import dataclasses
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from threading import Event as Signal
from time import sleep
from uuid import UUID, uuid5

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import given as for_all
from hypothesis import strategies as st
from psycopg import Connection
from typing_extensions import override

from engine.journal.outcome import Committed
from engine.journal.recorded import Envelope
from engine.journal.shards import Named, placed
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.vault import Vault
from events.base import Event
from events.money import Ore
from events.registry import decode
from gateways.ids import SystemIds
from gateways.postgres import beside, tallying
from gateways.postgres.database import Database, open_journal
from gateways.postgres.held import PostgresHeld, Tombstones
from gateways.postgres.index import PostgresIndex
from gateways.postgres.keys import open_keys
from gateways.postgres.log import PostgresLog
from gateways.postgres.sweeping import sweep
from projections import all_projections, balance, case_list
from projections.filling import SupersededError
from projections.index import Batch
from projections.projection import AnyProjection, AnyTable, Rows
from projections.runner import Runner
from projections.tally import ACCOUNTS, CASES, DAYS, EVERYBODY, TALLIES
from replay.boxes import Boxes
from replay.verify import Verification
from tests.projections import given
from tests.properties.test_case_histories import STEPS, History, Step, beginnings, played

pytestmark = pytest.mark.postgres

SPACE = UUID("5f0f5a0e-3f55-4d1c-9d2c-0c9a7f0f6b11")
SERIAL = count(1)
PAID = given.split(given.share(500000, 7216), fees=3800, salaer=60000, vat=15000)
COURSE = (given.varsel_sent(), given.received(571016), given.allocated(PAID), given.closed())
NAMES: dict[AnyTable, str] = {
    table: f"kravspor_index.{table.sql_name}" for table in (CASES, DAYS, ACCOUNTS)
}
CHANGES = {
    "changed": "UPDATE {table} SET {column} = {column} + 1"
    " WHERE ctid = (SELECT min(ctid) FROM {table})",
    "missing": "DELETE FROM {table} WHERE ctid ="
    " (SELECT min(ctid) FROM {table} WHERE {column} <> 0)",
}
SLOTS = "SELECT slot FROM kravspor_index.case_tally_v1"
ONE_MORE = "UPDATE {table} SET case_count = case_count + 1 WHERE stage = 'BETALT'"
COUNTED = "SELECT sum(case_count) FROM {table} WHERE creditor_id = %s"
# The drawn histories share the ids of payments and letters, which those of no house do.
DRAWN_TWICE = {"payment_v1", "ordered_act_v1"}


@dataclass
class Office:
    """One process of a house with all its projections, that may have several shards."""

    database: Database
    index: PostgresIndex
    runner: Runner
    store: EventStore
    projections: tuple[AnyProjection, ...]

    def happen(self, changes: dict[str, list[Event]]) -> None:
        heads = {s: told.head for s, told in self.store.read_many(list(changes)).items()}
        envelope = Envelope(
            command_id=uuid5(SPACE, f"command {next(SERIAL)}"),
            content=b"{}",
            actor="test",
            correlation=SPACE,
            causation=None,
            now=datetime(2026, 8, 3, 8, tzinfo=UTC),
        )
        outcome = self.store.append(changes, expected=heads, envelope=envelope)
        assert isinstance(outcome, Committed)


class House:
    """A database, and as many processes as are opened on it."""

    def __init__(self, dsn: str, keys_dsn: str, opened: ExitStack) -> None:
        self.dsn, self.keys_dsn, self._opened = dsn, keys_dsn, opened

    def office(self, kind: type[PostgresIndex] = PostgresIndex) -> Office:
        database, keys = open_journal(self.dsn), open_keys(self.keys_dsn)
        index, vault = kind(database), Vault(keys)
        for each in (database, keys, index):
            self._opened.callback(each.close)
        projections = all_projections(vault)
        runner = Runner(PostgresLog(database), index, projections, decode, together=index)
        writer = Writer(runner, lambda _milliseconds: None)
        store = EventStore(index, writer, vault, SystemIds(), decode, Named())
        return Office(database, index, runner, store, projections)

    def wrong(self) -> list[object]:
        with psycopg.connect(self.dsn) as connection:
            return [
                (tally.table.name, *place)
                for tally in TALLIES
                for place in tallying.miscounted(connection, tally)
            ]

    def asked(self, sql: str, *params: object) -> list[tuple[object, ...]]:
        with psycopg.connect(self.dsn, autocommit=True) as connection:
            cursor = connection.execute(sql.encode(), params)
            return cursor.fetchall() if cursor.description else []

    def differences(self) -> list[tuple[str, str, str]]:
        with (
            Database(self.dsn) as database,
            Database(self.keys_dsn) as keys,
            PostgresHeld(database) as held,
        ):
            erased, vault = Tombstones(keys).erased, Vault(open_keys(self.keys_dsn))
            found = Verification(
                held,
                all_projections(vault),
                decode,
                lambda found: Boxes(vault, erased, decode, found),
            ).run(lambda _: None)
        return [(each.table, each.key, each.column) for each in found.differences]


@pytest.fixture
def house(database: str, keys_database: str) -> Iterator[House]:
    with ExitStack() as opened:
        yield House(database, keys_database, opened)


def a_case(history: History, shard: int) -> tuple[str, list[Event]]:
    """The history as that of a case of its own, of a creditor of the shard."""
    serial = next(SERIAL)
    case_id = placed(uuid5(SPACE, f"case {serial}"), shard)
    begun, *rest = history.events
    owner = placed(uuid5(SPACE, f"creditor {serial % 2}"), shard)
    number = f"{serial:05}-0000001"
    mine = begun.model_copy(update={"creditor_id": owner, "case_number": number})
    return f"case-{case_id}", [mine, *rest]


def a_payout(shard: int) -> tuple[str, list[Event]]:
    owner = placed(uuid5(SPACE, "creditor 0"), shard)
    own = {"payout_id": uuid5(SPACE, f"payout {next(SERIAL)}"), "creditor_id": owner}
    told = (given.PREPARED, given.INSTRUCTED, given.CONFIRMED)
    mine = [
        each.model_copy(update={k: v for k, v in own.items() if k in type(each).model_fields})
        for each in told
    ]
    return f"settlement-{owner}", list(mine)


def test_tallies_are_the_sums_of_their_rows_after_every_batch_of_any_history(
    house: House,
) -> None:
    """Two processes write to two shards in turns, so that each finds its batches too late."""
    offices = (house.office(), house.office())
    for each in offices:
        each.runner.start([0, 1])

    @settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
    @for_all(st.lists(st.tuples(beginnings(), STEPS), min_size=2, max_size=3), st.integers(1, 5))
    def holds(told: list[tuple[object, list[Step]]], at_once: int) -> None:
        left = dict(a_case(played(begun, steps), n % 2) for n, (begun, steps) in enumerate(told))  # type: ignore[arg-type]  # as drawn
        turn = 0
        while left:
            turn += 1
            for stream in list(left):
                office = offices[(turn + len(left)) % 2]
                office.happen({stream: left[stream][:at_once]})
                left[stream] = left[stream][at_once:]
                if not left[stream]:
                    del left[stream]
            assert house.wrong() == []
        stream, payout = a_payout(turn % 2)
        offices[turn % 2].happen({stream: payout})
        assert house.wrong() == []

    holds()
    assert {slot for (slot,) in house.asked(SLOTS)} == {0, 1}
    offices[0].runner.rebuild()
    assert {slot for (slot,) in house.asked(SLOTS)} == {0}
    holds()
    offices[1].runner.rebuild_index(shards=[0, 1])
    holds()
    assert {place[0] for place in house.differences()} <= DRAWN_TWICE


def some_cases(house: House) -> Office:
    """Three cases, one closed, and a payout that was confirmed."""
    office = house.office()
    office.runner.start([0])
    for number, events in enumerate(([], [given.objection(given.CLAIM)], COURSE), 1):
        registered = given.registered().model_copy(update={"case_number": str(number)})
        office.happen({f"case-{uuid5(SPACE, str(number))}": [registered, *events]})
    stream, payout = a_payout(0)
    office.happen({stream: payout})
    return office


@pytest.mark.parametrize("table", list(NAMES))
@pytest.mark.parametrize("how", ["changed", "missing"])
def test_one_value_changed_in_a_tally_is_found_and_its_row_named(
    house: House, table: AnyTable, how: str
) -> None:
    some_cases(house)
    assert house.differences() == []
    column = next(each for each in table.names if each not in table.key)
    house.asked(CHANGES[how].format(table=NAMES[table], column=column))
    found = house.differences()

    assert {each[0] for each in found} == {table.sql_name}
    assert column in {each[2] for each in found}
    assert all(each[1] for each in found)


def test_what_a_rebuild_finds_wrong_in_a_tally_it_tells_and_mends(house: House) -> None:
    office = some_cases(house)
    house.asked(ONE_MORE.format(table=NAMES[CASES]))
    told = office.runner.rebuild()

    assert {(each.table, each.column) for each in told.differences} == {
        (CASES.sql_name, "case_count")
    }
    assert house.wrong() == []


NOTHING = "SELECT count(*) FROM kravspor_index.case_tally_v1 WHERE case_count = 0"
OWES_5 = "SELECT count(*) FROM kravspor_index.case_tally_v1 WHERE total_ore = 5"
COUNT_AGAIN = "UPDATE kravspor_index.case_tally_v1 SET total_ore = 5 WHERE case_count = 0"


def runs_its_course(office: Office, name: str) -> None:
    """A case that is told of event by event, and counts elsewhere after each."""
    for event in (given.registered().model_copy(update={"case_number": name}), *COURSE):
        office.happen({f"case-{uuid5(SPACE, name)}": [event]})


def test_rows_that_count_nothing_any_more_are_swept_and_may_count_again(house: House) -> None:
    office = some_cases(house)
    for name in ("4", "5"):
        runs_its_course(office, name)
        assert house.asked(NOTHING)[0] > (0,)
        sweep(office.database)
        assert house.asked(NOTHING) == [(0,)]
        assert house.wrong() == []


def test_a_row_that_is_being_written_is_not_waited_for_and_not_lost(house: House) -> None:
    office = some_cases(house)
    runs_its_course(office, "4")
    with psycopg.connect(house.dsn) as writing:
        written = writing.execute(COUNT_AGAIN).rowcount
        sweep(office.database)
    assert written > 0
    assert house.asked(OWES_5) == [(written,)]


CHANGED = {"status_group": "på vent", "needs_follow_up": True}
OWED = {"total_ore": Ore(77), "held_ore": Ore(5)}


@pytest.mark.parametrize("case", [CHANGED, {}, None], ids=["changed", "left", "gone"])
@pytest.mark.parametrize("owed", [OWED, {}, None], ids=["changed", "left", "gone"])
@pytest.mark.parametrize("after", [CHANGED, None], ids=["then changed", "then gone"])
def test_a_row_and_its_partner_are_counted_together_whichever_of_them_is_written(
    house: House,
    case: dict[str, object] | None,
    owed: dict[str, object] | None,
    after: dict[str, object] | None,
) -> None:
    office = some_cases(house)
    key = (uuid5(SPACE, "1"),)

    def write(table: AnyTable, changed: dict[str, object] | None) -> Rows:
        (row,) = office.index.rows({table: [key]})[table].values() or [None]
        if changed is None or row is None:
            return {key: None}
        return {key: msgspec.structs.replace(row, **changed)}

    for now, sums in ((case, owed), (after, {}), ({}, after and OWED)):
        wanted = {case_list.TABLE: now, balance.TABLE: sums}
        rows = {t: write(t, changed) for t, changed in wanted.items() if changed != {}}
        meta = office.index.meta(0)
        moved = dataclasses.replace(meta, next_offset=meta.next_offset + 1)
        assert office.index.apply(Batch(meta, moved, rows=rows))
        assert house.wrong() == []
        late = Batch(meta, moved, rows=rows)
        assert not office.index.apply(late)
        assert house.wrong() == []


class EarlierIndex(PostgresIndex):
    """As the release before had it, which knew no tallies."""

    @override
    def strange(self, wanted: Sequence[AnyTable]) -> Sequence[str]:
        known = {table.sql_name for table in wanted}
        return [name for name, *_ in self._database.fetch("lives") if name not in known]

    @override
    def uncounted(self, wanted: Sequence[AnyTable]) -> Sequence[str]:
        return ()

    @override
    def _opened(self) -> Connection:
        connection = super()._opened()
        known = {table.sql_name for table in NAMES}
        self._row_oids = {name: oid for name, oid in self._row_oids.items() if name not in known}
        return connection


def as_before(house: House) -> Office:
    """A house of the release before, and one of its processes."""
    some_cases(house)
    for table, name in NAMES.items():
        house.asked(f"DROP TABLE {name}")
        house.asked("DELETE FROM kravspor_index.projection WHERE name = %s", table.name)
    return house.office(EarlierIndex)


def a_new_case(office: Office) -> None:
    number = str(next(SERIAL))
    begun = given.registered().model_copy(update={"case_number": number})
    office.happen({f"case-{uuid5(SPACE, number)}": [begun]})


def test_a_new_release_counts_under_a_running_writer_which_then_writes_no_more(
    house: House,
) -> None:
    earlier, now, refused = as_before(house), house.office(), Signal()

    def work() -> int:
        for written in count():
            try:
                a_new_case(earlier)
            except SupersededError:
                refused.set()
                return written
        return 0

    with ThreadPoolExecutor(1) as threads:
        working = threads.submit(work)
        while house.asked("SELECT count(*) FROM kravspor_index.case_list_v1") == [(3,)]:
            sleep(0.01)
        now.runner.start([0])
        assert refused.wait(20)
        written = working.result()

    assert house.wrong() == []
    a_new_case(now)
    ((counted,),) = house.asked(COUNTED.format(table=NAMES[CASES]), EVERYBODY)
    assert (house.wrong(), counted) == ([], 3 + written + 1)


def test_a_release_that_gave_way_counts_again_only_when_it_is_told_to(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier, now = as_before(house), house.office()
    now.runner.start([0])
    with pytest.raises(SupersededError, match="case_tally_v1"):
        earlier.runner.start([0])
    with monkeypatch.context() as before:
        for module in (beside, tallying):
            before.setattr(module, "tallies_of", lambda _: [])
        earlier.runner.filling().back()  # puts the tallies aside, as tables it does not know
    a_new_case(earlier)

    with pytest.raises(SupersededError, match="no case_tally_v1"):
        a_new_case(now)
    again = house.office()
    with pytest.raises(SupersededError, match="no case_tally_v1"):
        again.runner.start([0])
    assert again.runner.filling().back().switched
    a_new_case(again)
    assert (house.wrong(), house.differences()) == ([], [])


def test_a_stream_taken_up_again_makes_those_who_wrote_meanwhile_read_it_first(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the one would count what the other no longer finds."""
    office, other = some_cases(house), house.office()
    stream = f"case-{uuid5(SPACE, '1')}"
    with monkeypatch.context() as broken:
        broken.setattr(balance, "_asked", lambda *_, **__: 1 // 0)
        office.happen({stream: [given.varsel_sent()]})
        other.runner.catch_up(0)
    assert ("balance", stream) in {(e.projection, e.stream) for e in office.runner.parked()}
    assert house.wrong() == []
    generation = office.index.meta(0).generation
    assert office.runner.retry("balance", stream)

    assert office.index.meta(0).generation == generation + 1
    other.happen({stream: [given.PAUSED]})
    assert (house.wrong(), house.differences()) == ([], [])


def test_shards_of_different_generations_are_written_on_one_connection(house: House) -> None:
    office = house.office()
    office.runner.start([0, 1])
    streams = [f"case-{placed(uuid5(SPACE, 'of a shard'), shard)}" for shard in (0, 1)]
    for stream in streams:
        office.happen({stream: [given.registered()]})
    house.asked("UPDATE kravspor_index.log_meta SET generation = generation + 1 WHERE shard = 1")
    pids = []
    for turn in range(3):
        for stream in streams:
            office.happen({stream: [given.PAUSED if turn % 2 else given.RESUMED]})
            connection = office.index._writing  # noqa: SLF001 - whether it stays the same
            assert connection is not None
            pids.append(connection.info.backend_pid)

    assert len(set(pids[2:])) == 1
    assert house.wrong() == []
