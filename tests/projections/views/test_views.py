"""The views over a small portfolio in a real PostgreSQL."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import cycle, product
from typing import TypeVar, get_args
from uuid import UUID, uuid5

import pytest

from events.base import Event
from events.case import CaseRegistered
from events.claim import ClaimOffered, ClaimRegistered
from events.creditor import CreditorCreated
from events.money import ZERO, Ore
from events.payment import PaymentSuspended
from events.person import PersonRecorded
from gateways.postgres import tables
from projections import case_list, payable, posting
from projections.case_list import CaseRow
from projections.status import Status
from projections.views import cases, claims, dashboard, facets, money, parties, watching
from projections.views.cases import SortBy, Wanted, place_of
from projections.views.listing import Query
from projections.views.sql import SCHEMA
from tests.projections import given
from tests.projections.given import CREDITOR, allocated, clear, share, split
from tests.projections.views.conftest import Journal

pytestmark = pytest.mark.postgres

R = TypeVar("R")

TODAY = date(2026, 9, 10)
OTHER = given.named("other creditor")
PAID = split(share(500000, 7216), fees=3800, salaer=60000, vat=15000)
NAMES = ("Kari Nordmann", "Åse Ødegård", "Zoë 100% Hansen")


def creditor(number: int, name: str, creditor_id: UUID) -> CreditorCreated:
    return CreditorCreated(
        number=number,
        name=clear(name, creditor_id),
        orgnr=None,
        address=None,
        email=None,
        created_on=date(2026, 1, 2),
    )


def person(name: str, person_id: UUID) -> PersonRecorded:
    return PersonRecorded(
        kind="person",
        recorded_on=date(2026, 7, 22),
        name=clear(name, person_id),
        address=clear("Fjordveien 1", person_id),
        postcode=clear("5003", person_id),
        city=clear("Bergen", person_id),
        country="NO",
        identity_number=None,
        email=None,
        mobile=None,
    )


def debtor_id(name: str) -> UUID:
    return given.named(f"debtor {name}")


def case_id(number: str) -> UUID:
    return given.named(f"case {number}")


def a_case(number: str, debtor: str, principal: int, owner: UUID = CREDITOR) -> CaseRegistered:
    claim = given.a_claim(given.named(f"claim {number}"), f"F{number}", principal)
    return given.registered(claim).model_copy(
        update={
            "case_number": number,
            "kid": f"00001{number}",
            "debtor_id": debtor_id(debtor),
            "creditor_id": owner,
        }
    )


def portfolio(journal: Journal) -> None:
    """Five cases: new, warned, paid, disputed, and one of another creditor, withdrawn."""
    journal.happen(
        {
            f"creditor-{CREDITOR}": [creditor(1, "Fjordvarme AS", CREDITOR)],
            f"creditor-{OTHER}": [creditor(2, "Ålesund Vannverk", OTHER)],
            **{f"person-{debtor_id(n)}": [person(n, debtor_id(n))] for n in NAMES},
        }
    )
    histories: dict[str, Sequence[Event]] = {
        "1": [a_case("1", NAMES[0], 100000)],
        "2": [a_case("2", NAMES[1], 200000), given.varsel_sent(pay_by=date(2026, 9, 9))],
        "3": [
            a_case("3", NAMES[2], 500000),
            given.received(571016),
            allocated(PAID, accrued=7216),
            given.closed(),
        ],
        "4": [a_case("4", NAMES[0], 400000), given.objection(given.named("claim 4"))],
        "5": [a_case("5", NAMES[1], 600000, OTHER), given.WITHDRAWN],
    }
    for number, events in histories.items():
        journal.happen({f"case-{case_id(number)}": _of(number, events)})


def _of(number: str, events: Sequence[Event]) -> list[Event]:
    """The events with shares on the case's own claim."""
    mine = share(500000, 7216, given.named(f"claim {number}"))
    own = PAID.model_copy(update={"claims": (mine,), "case_number": number})
    return [
        event.model_copy(update={"split": own}) if hasattr(event, "split") else event
        for event in events
    ]


@pytest.fixture
def house(journal: Journal) -> Journal:
    portfolio(journal)
    return journal


def whole(house: Journal, query: Query[R]) -> list[R]:
    return query.page(house.reader, query.order())


def numbers(house: Journal, wanted: Wanted) -> list[str]:
    return [line.case_number for line in cases.cases(house.reader, wanted, TODAY)]


def test_sql_and_python_agree_on_every_status_and_group(house: Journal) -> None:
    lines = {line.case_id: line for line in cases.cases(house.reader, Wanted(), TODAY)}
    rows: list[CaseRow] = house.rows.find(case_list.TABLE)

    assert len(rows) == 5
    for row in rows:
        assert lines[row.case_id].status == row.status(TODAY)
        assert lines[row.case_id].status_group == row.group(TODAY)
    assert {line.status for line in lines.values()} == {
        "REGISTRERT",
        "INKASSOVARSEL FORFALT",
        "BETALT",
        "TRUKKET",
    }


def test_a_line_names_its_debtor_creditor_and_sums(house: Journal) -> None:
    (line,) = cases.cases(house.reader, Wanted(search="2"), TODAY)

    assert (line.debtor_name, line.creditor_name) == ("Åse Ødegård", "Fjordvarme AS")
    assert (line.total_ore, line.principal_ore) == (203800, 200000)
    assert line.invoice_numbers == ("F2",)


SEARCHES = {
    "kari": ["1", "4"],
    "ØDEGÅRD": ["2", "5"],
    "100%": ["3"],
    "0% h": ["3"],
    "%": [],
    "ka": ["1", "4"],
    "ar": [],
    "nordm": ["1", "4"],
    "_": [],
    "f3": ["3"],
    "000014": ["4"],
    "2 038,00": ["2"],
    "2038": ["2"],
    "2038,01": [],
    "nobody": [],
    "' OR true --": [],
}


def test_a_search_finds_names_numbers_and_amounts(house: Journal) -> None:
    for search, found in SEARCHES.items():
        assert numbers(house, Wanted(search=search, sort_by="case_number")) == found, search


def test_a_creditor_sees_its_own_cases_only(house: Journal) -> None:
    assert numbers(house, Wanted(creditor_ids=(OTHER,))) == ["5"]
    assert numbers(house, Wanted(creditor_ids=())) == []
    assert numbers(house, Wanted(creditor_ids=(OTHER,), search="kari")) == []


def test_cases_are_narrowed_by_group_status_and_follow_up(house: Journal) -> None:
    by_number = {"sort_by": "case_number"}

    assert numbers(house, Wanted(groups=("avsluttet",), sort_by="case_number")) == ["3", "5"]
    assert numbers(house, Wanted(statuses=("BETALT",))) == ["3"]
    assert numbers(house, Wanted(needs_follow_up=True)) == ["4"]
    assert numbers(house, Wanted(debtor_id=debtor_id(NAMES[0]), **by_number)) == ["1", "4"]
    assert numbers(house, Wanted(from_on=date(2026, 8, 4))) == []
    assert len(numbers(house, Wanted(until_on=date(2026, 8, 3)))) == 5


def paged(house: Journal, sort_by: cases.SortBy, *, descending: bool) -> list[str]:
    found: list[str] = []
    wanted = Wanted(sort_by=sort_by, descending=descending, limit=2)
    while page := cases.cases(house.reader, wanted, TODAY):
        found += [line.case_number for line in page]
        wanted = replace(wanted, after=place_of(page[-1], sort_by))
    return found


def test_pages_put_together_are_the_whole_list_in_every_order(house: Journal) -> None:
    for sort_by in get_args(SortBy):
        up = paged(house, sort_by, descending=False)
        down = paged(house, sort_by, descending=True)

        assert up == numbers(house, Wanted(sort_by=sort_by, limit=None))
        assert down == up[::-1]
        assert sorted(up) == ["1", "2", "3", "4", "5"]


def test_names_are_sorted_as_norwegians_sort_them(house: Journal) -> None:
    lines = cases.cases(house.reader, Wanted(sort_by="debtor_name"), TODAY)
    names = list(dict.fromkeys(line.debtor_name for line in lines))

    assert names == ["Kari Nordmann", "Zoë 100% Hansen", "Åse Ødegård"]


def test_the_dashboard_counts_every_group_and_shows_a_few_of_each(house: Journal) -> None:
    totals = {t.status_group: t for t in dashboard.groups(dashboard.totals(house.reader, None))}
    heads = dashboard.heads(house.reader, None, TODAY)

    assert [totals[g].case_count for g in totals] == [2, 0, 0, 1, 2]
    assert totals["pågående"].total_ore == 303800
    assert [head.case_number for head in heads["på vent"]] == ["4"]
    assert heads["rettslig tiltak"] == []


def test_facets_count_what_the_list_holds(house: Journal) -> None:
    found = facets.facets(house.reader, Wanted(), TODAY)
    by_facet = {(each.facet, each.value): each.case_count for each in found}

    assert by_facet["all", ""] == 5
    assert by_facet["status", "INKASSOVARSEL FORFALT"] == 1
    assert by_facet["group", "på vent"] == 1
    assert by_facet["creditor", str(OTHER)] == 1
    assert by_facet["follow_up", "true"] == 1
    scoped = facets.facets(house.reader, Wanted(creditor_ids=(OTHER,)), TODAY)
    assert {each.case_count for each in scoped} == {1}
    assert facets.facets(house.reader, Wanted(creditor_ids=()), TODAY)[0].case_count == 0


def test_every_status_finds_the_cases_that_are_called_so(house: Journal) -> None:
    for today in (date(2026, 9, 9), TODAY):
        lines = cases.cases(house.reader, Wanted(), today)
        for status in get_args(Status):
            found = cases.cases(house.reader, Wanted(statuses=(status,)), today)
            assert found == [line for line in lines if line.status == status]


def test_a_group_shows_no_more_than_five(house: Journal) -> None:
    for number in ("11", "12", "13", "14", "15", "16"):
        journal_case = a_case(number, NAMES[0], 1000)
        house.happen({f"case-{case_id(number)}": [journal_case]})

    assert len(dashboard.heads(house.reader, None, TODAY)["pågående"]) == 5
    assert dashboard.groups(dashboard.totals(house.reader, [CREDITOR]))[0].case_count == 8


def test_cash_flow_tells_month_by_month_whose_money_it_was(house: Journal) -> None:
    stream = f"settlement-{CREDITOR}"
    house.happen({stream: [given.PREPARED, given.INSTRUCTED, given.CONFIRMED]})
    year = (date(2026, 1, 1), date(2026, 12, 31))
    (month,) = dashboard.cash_flow(house.reader, [CREDITOR], *year)

    assert (month.begins_on, month.covered_ore) == (date(2026, 9, 1), 571016)
    assert (month.creditor_ore, month.agency_ore, month.paid_out_ore) == (507216, 63800, 492216)
    assert dashboard.cash_flow(house.reader, None, date(2026, 1, 1), date(2026, 7, 31)) == []


def test_the_directors_figures_are_the_house_in_one_row(house: Journal) -> None:
    figures = dashboard.figures(
        house.reader,
        dashboard.totals(house.reader, None),
        None,
        date(2026, 8, 1),
        date(2026, 9, 30),
    )

    assert (figures.open_count, figures.registered_count) == (3, 5)
    assert (figures.paid_count, figures.withdrawn_count, figures.loss_count) == (1, 1, 0)
    assert figures.outstanding_ore == 100000 + 203800 + 400000
    assert (figures.creditor_ore, figures.agency_ore) == (507216, 63800)


def test_the_figures_of_a_house_without_cases_are_zero(journal: Journal) -> None:
    figures = dashboard.figures(
        journal.reader,
        dashboard.totals(journal.reader, None),
        None,
        date(2026, 8, 1),
        date(2026, 9, 30),
    )

    assert (figures.open_count, figures.outstanding_ore, figures.suspense_ore) == (0, 0, 0)


def test_outstanding_invoices_leave_out_what_is_paid_or_ended(house: Journal) -> None:
    lines = whole(house, claims.invoices(None, TODAY))
    every = whole(house, claims.invoices(None, TODAY, only_outstanding=False))

    assert sorted(line.invoice_number for line in lines) == ["F1", "F2", "F4"]
    assert sorted(line.invoice_number for line in every) == ["F1", "F2", "F3", "F4", "F5"]
    assert {line.left_ore for line in every if line.invoice_number == "F3"} == {0}


def offered(number: str, due_on: date, debtor: str) -> ClaimOffered:
    return ClaimOffered(
        creditor_id=CREDITOR,
        debtor_id=debtor_id(debtor),
        invoice_number=number,
        issued_on=date(2026, 7, 6),
        due_on=due_on,
        principal_ore=Ore(10000),
        consumer=True,
        varsel_sent_on=None,
        varsel_pay_by=None,
        varsel_fee_ore=ZERO,
        description=None,
        offered_on=date(2026, 9, 1),
    )


def test_candidates_stand_together_by_debtor(house: Journal) -> None:
    taken = ClaimRegistered(case_id=case_id("1"), registered_on=TODAY)
    house.happen(
        {
            f"claim-{uuid5(CREDITOR, '1')}": [offered("a", date(2026, 8, 3), NAMES[0])],
            f"claim-{uuid5(CREDITOR, '2')}": [offered("b", date(2026, 9, 3), NAMES[0])],
            f"claim-{uuid5(CREDITOR, '3')}": [offered("c", date(2026, 8, 3), NAMES[1]), taken],
        }
    )
    (group,) = whole(house, claims.candidates([CREDITOR], TODAY))

    assert (group.debtor_name, group.invoice_count, group.principal_ore) == (NAMES[0], 2, 20000)
    assert (group.ripe_count, group.ripe_ore, group.first_ripe_on) == (1, 10000, date(2026, 8, 17))
    assert whole(house, claims.candidates([OTHER], TODAY)) == []


def test_payouts_and_their_lines_are_shown_to_their_creditor_only(house: Journal) -> None:
    line = given.payout_line().model_copy(update={"case_id": case_id("3")})
    prepared = given.PREPARED.model_copy(update={"lines": (line,)})
    house.happen({f"settlement-{CREDITOR}": [prepared, given.INSTRUCTED]})
    (head,) = whole(house, money.payouts([CREDITOR]))
    (part,) = whole(house, money.payout_parts([CREDITOR], payout_id=head.payout_id))

    assert (head.state, head.amount_ore, head.creditor_name) == (
        "instructed",
        492216,
        "Fjordvarme AS",
    )
    assert (part.debtor_name, part.payable_ore) == (NAMES[2], 507216)
    assert whole(house, money.payouts([OTHER])) == []
    assert whole(house, money.payout_parts([OTHER], payout_id=head.payout_id)) == []


def test_payments_tell_what_they_covered(house: Journal) -> None:
    (line,) = whole(house, money.payments([CREDITOR]))

    assert (line.case_number, line.amount_ore, line.principal_ore) == ("3", 571016, 500000)
    assert whole(house, money.payments([OTHER])) == []


def test_suspense_lists_what_nobody_has_placed(house: Journal) -> None:
    payer = given.named("payer")
    suspended = PaymentSuspended(
        amount_ore=Ore(12300),
        ordered_on=date(2026, 9, 1),
        received_on=date(2026, 9, 2),
        booked_on=date(2026, 9, 2),
        kid=clear("77", payer),
        payer_account=None,
        reason="kid_malformed",
        source_file="OCR.txt",
        source_line=3,
    )
    house.happen({f"payment-{payer}": [suspended]})
    (line,) = whole(house, money.suspense())
    figures = dashboard.figures(
        house.reader, dashboard.totals(house.reader, None), None, TODAY, TODAY
    )

    assert (line.amount_ore, line.kid, line.suspense_reason) == (12300, "77", "kid_malformed")
    assert (figures.suspense_count, figures.suspense_ore) == (1, 12300)
    assert (
        dashboard.figures(
            house.reader, dashboard.totals(house.reader, [CREDITOR]), [CREDITOR], TODAY, TODAY
        ).suspense_count
        == 0
    )


def test_what_is_unsettled_is_found_beyond_a_position(house: Journal) -> None:
    withdrawn = payable.unsettled(house.rows, CREDITOR, after=0)
    positions = [entry.position for entry in withdrawn]

    assert [entry.line.what for entry in withdrawn] == ["payment", "withdrawal"]
    assert withdrawn[0].line.payable_ore == 507216
    assert positions == sorted(positions)
    assert payable.unsettled(house.rows, CREDITOR, after=positions[-1]) == []


def test_the_accounts_are_zero_together_and_client_money_is_all_there(house: Journal) -> None:
    balances = dict(watching.account_totals(house.reader))

    assert sum(balances.values()) == 0
    assert balances["creditor_payable"] == -507216
    assert posting.client_money_missing_ore(balances) == 0
    assert balances["klientkonto"] == 571016


def test_the_views_look_where_postgresql_keeps_the_tables() -> None:
    assert SCHEMA == tables.SCHEMA


def turned(journal: Journal, wanted: Wanted, limit: int) -> tuple[list[str], list[int]]:
    """The numbers of the cases that are wanted, page by page, and how many each page held."""
    query = cases.query(wanted, TODAY)
    order = query.order(wanted.sort_by, descending=wanted.descending)
    after, found, sizes = None, list[str](), list[int]()
    while True:
        turn = query.turn(journal.reader, order, after, limit)
        found += [line.case_number for line in turn.rows]
        sizes.append(len(turn.rows))
        after = turn.next
        if after is None:
            return found, sizes


WORDS = ("nordmann", "a", "1", "F3", "00001 2", "00001", "2", "4000", "nobody", "5000,00", "åse ø")


def test_a_common_word_finds_along_the_way_what_a_rare_one_finds_at_once(
    house: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways = cycle((walk, owners) for walk in (1, 2, 3, 100) for owners in (None, None, (OTHER,)))
    for sort_by, word in product(get_args(SortBy), WORDS):
        walk, owners = next(ways)
        monkeypatch.setattr(cases, "WALK_MOST", walk)
        wanted = Wanted(
            search=word, creditor_ids=owners, sort_by=sort_by, descending=walk % 2 == 0
        )
        monkeypatch.setattr(cases, "COMMON_HITS", 10**6)
        rare, _ = turned(house, wanted, 2)
        monkeypatch.setattr(cases, "COMMON_HITS", 0)
        common, sizes = turned(house, wanted, 2)
        assert (common, max(sizes) <= min(2, walk)) == (rare, True), wanted


def test_few_cases_found_first_are_those_along_the_order(
    house: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    for sort_by, narrowed in product(get_args(SortBy), (*NARROWED, {"approval": "requested"})):
        wanted = Wanted(**narrowed, sort_by=sort_by, descending=len(sort_by) % 2 == 0)  # type: ignore[arg-type]  # each of its kind
        monkeypatch.setattr(cases, "FEW_WANTED", 10**6)
        first, _ = turned(house, wanted, 2)

        assert first == [line.case_number for line in cases.cases(house.reader, wanted, TODAY)]
        monkeypatch.setattr(cases, "FEW_WANTED", 0)
        assert first == turned(house, wanted, 2)[0]


def test_a_page_on_the_way_may_be_short_and_not_the_last(
    house: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cases, "COMMON_HITS", 1)
    monkeypatch.setattr(cases, "WALK_MOST", 2)
    found, sizes = turned(house, Wanted(search="åse", sort_by="case_number"), 5)
    query = cases.query(Wanted(search="åse"), TODAY)
    every = list(query.every(house.reader, query.order("case_number"), 5))

    assert (found, sizes) == (["2", "5"], [1, 0, 1])
    assert [[line.case_number for line in rows] for rows in every] == [["2"], ["5"]]


def counted(
    journal: Journal, wanted: Wanted
) -> tuple[dict[tuple[str, str], tuple[int, int]], bool]:
    found = facets.facets(journal.reader, wanted, TODAY)
    (complete,) = {each.complete for each in found}
    return {(e.facet, e.value): (e.case_count, e.total_ore) for e in found}, complete


NARROWED = (
    {},
    {"creditor_ids": (OTHER,)},
    {"creditor_ids": ()},
    {"groups": ("pågående", "avsluttet")},
    {"statuses": ("INKASSOVARSEL FORFALT", "BETALT")},
    {"statuses": ("INKASSOVARSEL",), "creditor_ids": (CREDITOR, OTHER)},
    {"statuses": ()},
    {"needs_follow_up": True},
    {"needs_follow_up": False, "groups": ("på vent",)},
)


def test_facets_by_tally_and_one_by_one_say_the_same(house: Journal) -> None:
    for narrowed, today in product(NARROWED, (date(2026, 9, 9), TODAY)):
        wanted = Wanted(**narrowed)  # type: ignore[arg-type]  # each of its kind
        always = replace(wanted, from_on=date.min)
        by_tally = facets.facets(house.reader, wanted, today)

        assert by_tally == facets.facets(house.reader, always, today)
        assert {each.complete for each in by_tally} == {True}
        assert by_tally[0].case_count == len(cases.cases(house.reader, wanted, today))


def test_facets_say_when_not_all_was_counted(
    house: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    dated, common = Wanted(from_on=date(2026, 1, 1)), Wanted(search="åse")
    exact = [counted(house, wanted) for wanted in (dated, common)]
    assert [complete for _, complete in exact] == [True, True]
    assert [told["all", ""][0] for told, _ in exact] == [5, 2]

    monkeypatch.setattr(cases, "COMMON_HITS", 1)
    assert counted(house, common) == exact[1]
    monkeypatch.setattr(facets, "COUNTED_MOST", 3)
    told, complete = counted(house, dated)
    assert (told["all", ""][0], complete) == (3, False)
    assert counted(house, common)[1] is False
    assert counted(house, Wanted())[1] is True


@pytest.mark.parametrize("few", [-1, 10**6], ids=["asked of each", "found first"])
def test_debtors_are_those_of_the_creditors_however_they_are_found(
    house: Journal, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(parties, "FEW_CASES", few)

    def names(owners: tuple[UUID, ...] | None, word: str | None = None) -> list[str]:
        query = parties.debtors(owners, search=word)
        pages = query.every(house.reader, query.order("name"), 1)
        return [line.name for rows in pages for line in rows]

    assert names(None) == ["Kari Nordmann", "Zoë 100% Hansen", "Åse Ødegård"]
    assert names((CREDITOR,)) == names(None)
    assert names((OTHER,)) == ["Åse Ødegård"]
    assert names((CREDITOR,), "kari") == ["Kari Nordmann"]
    assert names((OTHER,), "kari") == names(()) == []
