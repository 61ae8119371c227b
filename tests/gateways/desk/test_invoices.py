"""A file of invoices: what is taken, what waits, and what comes back with a reason."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateways.desk.invoices import take_in, write_refused
from gateways.importing.errors import ImportFileError
from projections import candidate, case_list, debtor

Csv = Callable[..., bytes]
Line = Callable[..., str]


def taken(world: Any, content: bytes, name: str = "faktura.csv", **more: Any) -> Any:
    return take_in(world.office, content, name, today=world.today, actor="user:kari", **more)


def test_a_ripe_invoice_becomes_a_case_at_once(world: Any, csv_of: Csv, line: Line) -> None:
    found = taken(world, csv_of(line()))
    (case,) = world.office.rows.find(case_list.TABLE)
    assert (found.rows, found.offered, found.known) == (1, 1, 0)
    assert [(each.case_id, each.case_number, each.kid) for each in found.cases] == [
        (case.case_id, case.case_number, case.kid)
    ]


def test_all_that_one_debtor_owes_is_one_case(world: Any, csv_of: Csv, line: Line) -> None:
    found = taken(world, csv_of(line("1001"), line("1002"), line("1003", name="Kari Hansen")))
    assert len(found.cases) == 2
    assert len(world.office.rows.find(debtor.TABLE)) == 2


def test_the_same_name_written_otherwise_is_the_same_debtor(
    world: Any, csv_of: Csv, line: Line
) -> None:
    taken(world, csv_of(line("1001"), line("1002", name="OLA  Nordmann")))
    assert len(world.office.rows.find(debtor.TABLE)) == 1


def test_the_same_file_twice_changes_nothing(world: Any, csv_of: Csv, line: Line) -> None:
    content = csv_of(line("1001"), line("1002", due="30.07.2026"), line("1003", due="1.1.2020"))
    first = taken(world, content)
    end = world.end
    again = taken(world, content)
    assert world.end == end
    assert (again.offered, again.known, again.cases) == (0, 2, ())
    assert again.refused == first.refused


def test_the_same_file_on_another_day_takes_nothing_twice(
    world: Any, csv_of: Csv, line: Line
) -> None:
    content = csv_of(line("1001"))
    taken(world, content)
    world.day()
    assert taken(world, content).offered == 0
    assert len(world.office.rows.find(case_list.TABLE)) == 1


def test_an_unripe_invoice_waits_and_its_day_is_told(world: Any, csv_of: Csv, line: Line) -> None:
    found = taken(world, csv_of(line(due="30.07.2026")))
    (waiting,) = found.waiting
    assert (waiting.line_no, waiting.ripe_on, found.cases) == (2, date(2026, 8, 13), ())
    world.days_until(date(2026, 8, 12))
    assert world.office.rows.find(case_list.TABLE) == []
    world.day()
    assert len(world.office.rows.find(case_list.TABLE)) == 1


def test_a_refused_row_does_not_take_the_debtors_other_rows_down(
    world: Any, csv_of: Csv, line: Line
) -> None:
    found = taken(
        world, csv_of(line("1001"), line("1002", due="01.01.2020"), line("1003", amount="x"))
    )
    assert [(each.line_no, each.code) for each in found.refused] == [
        (3, "too_old"),
        (4, "amount_not_understood"),
    ]
    assert len(found.cases) == 1


def test_an_unknown_creditor_is_told_by_its_name(world: Any, csv_of: Csv, line: Line) -> None:
    found = taken(world, csv_of(line(creditor="Ukjent AS")))
    (refused,) = found.refused
    assert refused.code == "creditor_unknown"
    assert "«Ukjent AS»" in refused.text


@pytest.mark.parametrize("called", ["Lys og Varme AS", "LYS OG VARME AS", "1", "00001"])
def test_a_creditor_is_known_by_name_or_number(
    world: Any, csv_of: Csv, line: Line, called: str
) -> None:
    assert taken(world, csv_of(line(creditor=called))).offered == 1


def test_two_creditors_of_one_name_are_told_apart_by_number(
    world: Any, csv_of: Csv, line: Line
) -> None:
    world.creditor(2)
    found = taken(world, csv_of(line("1001"), line("1002", creditor="2")))
    assert [each.code for each in found.refused] == ["creditor_ambiguous"]
    assert found.offered == 1


def test_the_same_invoice_with_another_sum_is_refused(world: Any, csv_of: Csv, line: Line) -> None:
    taken(world, csv_of(line()))
    found = taken(world, csv_of(line(amount="6000,00")))
    assert [each.code for each in found.refused] == ["already_offered"]


def test_the_same_invoice_on_another_debtor_is_refused(
    world: Any, csv_of: Csv, line: Line
) -> None:
    taken(world, csv_of(line()))
    found = taken(world, csv_of(line(name="Kari Hansen")))
    assert [each.code for each in found.refused] == ["debtor_differs"]


def test_a_dry_run_tells_and_changes_nothing(world: Any, csv_of: Csv, line: Line) -> None:
    end = world.end
    found = taken(world, csv_of(line("1001"), line("1002", due="01.01.2020")), dry_run=True)
    assert (found.offered, len(found.refused), found.cases) == (1, 1, ())
    assert world.end == end


def test_a_second_case_on_a_debtor_the_same_day_waits_for_tomorrow(
    world: Any, csv_of: Csv, line: Line
) -> None:
    taken(world, csv_of(line("1001")))
    found = taken(world, csv_of(line("1002")))
    assert [each.code for each in found.stuck] == ["one_case_a_day"]
    world.day()
    assert world.office.rows.find(candidate.TABLE) == []


def test_the_refused_rows_can_be_corrected_and_imported_again(
    world: Any, csv_of: Csv, line: Line, tmp_path: Path
) -> None:
    reasons = tmp_path / "refused.csv"
    found = taken(world, csv_of(line("1001", creditor="Ukjent AS"), line("1002", amount="x")))
    write_refused(found, reasons)
    refused = reasons.read_text("utf-8-sig")
    corrected = refused.replace("Ukjent AS", "Lys og Varme AS", 1).replace(";x;", ";1,00;")
    again = taken(world, corrected.encode())
    assert (again.offered, again.refused) == (2, ())


def test_a_file_without_a_column_is_refused_whole(world: Any) -> None:
    end = world.end
    with pytest.raises(ImportFileError) as refused:
        taken(world, b"Kreditor;Navn\nLys og Varme AS;Ola")
    assert refused.value.code == "column_missing"
    assert world.end == end


def test_progress_counts_every_row_that_could_be_read(world: Any, csv_of: Csv, line: Line) -> None:
    told: list[int] = []
    taken(world, csv_of(line("1001"), line("1002", due="01.01.2020")), progress=told.append)
    assert sum(told) == 2
