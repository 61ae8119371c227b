"""The readers of one cell each, gathered: a value comes back, or the problem with the cell."""

from gateways.importing.amounts import DecimalMark, learn_decimal, parse_amount
from gateways.importing.dates import month_first, parse_date
from gateways.importing.identifiers import (
    parse_invoice_number,
    parse_kid,
    parse_national_id,
    parse_orgnr,
    parse_postcode,
)
from gateways.importing.problem import Cell, CellProblem, shown
from gateways.importing.words import (
    DebtorKind,
    parse_country,
    parse_debtor_kind,
    parse_email,
    parse_mobile,
    parse_text,
    parse_yes_no,
)

__all__ = [
    "Cell",
    "CellProblem",
    "DebtorKind",
    "DecimalMark",
    "learn_decimal",
    "month_first",
    "parse_amount",
    "parse_country",
    "parse_date",
    "parse_debtor_kind",
    "parse_email",
    "parse_invoice_number",
    "parse_kid",
    "parse_mobile",
    "parse_national_id",
    "parse_orgnr",
    "parse_postcode",
    "parse_text",
    "parse_yes_no",
    "shown",
]
