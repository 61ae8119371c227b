"""Read models as many cases would leave them, put straight into the tables to measure reads."""

# The rows are those the projections fold from real events, with names and days of their own
# for each case. There is no log behind them: nothing can be decided on such a case.

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from itertools import accumulate
from typing import Final
from uuid import UUID

from msgspec.structs import astuple, replace

from engine.journal.recorded import Recorded
from engine.streams import case_stream
from engine.vault import Vault
from events.base import Event
from events.case import CaseClosed, CasePaused, CaseWithdrawn, ObjectionRaised
from events.case.lifecycle import ApprovalRequested
from events.money import ZERO, Ore
from events.personal import Sealed
from gateways.benching import many_payouts
from gateways.benching.course import BEGAN_ON, CLAIM, CREDITOR, DEBTOR, EVENTS
from gateways.demo.names import FIRST_NAMES, LAST_NAMES
from gateways.memory.keys import MemoryKeys
from gateways.postgres import tables, tallying
from gateways.postgres.database import Database
from projections import (
    balance,
    candidate,
    case_list,
    creditor,
    debtor,
    document,
    due,
    invoice,
    ordered_act,
    payable,
    payment,
    payout,
    posting,
    timeline,
)
from projections.case_list import CaseRow
from projections.creditor import Creditor
from projections.debtor import Debtor
from projections.projection import AnyProjection, AnyTable, Key, Row
from projections.status import stage_of
from projections.tally import COLUMNS
from projections.wording import parts_of, sort_name

FOLDED: Final[tuple[AnyProjection, ...]] = (
    case_list.PROJECTION,
    balance.PROJECTION,
    due.PROJECTION,
    timeline.PROJECTION,
    invoice.PROJECTION,
    document.PROJECTION,
    ordered_act.PROJECTION,
    payable.PROJECTION,
    posting.PROJECTION,
    payment.projection(Vault(MemoryKeys())),
)
CASE: Final = UUID(int=1 << 100)
AT: Final = datetime(2026, 8, 3, 8, tzinfo=UTC)
SAID: Final = Sealed(key_id=DEBTOR, nonce="AAAA", box="AAAA")
ENDED_ON: Final = BEGAN_ON + timedelta(days=40)

CLOSED: Final = CaseClosed(closed_on=ENDED_ON, reason="paid")
WITHDRAWN: Final = CaseWithdrawn(
    creditor_id=CREDITOR, case_number="10000-0000001", withdrawn_on=ENDED_ON, charge_ore=ZERO
)
PAUSED: Final = CasePaused(paused_on=ENDED_ON, reason=SAID)
OBJECTION: Final = ObjectionRaised(
    objection_id=UUID(int=6),
    raised_on=ENDED_ON,
    claim_ids=(CLAIM,),
    groundless=False,
    reason=SAID,
)
ASKED: Final = ApprovalRequested(
    step="rettslig", requested_on=ENDED_ON, earliest_on=ENDED_ON, rule="inkassoloven 1988 § 11"
)
# How many of a hundred cases have come which way.
COURSES: Final[tuple[tuple[int, tuple[Event, ...]], ...]] = (
    (10, EVENTS[:1]),
    (22, EVENTS[:3]),
    (4, (*EVENTS[:3], OBJECTION)),
    (3, (*EVENTS[:3], PAUSED)),
    (5, (*EVENTS[:3], ASKED)),
    (51, (*EVENTS, CLOSED)),
    (5, (*EVENTS[:3], WITHDRAWN)),
)
SPREAD_DAYS: Final = 700
CASES_A_CREDITOR: Final = 500
CREDITORS_LEAST: Final = 5
CASES_A_PAYOUT: Final = 50
CASES_A_CANDIDATE: Final = 10
FIRST_NUMBER: Final = 10_000
BATCH: Final = 2_000
MOVED_SUMS: Final = frozenset(
    {"principal_ore", "principal_claimed_ore", "principal_left_ore", "left_ore", "total_ore"}
)

OF_TALLIES: Final = tuple(COLUMNS)

Folded = Mapping[AnyTable, Sequence[Row]]


@dataclass(frozen=True)
class Many:
    """So many cases of creditors, of which the first has the most: a few hundred, if not told.

    `largest` is that creditor, when there is one already.
    """

    cases: int
    creditors: int | None = None
    largest: UUID | None = None

    @cached_property
    def creditor_ids(self) -> list[UUID]:
        """The creditors, the largest first."""
        count = self.creditors or max(CREDITORS_LEAST, self.cases // CASES_A_CREDITOR)
        made = [UUID(int=(1 << 96) + number) for number in range(count)]
        return made if self.largest is None else [self.largest, *made[1:]]

    @cached_property
    def shares(self) -> list[float]:
        """Up to where each creditor's share of the cases reaches."""
        return list(accumulate(1 / (place + 1) for place in range(len(self.creditor_ids))))

    def fill(self, database: Database) -> None:
        """Put the rows into the tables, which are then as the planner would find them."""
        courses = [(share, _folded(events)) for share, events in COURSES]
        _copy(database, creditor.TABLE, self._creditors())
        for begin in range(0, self.cases, BATCH):
            numbers = range(begin, min(begin + BATCH, self.cases))
            _copy(database, debtor.TABLE, [_debtor(number) for number in numbers])
            rows: dict[AnyTable, list[Row]] = {}
            for number in numbers:
                for table, own in self._case(number, courses).items():
                    rows.setdefault(table, []).extend(own)
            for table, own in rows.items():
                _copy(database, table, own)
        self._fill_others(database)
        database.read(lambda connection: tallying.count(connection, OF_TALLIES, database.schemas))
        database.read(lambda connection: connection.execute("VACUUM ANALYZE"))

    def _fill_others(self, database: Database) -> None:
        """What is beside the cases: payouts of their creditors, and invoices in no case yet."""
        a_creditor = max(1, self.cases // len(self.creditor_ids) // CASES_A_PAYOUT)
        paid = [
            each
            for creditor_id in self.creditor_ids
            for each in many_payouts.payouts(creditor_id, a_creditor, self.cases * 10, ENDED_ON)
        ]
        _copy(database, payout.TABLE, paid)
        case_id, number = UUID(int=_scattered(0) << 64), f"{FIRST_NUMBER}-0000000"
        lines = [line for each in paid for line in many_payouts.lines(each, case_id, number)]
        _copy(database, payout.LINES, lines)
        waiting = [
            many_payouts.candidate(at, self._owner(at), _debtor_id(at), BEGAN_ON)
            for at in range(0, self.cases, CASES_A_CANDIDATE)
        ]
        _copy(database, candidate.TABLE, waiting)

    def _owner(self, number: int) -> UUID:
        at = (_scattered(number + 7) % 10**6) / 10**6 * self.shares[-1]
        return self.creditor_ids[bisect_left(self.shares, at)]

    def _creditors(self) -> list[Row]:
        return [
            Creditor(
                creditor_id=creditor_id,
                number=FIRST_NUMBER + place,
                name=f"Kreditor {place} Eksempel AS",
                sort_name=sort_name(f"Kreditor {place} Eksempel AS"),
                orgnr=None,
                address=None,
                email=None,
                created_on=BEGAN_ON,
                agreed_from=BEGAN_ON,
                version=1,
            )
            for place, creditor_id in enumerate(self.creditor_ids)
            if creditor_id != self.largest
        ]

    def _case(
        self, number: int, courses: Sequence[tuple[int, Folded]]
    ) -> dict[AnyTable, list[Row]]:
        folded = _chosen(_scattered(number) % 100, courses)
        moved = _Moved(number, self._owner(number))
        return {table: [moved.row(row) for row in rows] for table, rows in folded.items()}


class _Moved:
    """A case's rows with ids, numbers, days and sums of its own."""

    def __init__(self, number: int, creditor_id: UUID) -> None:
        self._number = number
        self._back = timedelta(days=_scattered(number + 3) % SPREAD_DAYS)
        self._more = _scattered(number + 5) % 900_000
        self._ids = {
            CASE: UUID(int=(_scattered(number) << 64) + number),
            CREDITOR: creditor_id,
            DEBTOR: _debtor_id(number),
        }
        self._texts = {str(CLAIM): str(self._own(CLAIM))}

    def row(self, row: Row) -> Row:
        """The row, as it is of this case."""
        names = type(row).__struct_fields__
        values = zip(names, astuple(row), strict=True)
        changed = {name: self._value(name, value) for name, value in values}
        moved = replace(row, **changed)
        return (
            replace(moved, stage=stage_of(moved.standing)) if isinstance(moved, CaseRow) else moved
        )

    def _value(self, name: str, value: object) -> object:
        match value:
            case UUID():
                return self._ids.get(value) or self._own(value)
            case datetime():
                return value - self._back
            case date():
                return value if value == date.max else value - self._back
            case tuple():
                return tuple(self._text(name, str(each)) for each in value)
            case str():
                return self._text(name, value)
            case int() if name in ("nid", "last_nid"):
                return self._number * 10 + value
            case int() if name in MOVED_SUMS:
                return Ore(value + self._more) if value else value
            case _:
                return value

    def _text(self, name: str, value: str) -> str:
        if name == "case_number":
            return f"{FIRST_NUMBER + self._number % 89_999:05}-{self._number:07}"
        if name in ("invoice_number", "invoice_numbers", "search_number"):
            return f"{self._number + 1_000_000}"
        if name == "kid":
            return f"{self._number:013}"
        for old, new in self._texts.items():
            value = value.replace(old, new)
        return value

    def _own(self, value: UUID) -> UUID:
        """The id this case has where the course has `value`."""
        return UUID(
            int=(_scattered(self._number) << 64) + ((value.int & 0xFF) << 40) + self._number
        )


def _chosen(at: int, courses: Sequence[tuple[int, Folded]]) -> Folded:
    for share, folded in courses:
        if at < share:
            return folded
        at -= share
    raise AssertionError("the shares are a hundred together")


def _folded(events: Sequence[Event]) -> Folded:
    """The rows the projections have of a case after these events."""
    rows: dict[AnyTable, dict[Key, Row]] = {each.table: {} for each in FOLDED}
    for place, event in enumerate(events, 1):
        event_id = UUID(int=(1 << 32) + 16 + place)
        told = Recorded(
            event=event,
            event_id=event_id,
            stream=case_stream(CASE),
            version=place,
            nid=place,
            shard=0,
            offset=place,
            commit_id=event_id,
            command_id=event_id,
            recorded_at=AT,
            actor="bench",
            correlation=CASE,
            causation=None,
        )
        for each in FOLDED:
            held = rows[each.table]
            for key in each.touches(told):
                evolved = each.evolve(held.get(key), told, key)
                if evolved is not None:
                    held[key] = evolved
    return {table: list(held.values()) for table, held in rows.items() if held}


def _debtor(number: int) -> Row:
    first = FIRST_NAMES[_scattered(number + 1) % len(FIRST_NAMES)]
    last = LAST_NAMES[_scattered(number + 2) % len(LAST_NAMES)]
    name = f"{first} {last} {number}"
    return Debtor(
        debtor_id=_debtor_id(number),
        kind="person",
        name=name,
        sort_name=sort_name(name),
        search_name=name.casefold(),
        name_parts=parts_of(name),
        address="Eksempelveien 1",
        postcode="0150",
        city="Oslo",
        country="NO",
        email=None,
        mobile=None,
        recorded_on=BEGAN_ON,
        version=1,
        erased=False,
    )


def _debtor_id(number: int) -> UUID:
    return UUID(int=(2 << 100) + number)


def _scattered(number: int) -> int:
    """A number that looks like no other's, and is the same every time."""
    return (number + 1) * 0x9E3779B97F4A7C15 % 2**61 >> 7


def _copy(database: Database, table: AnyTable, rows: Iterable[Row]) -> None:
    types = [column.bare_type for column in table.columns]

    with database.dedicated() as connection, connection.cursor().copy(tables.copy(table)) as copy:
        copy.set_types(types)
        for row in rows:
            copy.write_row(tables.copied(row))
