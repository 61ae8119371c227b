"""The first morning: the creditors are taken in, and hand over their portfolio."""

import csv
import io
from importlib.resources import files
from typing import Final

from gateways.demo.acts import DELIMITER, ENCODING, Course, Invoice
from gateways.demo.acts import read as read_courses
from gateways.demo.calendar import FIRST_DAY
from gateways.demo.clients import CLIENTS, Client
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.desk.invoices import Taken, take_in
from gateways.office import Office
from projections import creditor

TERMS: Final = "2026-1"
PORTFOLIO: Final = "portfolio.csv"
CUSTOMER_COLUMN: Final = 1
FIRST_CUSTOMER: Final = 2001
FIRST_WRONG: Final = 8000
STAFF, SECOND, SELF = "demo:saksbehandler", "demo:leder", "demo:kreditor"


def take_creditors(office: Office) -> None:
    """Take the creditors in, each with its agreement and an account two persons agreed on."""
    for client in CLIENTS:
        _take(office, client)


def _take(office: Office, client: Client) -> None:
    by = By(STAFF, FIRST_DAY)
    details = Details(name=client.name, orgnr=client.orgnr, address=client.address)
    creditor_id = creditors.create(office, client.number, details, by)
    creditors.accept_terms(office, creditor_id, TERMS, SELF, by)
    creditors.agree(office, creditor_id, client.agreement, by)
    row = office.rows.get(creditor.TABLE, (creditor_id,))
    if row is None or row.account_version is None:
        creditors.propose_account(office, creditor_id, client.account, by)
        creditors.answer_account(office, creditor_id, By(SECOND, FIRST_DAY), approved=True)


def hand_over(office: Office, cases: int, *, dry_run: bool = False) -> Taken:
    """Import the portfolio; what is ripe becomes cases at once. `dry_run` only tells of it."""
    return take_in(
        office,
        portfolio(cases),
        PORTFOLIO,
        today=FIRST_DAY,
        actor=STAFF,
        dry_run=dry_run,
    )


def portfolio(cases: int) -> bytes:
    """The creditors' file, or the part of it that makes so many cases; the bad rows as well."""
    text = io.StringIO(_file(PORTFOLIO).decode(ENCODING), newline="")
    header, *rows = csv.reader(text, delimiter=DELIMITER)
    kept = [row for row in rows if _within(int(row[CUSTOMER_COLUMN]), cases)]
    out = io.StringIO()
    csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n").writerows([header, *kept])
    return out.getvalue().encode(ENCODING)


def _within(customer: int, cases: int) -> bool:
    return customer >= FIRST_WRONG or customer < FIRST_CUSTOMER + cases


def courses() -> dict[Invoice, Course]:
    """What becomes of each invoice."""
    return read_courses(_file("behaviour.csv"))


def _file(name: str) -> bytes:
    return files("gateways.demo").joinpath(name).read_bytes()
