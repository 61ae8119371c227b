"""Rows of an invoice file that are refused, each with a code and a Norwegian sentence."""

from collections.abc import Iterator
from dataclasses import dataclass

from gateways.importing.invoices import InvoiceFile, InvoiceRow
from gateways.importing.reason_texts import sentence

SENTENCES = {
    "creditor_unknown": "Kreditoren «{creditor}» er ikke registrert hos oss.",
    "creditor_ambiguous": "Flere kreditorer heter «{creditor}»; bruk kreditornummeret.",
    "terms_not_accepted": "Kreditoren «{creditor}» har ikke godtatt vilkårene ennå.",
    "too_old": "Kravet forfalt {due_on:%d.%m.%Y} og er for gammelt til å tas inn.",
    "already_offered": "Faktura {invoice_number} er levert før med et annet beløp eller forfall.",
    "debtor_differs": "Faktura {invoice_number} er levert før på en annen skyldner.",
}
OTHER = "Raden er avvist: {code}."


@dataclass(frozen=True, slots=True, order=True)
class RefusedLine:
    """A row that was not taken, and why; a row may be refused for several reasons."""

    line_no: int
    code: str
    text: str


def of_file(file: InvoiceFile) -> Iterator[RefusedLine]:
    """The rows that could not be read as invoices."""
    for row in file.refused:
        for problem in row.problems:
            yield RefusedLine(row.line_no, problem.code, sentence(problem))


def told(row: InvoiceRow, code: str) -> RefusedLine:
    """The row refused for that code, with its sentence."""
    words = SENTENCES.get(code, OTHER)
    text = words.format(
        code=code,
        creditor=row.creditor,
        due_on=row.due_on,
        invoice_number=row.invoice_number,
    )
    return RefusedLine(row.line_no, code, text)
