"""One line of a creditor's file as an invoice, and the rules that its cells must keep together."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from events.money import Ore
from gateways.importing.amounts import DecimalMark, parse_amount
from gateways.importing.dates import parse_date
from gateways.importing.identifiers import (
    parse_invoice_number,
    parse_kid,
    parse_national_id,
    parse_orgnr,
    parse_postcode,
)
from gateways.importing.problem import Cell, CellProblem
from gateways.importing.sheet import SheetRow
from gateways.importing.words import (
    DebtorKind,
    parse_country,
    parse_debtor_kind,
    parse_email,
    parse_mobile,
    parse_text,
    parse_yes_no,
)

T = TypeVar("T")

_SOLE_TRADER = re.compile(r"\b(?:ENK|ENKELTPERSONFORETAK)\)?$", re.IGNORECASE)
_COMPANY = re.compile(r"\s(?:AS|ASA|ANS|DA|SA|NUF|KS|BA)$")
_DESCRIPTION_LENGTH_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceRow:
    """An invoice that a creditor hands over, as the file has it.

    `amount_ore` is the invoice's original sum, without any fee. `debtor_kind` is told by the
    file, or else by the orgnr and the name. `cells` are the line as it was found, so that
    it can be sent back if it is refused later.
    """

    line_no: int
    creditor: str
    debtor_name: str
    address: str
    postcode: str
    city: str | None
    country: str
    debtor_kind: DebtorKind
    orgnr: str | None
    national_id: str | None = field(repr=False)
    customer_number: str | None
    invoice_number: str
    issued_on: date
    due_on: date
    amount_ore: Ore
    description: str | None
    email: str | None
    mobile: str | None
    kid: str | None
    varsel_sent_on: date | None
    varsel_pay_by: date | None
    varsel_fee_ore: Ore | None
    consumer: bool | None
    cells: tuple[Cell, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What must be known to read any row: the columns, what they show as a whole, and the day."""

    columns: Mapping[str, int]
    decimal: DecimalMark | None
    slashes_in_doubt: bool
    allow_synthetic: bool
    today: date


class _Cells:
    # The cells of one row by field; what is wrong with them gathers in `problems`.

    def __init__(self, columns: Mapping[str, int], cells: tuple[Cell, ...]) -> None:
        self._columns = columns
        self._cells = cells
        self.problems: list[CellProblem] = []

    def must(self, name: str, parse: Callable[[Cell], T | CellProblem], instead: T) -> T:
        # `instead` only fills the place: a row with a problem is never given away.
        read = parse(self.cell(name))
        if isinstance(read, CellProblem):
            self.problems.append(read)
            return instead
        return read

    def may(self, name: str, parse: Callable[[Cell], T | CellProblem]) -> T | None:
        return None if self.cell(name) is None else self.must(name, parse, None)

    def cell(self, name: str) -> Cell:
        place = self._columns.get(name)
        return None if place is None or place >= len(self._cells) else self._cells[place]


def read_row(row: SheetRow, reading: Reading) -> InvoiceRow | tuple[CellProblem, ...]:
    """The row as an invoice, or everything that is wrong with it, cell by cell.

    Refuses, beside what each cell refuses: orgnr_missing, orgnr_on_person,
    national_id_on_company, dates_in_wrong_order, issued_in_future, varsel_incomplete,
    varsel_in_future.
    """
    cells = _Cells(reading.columns, row.cells)
    invoice = _invoice(row, cells, reading)
    unread = {problem.field for problem in cells.problems}
    broken = [*_debtor_rules(invoice), *_date_rules(invoice, reading.today)]
    told = [rule for rule in broken if not (unread & set(_LEANS_ON[rule.code]))]
    problems = (*cells.problems, *told)
    return problems or invoice


_VARSEL = ("varsel_sent_on", "varsel_pay_by", "varsel_fee")
# A rule keeps silent while a cell that it leans on has not been understood.
_LEANS_ON = {
    "orgnr_missing": ("orgnr", "debtor_kind", "debtor_name"),
    "orgnr_on_person": ("orgnr", "debtor_kind"),
    "national_id_on_company": ("national_id", "orgnr", "debtor_kind"),
    "dates_in_wrong_order": ("issued_on", "due_on", *_VARSEL),
    "issued_in_future": ("issued_on",),
    "varsel_incomplete": _VARSEL,
    "varsel_in_future": _VARSEL,
}


def _invoice(row: SheetRow, cells: _Cells, reading: Reading) -> InvoiceRow:
    def text(name: str, length_most: int = 200) -> Callable[[Cell], str | CellProblem]:
        return lambda cell: parse_text(cell, field=name, length_most=length_most)

    def day(name: str) -> Callable[[Cell], date | CellProblem]:
        return lambda c: parse_date(c, field=name, slashes_in_doubt=reading.slashes_in_doubt)

    country = cells.may("country", parse_country) or "NO"
    name = cells.must("debtor_name", text("debtor_name"), "")
    orgnr = cells.may("orgnr", parse_orgnr)
    told_kind: DebtorKind | None = cells.may("debtor_kind", parse_debtor_kind)
    return InvoiceRow(
        line_no=row.line_no,
        creditor=cells.must("creditor", text("creditor"), ""),
        debtor_name=name,
        address=cells.must("address", text("address"), ""),
        postcode=cells.must("postcode", lambda cell: parse_postcode(cell, country=country), ""),
        city=cells.may("city", text("city")),
        country=country,
        debtor_kind=told_kind or _likely_kind(name, has_orgnr=cells.cell("orgnr") is not None),
        orgnr=orgnr,
        national_id=cells.may(
            "national_id",
            lambda cell: parse_national_id(cell, allow_synthetic=reading.allow_synthetic),
        ),
        customer_number=cells.may(
            "customer_number", lambda cell: parse_invoice_number(cell, field="customer_number")
        ),
        invoice_number=cells.must("invoice_number", parse_invoice_number, ""),
        issued_on=cells.must("issued_on", day("issued_on"), date.min),
        due_on=cells.must("due_on", day("due_on"), date.min),
        amount_ore=cells.must(
            "amount", lambda cell: parse_amount(cell, decimal=reading.decimal), Ore(0)
        ),
        description=cells.may("description", text("description", _DESCRIPTION_LENGTH_MOST)),
        email=cells.may("email", parse_email),
        mobile=cells.may("mobile", parse_mobile),
        kid=cells.may("kid", parse_kid),
        varsel_sent_on=cells.may("varsel_sent_on", day("varsel_sent_on")),
        varsel_pay_by=cells.may("varsel_pay_by", day("varsel_pay_by")),
        varsel_fee_ore=_varsel_fee(cells, reading),
        consumer=cells.may("consumer", lambda cell: parse_yes_no(cell, field="consumer")),
        cells=row.cells,
    )


def _varsel_fee(cells: _Cells, reading: Reading) -> Ore | None:
    # A zero in the column means that no fee was asked, which is no fee at all.
    return (
        cells.may(
            "varsel_fee",
            lambda cell: parse_amount(
                cell, field="varsel_fee", decimal=reading.decimal, allow_zero=True
            ),
        )
        or None
    )


def _likely_kind(name: str, *, has_orgnr: bool) -> DebtorKind:
    if _SOLE_TRADER.search(name):
        return "sole_trader"
    # A name that ends in AS is a company's, though the orgnr is then found missing.
    return "company" if has_orgnr or _COMPANY.search(name) else "person"


def _debtor_rules(row: InvoiceRow) -> list[CellProblem]:
    broken = []
    if row.debtor_kind == "company" and row.orgnr is None:
        broken.append(CellProblem("orgnr_missing", "orgnr"))
    if row.debtor_kind == "person" and row.orgnr is not None:
        broken.append(CellProblem("orgnr_on_person", "orgnr", row.orgnr))
    if row.debtor_kind == "company" and row.national_id is not None:
        broken.append(CellProblem("national_id_on_company", "national_id"))
    return broken


def _date_rules(row: InvoiceRow, today: date) -> list[CellProblem]:
    broken = []
    if row.due_on < row.issued_on:
        broken.append(_dated("dates_in_wrong_order", "due_on", row.due_on))
    if row.issued_on > today:
        broken.append(_dated("issued_in_future", "issued_on", row.issued_on))
    return broken + _varsel_rules(row, today)


def _varsel_rules(row: InvoiceRow, today: date) -> list[CellProblem]:
    sent_on, pay_by = row.varsel_sent_on, row.varsel_pay_by
    if sent_on is None or pay_by is None:
        told = sent_on or pay_by or row.varsel_fee_ore
        lacking = "varsel_pay_by" if sent_on else "varsel_sent_on"
        return [CellProblem("varsel_incomplete", lacking)] if told else []
    broken = []
    if sent_on > today:
        broken.append(_dated("varsel_in_future", "varsel_sent_on", sent_on))
    if sent_on < row.issued_on:
        broken.append(_dated("dates_in_wrong_order", "varsel_sent_on", sent_on))
    if pay_by <= sent_on:
        broken.append(_dated("dates_in_wrong_order", "varsel_pay_by", pay_by))
    return broken


def _dated(code: str, name: str, day: date) -> CellProblem:
    return CellProblem(code, name, day.strftime("%d.%m.%Y"))
