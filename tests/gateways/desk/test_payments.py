"""The bank's file: booked once, kept in suspense when nobody knows the KID, taken back."""

from datetime import date

import pytest

from events.kid import make_kid
from events.money import Ore
from gateways.bank.errors import BankFileError
from gateways.bank.ocr_giro_writer import Payment, write
from gateways.desk import cases, suspense
from gateways.desk.asking import By
from gateways.desk.bank_file import Booked, book_file
from gateways.desk.finding import find_case, find_payment
from gateways.desk.invoices import take_in
from gateways.desk.payments import Paid, book_by_hand, report_direct
from projections import payment
from projections.case_list import CaseRow
from tests.gateways.desk.world import World, csv_of, refused, row

ACCOUNT = "12345678911"


@pytest.fixture
def case(world: World) -> CaseRow:
    """A case of 5 000 kroner, registered today."""
    content = csv_of(row())
    found = take_in(world.office, content, "f.csv", today=world.today, actor="user:kari")
    return find_case(world.office, found.cases[0].case_number)


def paid(kid: str, amount: int, *, on: date, text: str | None = None) -> Payment:
    return Payment(
        amount_ore=Ore(amount),
        kid=kid,
        settled_on=on,
        ordered_on=on,
        debit_account="12345678903",
        text=text,
    )


def file_of(*payments: Payment, number: int = 1) -> bytes:
    day = payments[0].settled_on
    return write(payments, account=ACCOUNT, transmission_no=number, written_on=day)


def booked(world: World, content: bytes) -> Booked:
    return book_file(world.office, content, today=world.today, actor="user:kari")


def test_a_payment_is_booked_on_the_case_of_its_kid(world: World, case: CaseRow) -> None:
    found = booked(world, file_of(paid(case.kid, 200_000, on=world.today)))
    (line,) = found.lines
    assert (line.became, line.case_number, line.held_ore) == ("booked", case.case_number, 0)
    assert find_case(world.office, case.kid).principal_left_ore < 500_000


def test_the_same_file_twice_changes_nothing(world: World, case: CaseRow) -> None:
    content = file_of(
        paid(case.kid, 200_000, on=world.today), paid(make_kid(9, 9), 5_000, on=world.today)
    )
    booked(world, content)
    end = world.end
    again = booked(world, content)
    assert world.end == end
    assert (again.repeated, again.booked, again.suspended) == (2, 0, 0)


def test_the_same_file_on_another_day_books_nothing_twice(world: World, case: CaseRow) -> None:
    content = file_of(paid(case.kid, 200_000, on=world.today), paid("1234", 5_000, on=world.today))
    booked(world, content)
    world.day()
    assert booked(world, content).repeated == 2


@pytest.mark.parametrize(
    ("kid", "text", "reason"),
    [
        (make_kid(9, 9), None, "kid_unknown"),
        ("1234", None, "kid_malformed"),
        ("", "for faktura 7", "kid_missing"),
    ],
)
def test_a_payment_nobody_can_place_goes_to_suspense(
    world: World, kid: str, text: str | None, reason: str
) -> None:
    found = booked(world, file_of(paid(kid, 5_000, on=world.today, text=text)))
    (row,) = suspense.waiting(world.office)
    assert (found.suspended, row.amount_ore, row.suspense_reason) == (1, 5_000, reason)


def test_a_payment_on_a_closed_case_is_held_for_the_payer(world: World, case: CaseRow) -> None:
    cases.withdraw(world.office, case, "letter", world.by)
    (line,) = booked(world, file_of(paid(case.kid, 5_000, on=world.today))).lines
    assert (line.became, line.held_ore) == ("booked", 5_000)
    cases.refund(world.office, case, world.by, payment_id=None, amount_ore=None)
    assert find_case(world.office, case.kid).held_ore == 0
    with refused("nothing_held"):
        cases.refund(
            world.office, case, By("user:ola", world.today), payment_id=None, amount_ore=None
        )


def test_which_of_two_held_payments_goes_back_has_to_be_said(world: World, case: CaseRow) -> None:
    cases.withdraw(world.office, case, "letter", world.by)
    booked(world, file_of(*[paid(case.kid, 5_000 + i, on=world.today) for i in range(2)]))
    with refused("payments_several"):
        cases.refund(world.office, case, world.by, payment_id=None, amount_ore=None)


def test_a_payment_the_bank_takes_back_is_owed_again(world: World, case: CaseRow) -> None:
    booked(world, file_of(paid(case.kid, 200_000, on=world.today)))
    back = file_of(paid(case.kid, -200_000, on=world.today), number=2)
    assert booked(world, back).reversed == 1
    assert find_case(world.office, case.kid).principal_left_ore == 500_000


def test_taking_back_twice_takes_back_once_though_two_payments_are_alike(
    world: World, case: CaseRow
) -> None:
    alike = [paid(case.kid, 100_000, on=world.today) for _ in range(2)]
    booked(world, file_of(*alike))
    back = file_of(paid(case.kid, -100_000, on=world.today), number=2)
    booked(world, back)
    end = world.end
    assert booked(world, back).repeated == 1
    assert world.end == end


def test_a_reversal_of_what_was_never_paid_is_told_and_changes_nothing(
    world: World, case: CaseRow
) -> None:
    end = world.end
    found = booked(
        world,
        file_of(paid(case.kid, -100, on=world.today), paid(make_kid(9, 9), -100, on=world.today)),
    )
    assert [line.code for line in found.lines] == ["payment_unknown", "kid_unknown"]
    assert found.unresolved == 2
    assert world.end == end


def test_a_truncated_file_is_refused_whole_and_books_nothing(world: World, case: CaseRow) -> None:
    content = file_of(paid(case.kid, 200_000, on=world.today))
    end = world.end
    with pytest.raises(BankFileError) as refused:
        booked(world, content[:-100])
    assert refused.value.line_no is not None
    assert world.end == end


def test_a_file_for_another_account_is_refused_whole(world: World, case: CaseRow) -> None:
    payments = [paid(case.kid, 200_000, on=world.today)]
    content = write(payments, account="12345678903", transmission_no=1, written_on=world.today)
    with pytest.raises(BankFileError) as refused:
        booked(world, content)
    assert refused.value.code == "wrong_account"


def test_a_file_from_the_future_is_refused_whole(world: World, case: CaseRow) -> None:
    content = file_of(paid(case.kid, 200_000, on=date(2026, 9, 1)))
    with pytest.raises(BankFileError) as refused:
        booked(world, content)
    assert (refused.value.code, refused.value.line_no) == ("in_the_future", 3)


def test_money_in_suspense_is_matched_by_a_person(world: World, case: CaseRow) -> None:
    booked(world, file_of(paid(make_kid(9, 9), 5_000, on=world.today)))
    (row,) = suspense.waiting(world.office)
    assert find_payment(world.office, str(row.payment_id)[:8]) == row
    suspense.match(world.office, row, case, world.by)
    end = world.end
    suspense.match(world.office, row, case, world.by)
    assert (suspense.waiting(world.office), world.end) == ([], end)
    with refused("payment_not_in_suspense"):
        suspense.refund(world.office, row, world.by)


def test_a_beginning_that_two_payments_share_is_no_name(world: World) -> None:
    kid = make_kid(9, 9)
    booked(world, file_of(*[paid(kid, 100 + i, on=world.today) for i in range(17)]))
    ids = [str(each.payment_id)[0] for each in suspense.waiting(world.office)]
    shared = next(each for each in ids if ids.count(each) > 1)
    with refused("id_ambiguous"):
        find_payment(world.office, shared)


def test_money_in_suspense_may_go_back(world: World) -> None:
    booked(world, file_of(paid(make_kid(9, 9), 5_000, on=world.today)))
    (row,) = suspense.waiting(world.office)
    suspense.refund(world.office, row, world.by)
    assert suspense.waiting(world.office) == []
    found = find_payment(world.office, str(row.payment_id))
    assert found.state == "refunded"


@pytest.mark.parametrize("words", ["", "ffffffff"])
def test_a_payment_that_is_not_there_is_told(world: World, words: str) -> None:
    with refused("payment_unknown"):
        find_payment(world.office, words)


def test_a_payment_by_hand_is_booked_once_by_its_reference(world: World, case: CaseRow) -> None:
    today = world.today
    told = Paid(amount_ore=Ore(5_000), ordered_on=today, received_on=today, reference="A1")
    book_by_hand(world.office, case, told, world.by)
    book_by_hand(world.office, case, told, By("user:ola", world.today))
    assert len(world.office.rows.find(payment.TABLE)) == 1
    nameless = Paid(amount_ore=Ore(5_000), ordered_on=today, received_on=today)
    with refused("reference_missing"):
        book_by_hand(world.office, case, nameless, world.by)


def test_what_was_paid_to_the_creditor_is_told_once_a_day_in_the_same_words(
    world: World, case: CaseRow
) -> None:
    told = Paid(amount_ore=Ore(5_000), ordered_on=world.today, received_on=world.today)
    report_direct(world.office, case, told, world.by)
    report_direct(world.office, case, told, world.by)
    (row,) = world.office.rows.find(payment.TABLE)
    assert (row.source, row.amount_ore) == ("direct", 5_000)


def test_money_a_case_cannot_take_up_yet_waits_in_suspense_and_is_not_lost(
    world: World, case: CaseRow
) -> None:
    while world.today < date(2027, 1, 4):
        world.day()

    found = booked(world, file_of(paid(case.kid, 5_000, on=world.today)))

    (row,) = suspense.waiting(world.office)
    assert (found.suspended, row.amount_ore, row.suspense_reason) == (1, 5_000, "not_booked")
