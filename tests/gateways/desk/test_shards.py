"""Two shards: new creditors go to the one opened last, and all that is theirs goes with them."""

from datetime import date
from uuid import UUID

import pytest

from engine.journal.controlling import open_shard
from engine.journal.outcome import Committed
from engine.journal.recorded import Envelope, Recorded, recorded
from engine.journal.shards import NUMBERS_APART, NUMBERS_EACH, in_use, shard_of_id
from events import registry
from events.money import Ore
from gateways.desk import bank_file, creditors, suspense
from gateways.desk.creditors import Details
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from gateways.desk.payments import Paid, book_by_hand
from gateways.ids import SystemIds
from projections import balance, case_list, payment, payout, posting
from projections.case_list import CaseRow
from projections.payment import Payment
from tests.gateways.desk.test_payments import booked, file_of, paid
from tests.gateways.desk.world import World, csv_of, refused, row

NEW = "Fjord AS"


def opened(world: World, shard: int) -> object:
    content = f"open shard {shard}".encode()
    commit_id = SystemIds().commit_id()
    envelope = Envelope(
        command_id=commit_id,
        content=content,
        actor="user:kari",
        correlation=commit_id,
        causation=None,
        now=world.clock.now(),
    )
    return open_shard(world.office.store, shard, envelope)


@pytest.fixture
def two(world: World) -> World:
    """A creditor in each of two shards."""
    assert isinstance(opened(world, 1), Committed)
    world.creditor(creditors.next_number(world.office), NEW)
    return world


def case_of(world: World, number: str = "2001", **told: str) -> CaseRow:
    """A new case of the creditor in shard 1."""
    content = csv_of(row(number, creditor=NEW, **told))
    found = take_in(world.office, content, "n.csv", today=world.today, actor="user:kari")
    return find_case(world.office, found.cases[0].case_number)


def everything(world: World) -> dict[str, list[object]]:
    tables = (case_list.TABLE, balance.TABLE, payment.TABLE, payout.TABLE, posting.TABLE)
    return {table.name: list(world.office.rows.find(table)) for table in tables}


def test_shards_are_opened_in_turn_and_once(world: World) -> None:
    with refused("shard_out_of_turn"):
        opened(world, 2)
    assert isinstance(opened(world, 1), Committed)
    end = world.end

    assert opened(world, 1) is None
    assert world.end == end
    assert in_use(world.office.store.index) == (0, 1)


def test_a_shard_not_in_use_takes_no_creditor(world: World) -> None:
    with refused("shard_not_in_use"):
        creditors.create(world.office, NUMBERS_APART, Details(name=NEW), world.by)


def test_a_shard_that_is_full_is_told(two: World) -> None:
    details = Details(name="Sist AS")
    last = NUMBERS_APART + NUMBERS_EACH - 1
    creditors.create(two.office, last, details, two.by)
    with refused("shard_full"):
        creditors.next_number(two.office)


def test_all_that_is_a_new_creditors_lies_in_its_shard_and_nothing_moves(two: World) -> None:
    case = case_of(two)
    first = find_case(
        two.office,
        take_in(two.office, csv_of(row()), "f.csv", today=two.today, actor="user:kari")
        .cases[0]
        .case_number,
    )
    ids: list[UUID] = [case.case_id, case.creditor_id, case.debtor_id]

    assert {shard_of_id(each) for each in ids} == {1}
    assert {shard_of_id(each) for each in (first.case_id, first.creditor_id)} == {0}
    streams = {entry.stream for entry in two.office.store.index.entries(1, 0, 1000)}
    assert {name.partition("-")[0] for name in streams} == {
        "creditor", "creditor_number", "claim", "person", "case", "case_number",
    }  # fmt: skip


def test_a_payment_is_booked_in_the_shard_of_its_case_and_paid_out_from_there(two: World) -> None:
    case = case_of(two)
    two.days_until(date(2026, 8, 10))
    content = file_of(paid(case.kid, 100_000, on=two.today))
    done, again = booked(two, content), booked(two, content)
    two.day()

    assert (done.booked, again.repeated) == (1, 1)
    assert shard_of_id(done.lines[0].payment_id) == 1
    (prepared,) = two.office.rows.find(payout.TABLE)
    assert prepared.creditor_id == case.creditor_id
    assert prepared.amount_ore > 0


def test_what_came_in_before_its_case_was_known_is_not_booked_again(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(two)
    content = file_of(paid(case.kid, 100_000, on=two.today))
    with monkeypatch.context() as before:
        before.setattr(bank_file, "case_by_kid", lambda *_: None)
        booked(two, content)
    (waits,) = suspense.waiting(two.office)

    assert shard_of_id(waits.payment_id) == 0
    assert booked(two, content).repeated == 1
    assert two.office.case(case.case_id).payments == ()


def test_a_reference_booked_by_hand_in_one_shard_is_not_booked_in_another(two: World) -> None:
    first = take_in(two.office, csv_of(row()), "f.csv", today=two.today, actor="user:kari")
    told = Paid(amount_ore=Ore(500), ordered_on=two.today, received_on=two.today, reference="12")
    book_by_hand(two.office, case_of(two), told, two.by)
    old = find_case(two.office, first.cases[0].case_number)

    assert not isinstance(book_by_hand(two.office, old, told, two.by), Committed)
    assert two.office.case(old.case_id).payments == ()


@pytest.mark.parametrize("stopped", [False, True])
def test_money_in_suspense_reaches_a_case_in_another_shard_once(
    two: World, *, stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(two)
    booked(two, file_of(paid("", 100_000, on=two.today, text="for alt")))
    (row_,) = suspense.waiting(two.office)
    if stopped:  # between the two commits
        monkeypatch.setattr(suspense, "_take_up", lambda *_: None)
    suspense.match(two.office, row_, case, two.by)
    monkeypatch.undo()
    held = two.office.case(case.case_id)
    assert len(held.payments) == (0 if stopped else 1)

    assert suspense.take_up(two.office, two.by) == (1 if stopped else 0)
    assert suspense.take_up(two.office, two.by) == 0
    suspense.match(two.office, row_, case, two.by)
    assert [p.amount_ore for p in two.office.case(case.case_id).payments] == [100_000]
    (after,) = two.office.rows.find(payment.TABLE)
    assert (after.state, after.case_id, after.amount_ore) == ("on_case", case.case_id, 100_000)
    books = two.office.rows.find(posting.TABLE)
    assert sum(line.amount_ore for line in books) == 0
    assert sum(line.amount_ore for line in books if line.account == "klientkonto") == 100_000
    assert sum(line.amount_ore for line in books if line.account == "suspense") == 0


def test_a_rebuild_of_two_shards_gives_the_same(two: World) -> None:
    case = case_of(two)
    stray = paid("", 100_000, on=two.today, text="for alt")
    booked(two, file_of(stray, paid(case.kid, 5_000, on=two.today)))
    suspense.match(two.office, suspense.waiting(two.office)[0], case, two.by)
    two.days_until(date(2026, 8, 6))
    before = everything(two)
    two.office.runner.rebuild_index()

    assert everything(two) == before
    two.office.runner.rebuild()
    assert everything(two) == before


def test_whichever_shard_is_read_first_the_payment_is_the_same(two: World) -> None:
    case = case_of(two)
    booked(two, file_of(paid("", 100_000, on=two.today, text="for alt")))
    suspense.match(two.office, suspense.waiting(two.office)[0], case, two.by)
    index, projection = two.office.store.index, payment.projection(two.office.vault)
    shards = [
        [recorded(entry, registry.decode) for entry in index.entries(shard, 0, 1_000)]
        for shard in (0, 1)
    ]

    def folded(events: list[Recorded]) -> object:
        row: Payment | None = None
        for each in events:
            for key in projection.touches(each):
                row = projection.evolve(row, each, key)
        return row

    assert folded([*shards[0], *shards[1]]) == folded([*shards[1], *shards[0]])
    assert folded([*shards[0], *shards[1]]) == two.office.rows.find(payment.TABLE)[0]
