"""Creditors at the desk: one under a number, and two persons for an account."""

import pytest

from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.desk.finding import find_creditor
from projections.creditor import Creditor
from tests.gateways.desk.world import World, refused


def known(world: World) -> Creditor:
    return find_creditor(world.office, "1")


def test_the_same_creditor_taken_in_twice_is_one(world: World) -> None:
    end = world.end
    details = Details(name="Lys og Varme AS", address="Storgata 1, 0155 Oslo")
    assert creditors.create(world.office, 1, details, world.by) == known(world).creditor_id
    assert world.end == end


def test_another_creditor_cannot_have_the_number(world: World) -> None:
    with refused("creditor_number_taken"):
        creditors.create(world.office, 1, Details(name="Andre AS"), world.by)
    assert creditors.next_number(world.office) == 2


def test_a_creditor_is_found_by_all_its_names(world: World) -> None:
    creditor_id = creditors.create(
        world.office, 7, Details(name="Tann AS", orgnr="974 760 673"), world.by
    )
    for words in ("7", "00007", "tann as", "974760673", str(creditor_id), str(creditor_id)[:8]):
        assert find_creditor(world.office, words).number == 7


@pytest.mark.parametrize("words", ["99", "Ingen AS", "", "abc"])
def test_a_creditor_that_is_not_there_is_told(world: World, words: str) -> None:
    with refused("creditor_unknown"):
        find_creditor(world.office, words)


def test_a_name_that_two_creditors_share_is_no_name(world: World) -> None:
    world.creditor(2)
    with refused("creditor_ambiguous"):
        find_creditor(world.office, "Lys og Varme AS")


def test_a_change_that_changes_nothing_is_nothing(world: World) -> None:
    row = known(world)
    end = world.end
    same = Details(name=row.name, orgnr=row.orgnr, address=row.address, email=row.email)
    creditors.change(world.office, row, same, world.by)
    assert world.end == end
    creditors.change(world.office, row, Details(name="Lys AS"), world.by)
    assert known(world).name == "Lys AS"


def test_a_number_that_is_no_orgnr_is_refused(world: World) -> None:
    with refused("orgnr_invalid"):
        creditors.create(world.office, 8, Details(name="X AS", orgnr="123"), world.by)


def test_an_account_needs_a_second_person(world: World) -> None:
    creditor_id = known(world).creditor_id
    creditors.propose_account(world.office, creditor_id, "1234 56 78903", world.by)
    with refused("second_person_needed"):
        creditors.answer_account(world.office, creditor_id, world.by, approved=True)
    second = By("user:ola", world.today)
    creditors.answer_account(world.office, creditor_id, second, approved=True)
    assert known(world).payout_account == "•••• 8903"


def test_an_account_proposed_in_the_same_words_is_proposed_once(world: World) -> None:
    creditor_id = known(world).creditor_id
    creditors.propose_account(world.office, creditor_id, "12345678903", world.by)
    end = world.end
    creditors.propose_account(world.office, creditor_id, "1234.56.78903", world.by)
    assert world.end == end
    creditors.answer_account(world.office, creditor_id, world.by, approved=False)
    creditors.propose_account(world.office, creditor_id, "12345678903", world.by)
    assert known(world).proposed_account == "•••• 8903"


def test_a_number_that_is_no_account_is_refused(world: World) -> None:
    with refused("account_invalid"):
        creditors.propose_account(world.office, known(world).creditor_id, "12345678900", world.by)
