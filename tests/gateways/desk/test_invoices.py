"""A file of invoices: what is taken, what waits, and what comes back with a reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateways.desk.invoices import take_in, write_refused
from gateways.importing.errors import ImportFileError
from projections import candidate, case_list, debtor
from tests.gateways.desk.world import World, csv_of, row


def taken(world: World, content: bytes, name: str = "faktura.csv", **more: Any) -> Any:
    return take_in(world.office, content, name, today=world.today, actor="user:kari", **more)


def test_a_ripe_invoice_becomes_a_case_at_once(world: World) -> None:
    found = taken(world, csv_of(row()))
    (case,) = world.office.rows.find(case_list.TABLE)
    assert (found.rows, found.offered, found.known) == (1, 1, 0)
    assert [(each.case_id, each.case_number, each.kid) for each in found.cases] == [
        (case.case_id, case.case_number, case.kid)
    ]


def test_all_that_one_debtor_owes_is_one_case(world: World) -> None:
    found = taken(world, csv_of(row("1001"), row("1002"), row("1003", name="Kari Hansen")))
    assert len(found.cases) == 2
    assert len(world.office.rows.find(debtor.TABLE)) == 2


def test_the_same_name_written_otherwise_is_the_same_debtor(world: World) -> None:
    taken(world, csv_of(row("1001"), row("1002", name="OLA  Nordmann")))
    assert len(world.office.rows.find(debtor.TABLE)) == 1


def test_the_same_file_twice_changes_nothing(world: World) -> None:
    content = csv_of(row("1001"), row("1002", due="30.07.2026"), row("1003", due="1.1.2020"))
    first = taken(world, content)
    end = world.end
    again = taken(world, content)
    assert world.end == end
    assert (again.offered, again.known, again.cases) == (0, 2, ())
    assert again.refused == first.refused


def test_the_same_file_on_another_day_takes_nothing_twice(world: World) -> None:
    content = csv_of(row("1001"))
    taken(world, content)
    world.day()
    assert taken(world, content).offered == 0
    assert len(world.office.rows.find(case_list.TABLE)) == 1


def test_an_unripe_invoice_waits_and_its_day_is_told(world: World) -> None:
    found = taken(world, csv_of(row(due="30.07.2026")))
    (waiting,) = found.waiting
    assert (waiting.line_no, waiting.ripe_on, found.cases) == (2, date(2026, 8, 13), ())
    world.days_until(date(2026, 8, 12))
    assert world.office.rows.find(case_list.TABLE) == []
    world.day()
    assert len(world.office.rows.find(case_list.TABLE)) == 1


def test_a_refused_row_does_not_take_the_debtors_other_rows_down(world: World) -> None:
    found = taken(
        world, csv_of(row("1001"), row("1002", due="01.01.2020"), row("1003", amount="x"))
    )
    assert [(each.line_no, each.code) for each in found.refused] == [
        (3, "too_old"),
        (4, "amount_not_understood"),
    ]
    assert len(found.cases) == 1


def test_an_unknown_creditor_is_told_by_its_name(world: World) -> None:
    found = taken(world, csv_of(row(creditor="Ukjent AS")))
    (refused,) = found.refused
    assert refused.code == "creditor_unknown"
    assert "«Ukjent AS»" in refused.text


@pytest.mark.parametrize("called", ["Lys og Varme AS", "LYS OG VARME AS", "1", "00001"])
def test_a_creditor_is_known_by_name_or_number(world: World, called: str) -> None:
    assert taken(world, csv_of(row(creditor=called))).offered == 1


def test_two_creditors_of_one_name_are_told_apart_by_number(world: World) -> None:
    world.creditor(2)
    found = taken(world, csv_of(row("1001"), row("1002", creditor="2")))
    assert [each.code for each in found.refused] == ["creditor_ambiguous"]
    assert found.offered == 1


def test_the_same_invoice_with_another_sum_is_refused(world: World) -> None:
    taken(world, csv_of(row()))
    found = taken(world, csv_of(row(amount="6000,00")))
    assert [each.code for each in found.refused] == ["already_offered"]


def test_the_same_invoice_on_another_debtor_is_refused(world: World) -> None:
    taken(world, csv_of(row()))
    found = taken(world, csv_of(row(name="Kari Hansen")))
    assert [each.code for each in found.refused] == ["debtor_differs"]


def test_a_dry_run_tells_and_changes_nothing(world: World) -> None:
    end = world.end
    found = taken(world, csv_of(row("1001"), row("1002", due="01.01.2020")), dry_run=True)
    assert (found.offered, len(found.refused), found.cases) == (1, 1, ())
    assert world.end == end


def test_a_second_case_on_a_debtor_the_same_day_waits_for_tomorrow(world: World) -> None:
    taken(world, csv_of(row("1001")))
    found = taken(world, csv_of(row("1002")))
    assert [each.code for each in found.stuck] == ["one_case_a_day"]
    world.day()
    assert world.office.rows.find(candidate.TABLE) == []


def test_the_refused_rows_can_be_corrected_and_imported_again(
    world: World, tmp_path: Path
) -> None:
    reasons = tmp_path / "refused.csv"
    found = taken(world, csv_of(row("1001", creditor="Ukjent AS"), row("1002", amount="x")))
    write_refused(found, reasons)
    refused = reasons.read_text("utf-8-sig")
    corrected = refused.replace("Ukjent AS", "Lys og Varme AS", 1).replace(";x;", ";1,00;")
    again = taken(world, corrected.encode())
    assert (again.offered, again.refused) == (2, ())


def test_a_file_without_a_column_is_refused_whole(world: World) -> None:
    end = world.end
    with pytest.raises(ImportFileError) as refused:
        taken(world, b"Kreditor;Navn\nLys og Varme AS;Ola")
    assert refused.value.code == "column_missing"
    assert world.end == end


def test_progress_counts_every_row_that_could_be_read(world: World) -> None:
    told: list[int] = []
    taken(world, csv_of(row("1001"), row("1002", due="01.01.2020")), progress=told.append)
    assert sum(told) == 2
