"""Forgetting a person at the desk, and showing one all that is held."""

from dataclasses import asdict
from datetime import date
from pathlib import Path

import pytest

from events.money import Ore
from gateways.desk import cases, contacts, forgetting
from gateways.desk.cases import Objecting
from gateways.desk.contacts import Contact
from gateways.desk.finding import find_case
from gateways.desk.forgetting import find_persons, forget, holds_on, retention_day
from gateways.desk.invoices import take_in
from gateways.desk.payments import Paid, report_direct
from gateways.desk.portrait import portrait_of
from gateways.desk.portrait_page import printed
from projections import candidate, debtor, kept
from projections.case_list import CaseRow
from projections.opening import ERASED
from tests.gateways.desk.world import HEADER, World, refused

NAME, STREET = "Ola Prøvesen", "Hemmeliggata 7"
NUMBER = "07841949964"  # the tax authority's own example: it is nobody's
LATER = date(2032, 1, 1)


def line(number: str, *, due: str = "10.07.2026") -> str:
    return f"Lys og Varme AS;{NAME};{STREET};0150;Oslo;{number};{due};{due};5000,00;{NUMBER};Strøm"


def taken(world: World, *rows: str) -> CaseRow | None:
    content = "\n".join((f"{HEADER};Fødselsnummer;Beskrivelse", *rows)).encode()
    found = take_in(
        world.office,
        content,
        "f.csv",
        today=world.today,
        actor="user:kari",
        allow_synthetic=True,
    )
    assert not found.refused
    return find_case(world.office, found.cases[0].case_number) if found.cases else None


@pytest.fixture
def case(world: World) -> CaseRow:
    """A case on one person, with an objection and a talk."""
    case = taken(world, line("1001"))
    assert case is not None
    said = Objecting(reason="Strømmen var borte", groundless=True)
    cases.raise_objection(world.office, case, said, world.by)
    talk = Contact(
        contacted_on=world.today, kind="phone", direction="in", who="debtor", note="Ringte i dag"
    )
    contacts.record(world.office, case, talk, world.by)
    return case


def pay(world: World, case: CaseRow) -> None:
    paid = Paid(amount_ore=Ore(500_000), ordered_on=world.today, received_on=world.today)
    report_direct(world.office, case, paid, world.by)
    assert find_case(world.office, case.case_number).closed


def at(world: World, day: date) -> None:
    world.clock.at = world.clock.at.replace(year=day.year, month=day.month, day=day.day)


def test_a_person_is_found_by_number_id_and_case(world: World, case: CaseRow) -> None:
    for words in (NUMBER, str(case.debtor_id), case.case_number, case.kid):
        assert find_persons(world.office, words) == [case.debtor_id]
    with refused("debtor_unknown"):
        find_persons(world.office, "01017000027")


def test_nobody_is_forgotten_while_a_case_is_open(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    at(world, date(2090, 1, 1))
    end = world.end
    with refused("legal_hold"):
        forget(world.office, tmp_path, case.debtor_id, world.by)
    assert world.end == end
    assert world.office.vault.knows(case.debtor_id)


def test_a_forgotten_person_is_slettet_and_the_money_stays(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    pay(world, case)
    before = world.office.case(case.case_id).payments
    at(world, LATER)

    done = forget(world.office, tmp_path, case.debtor_id, world.by)

    row = world.office.rows.get(debtor.TABLE, (case.debtor_id,))
    assert row is not None
    assert (done.basis, row.name, row.address, row.email) == ("request", ERASED, ERASED, None)
    assert (row.erased, row.key_due_on) == (True, None)
    assert not world.office.vault.knows(case.debtor_id)
    assert world.office.case(case.case_id).payments == before
    assert holds_on(world.office, case.debtor_id, world.today)


def test_rows_are_as_a_rebuild_without_the_key_makes_them(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    pay(world, case)
    at(world, LATER)
    forget(world.office, tmp_path, case.debtor_id, world.by)
    live = {t: world.office.rows.find(t) for t in (debtor.TABLE, kept.TABLE, candidate.TABLE)}

    world.office.runner.rebuild()

    assert live == {table: world.office.rows.find(table) for table in live}


def test_what_was_cut_short_is_finished_by_the_next_day(
    world: World, case: CaseRow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pay(world, case)
    at(world, LATER)

    def cut(*_: object) -> None:
        raise OSError("the machine stopped")

    with monkeypatch.context() as patched:
        patched.setattr(forgetting, "finish", cut)
        with pytest.raises(OSError, match="stopped"):
            forget(world.office, tmp_path, case.debtor_id, world.by)
    assert world.office.vault.knows(case.debtor_id)

    done, left = retention_day(world.office, tmp_path, world.today)

    assert ([each.debtor_id for each in done], left) == ([case.debtor_id], [])
    assert not world.office.vault.knows(case.debtor_id)
    assert retention_day(world.office, tmp_path, world.today) == ([], [])


def test_the_clock_forgets_who_was_listed_and_not_a_day_before(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    pay(world, case)
    last = date(2031, 12, 31)

    assert kept.forgettable(world.office.rows, date(2031, 12, 30)) == []
    (listed,) = kept.forgettable(world.office.rows, last)
    assert (listed.debtor_id, listed.due_on) == (case.debtor_id, LATER)
    assert retention_day(world.office, tmp_path, last) == ([], [])
    done, _ = retention_day(world.office, tmp_path, LATER)
    assert [(each.debtor_id, each.basis) for each in done] == [(case.debtor_id, "retention")]


def test_an_open_case_keeps_its_debtors_ended_ones(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    pay(world, case)
    world.day()
    assert taken(world, line("1002", due="11.07.2026"))

    assert kept.forgettable(world.office.rows, date(2090, 1, 1)) == []
    assert retention_day(world.office, tmp_path, date(2090, 1, 1)) == ([], [])


def test_whoever_comes_back_is_another_debtor(world: World, case: CaseRow, tmp_path: Path) -> None:
    pay(world, case)
    at(world, LATER)
    forget(world.office, tmp_path, case.debtor_id, world.by)

    assert taken(world, line("2001", due="20.12.2031")) is None
    (waiting,) = world.office.rows.find(candidate.TABLE)
    assert waiting.debtor_id != case.debtor_id
    again = world.office.rows.get(debtor.TABLE, (waiting.debtor_id,))
    assert again is not None
    assert again.name == NAME
    assert find_persons(world.office, NUMBER) == [case.debtor_id, waiting.debtor_id]


def test_nothing_new_is_said_of_whoever_is_forgotten(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    pay(world, case)
    at(world, LATER)
    forget(world.office, tmp_path, case.debtor_id, world.by)
    note = Contact(
        contacted_on=world.today, kind="phone", direction="in", who="debtor", note="Ringte igjen"
    )
    with refused("debtor_erased"):
        contacts.record(world.office, case, note, world.by)


@pytest.mark.law("personvernforordningen 2016 art. 15")
def test_a_person_is_shown_all_that_is_held(world: World, case: CaseRow) -> None:
    portrait = portrait_of(world.office, [case.debtor_id])
    (person,) = portrait.persons
    (file,) = person.cases

    known = {each.what: each.text for each in person.details}
    assert (known["Navn"], known["Adresse"]) == (NAME, STREET)
    assert known["Fødselsnummer eller organisasjonsnummer"] == NUMBER
    assert [each.text for each in file.said] == ["Strømmen var borte", "Ringte i dag"]
    assert [each.description for each in file.claims] == ["Strøm"]
    assert len(file.course) == len(world.office.store.read(f"case-{case.case_id}").events)
    assert [hold.why for hold in person.holds] == ["case_open"]
    assert printed(portrait, world.office.agency).startswith(b"%PDF")


def test_a_forgotten_person_has_nothing_to_be_shown(
    world: World, case: CaseRow, tmp_path: Path
) -> None:
    pay(world, case)
    at(world, LATER)
    forget(world.office, tmp_path, case.debtor_id, world.by)

    portrait = portrait_of(world.office, [case.debtor_id])

    assert portrait.persons[0].forgotten
    assert not any(secret in str(asdict(portrait)) for secret in (NAME, STREET, NUMBER, "Strøm"))
    assert printed(portrait, world.office.agency).startswith(b"%PDF")
