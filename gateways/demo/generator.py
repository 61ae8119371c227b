"""Makes the portfolio of the demonstration: `python -m gateways.demo.generator`."""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from hypothesis import strategies as st

from gateways.demo import acts, names
from gateways.demo.acts import Course
from gateways.demo.calendar import CASES, FIRST_DAY
from gateways.demo.clients import BANDS, CLIENTS, Client
from gateways.demo.courses import courses
from gateways.demo.seeded import drawn
from gateways.identity_numbers import valid_orgnr

SEED: Final = 20_260_803
FOLDER: Final = Path(__file__).parent
RIPE_DUE_UNTIL: Final = date(2026, 7, 17)
LAST_DUE: Final = date(2026, 8, 28)
FIRST_DUE: Final = date(2026, 5, 18)
OWN_VARSEL_DUE_UNTIL: Final = date(2026, 7, 6)
VARSEL_FEE: Final = "35,00"

HEADER: Final = (
    "Kreditor",
    "Kundenr",
    "Debitors navn",
    "Debitortype",
    "Orgnr",
    "Adresse",
    "Postnr",
    "Poststed",
    "Fakturanr",
    "Fakturadato",
    "Forfallsdato",
    "Beløp",
    "Beskrivelse",
    "Inkassovarsel dato",
    "Inkassovarsel forfall",
    "Inkassovarsel gebyr",
)  # fmt: skip - one heading after the other


@dataclass(frozen=True, slots=True)
class Debtor:
    """Who owes, and where they live."""

    name: str
    kind: str
    orgnr: str
    address: str
    postcode: str
    city: str


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice; the amount is as a Norwegian writes it."""

    issued_on: date
    due_on: date
    amount: str
    description: str
    varsel_sent_on: date | None = None


@dataclass(frozen=True, slots=True)
class Debt:
    """All that one debtor owes one creditor, and what will become of it."""

    client: Client
    debtor: Debtor
    invoices: tuple[Invoice, ...]
    course: Course


@st.composite
def debts(draw: st.DrawFn) -> Debt:
    """A debt whose invoices are all ripe on one day, so that it becomes one case."""
    client = draw(st.sampled_from(CLIENTS))
    count = draw(st.sampled_from((1,) * 36 + (2, 3)))
    if count == 1:
        return Debt(client, draw(debtors(client)), (draw(invoices(client)),), draw(courses()))
    early = [draw(invoices(client, due_until=RIPE_DUE_UNTIL)) for _ in range(count)]
    same_warning = tuple(replace(one, varsel_sent_on=None) for one in early)
    return Debt(client, draw(debtors(client)), same_warning, draw(courses()))


@st.composite
def debtors(draw: st.DrawFn, client: Client) -> Debtor:
    """A person, or a company with a number that the register never gives out."""
    street, house = draw(st.sampled_from(names.STREETS)), draw(st.integers(1, 99))
    postcode, city = draw(st.sampled_from(names.PLACES))
    if client.business or draw(st.integers(1, 20)) == 1:
        word = draw(st.sampled_from(names.COMPANY_NAMES))
        trade = draw(st.sampled_from(names.TRADES))
        number = _orgnr_from(draw(st.integers(100_001_000, 109_999_000)))
        name = f"{word} {trade} AS"
        return Debtor(name, "Bedrift", number, f"{street} {house}", postcode, city)
    first = draw(st.sampled_from(names.FIRST_NAMES))
    last = draw(st.sampled_from(names.LAST_NAMES))
    return Debtor(f"{first} {last}", "Privat", "", f"{street} {house}", postcode, city)


@st.composite
def invoices(draw: st.DrawFn, client: Client, *, due_until: date = LAST_DUE) -> Invoice:
    """An invoice in one of the client's bands, due at some time before the summer is over."""
    band = draw(st.sampled_from(client.bands))
    from_kroner = BANDS[band - 1] + 1 if band else 120
    kroner = draw(st.integers(from_kroner, BANDS[band]))
    oere = draw(st.sampled_from(("00", "00", "50", "90"))) if kroner < BANDS[band] else "00"
    due_on = draw(st.dates(FIRST_DUE, due_until))
    issued_on = min(due_on - timedelta(draw(st.integers(14, 30))), FIRST_DAY - timedelta(1))
    sent_on = None
    if client.own_varsel and due_on <= OWN_VARSEL_DUE_UNTIL:
        sent_on = due_on + timedelta(draw(st.integers(15, 20)))
    goods = draw(st.sampled_from(client.goods))
    return Invoice(issued_on, due_on, f"{kroner},{oere}", goods, sent_on)


def portfolio(seed: int = SEED, cases: int = CASES) -> tuple[bytes, bytes]:
    """The creditors' file, and what all the debtors in it will do; some rows are bad."""
    rows: list[list[str]] = []
    told: dict[acts.Invoice, Course] = {}
    for customer, debt in enumerate(drawn(debts(), cases, seed), start=1):
        for number, invoice in enumerate(debt.invoices, start=1):
            row = _row(debt, invoice, customer=2000 + customer, number=number)
            rows.append(row)
            told[debt.client.name, row[8]] = debt.course
    return _csv([*rows, *_bad_rows(rows)]), acts.write(told)


def _row(debt: Debt, invoice: Invoice, *, customer: int, number: int) -> list[str]:
    client, debtor, sent_on = debt.client, debt.debtor, invoice.varsel_sent_on
    varsel = ["", "", ""]
    if sent_on is not None:
        varsel = [_day(sent_on), _day(sent_on + timedelta(15)), VARSEL_FEE]
    return [
        client.name,
        str(customer),
        debtor.name,
        debtor.kind,
        debtor.orgnr,
        debtor.address,
        debtor.postcode,
        debtor.city,
        f"{client.prefix}{customer}{number}",
        _day(invoice.issued_on),
        _day(invoice.due_on),
        invoice.amount,
        invoice.description,
        *varsel,
    ]


def _bad_rows(rows: Sequence[list[str]]) -> list[list[str]]:
    """Rows as creditors send them too: each is wrong in a way of its own."""
    wrongs: tuple[dict[str, str], ...] = (
        {"Fakturadato": "03.03.2022", "Forfallsdato": "17.03.2022"},
        {"Beløp": "ukjent"},
        {"Beløp": "-450,00"},
        {"Postnr": ""},
        {"Debitors navn": ""},
        {"Fakturadato": "30.07.2026", "Forfallsdato": "01.07.2026"},
        {"Debitortype": "Bedrift", "Orgnr": "100000111"},
        {"Kreditor": "Ukjent Handel AS"},
        {"Fakturanr": ""},
    )
    plain = [row for row in rows if row[3] == "Privat" and not row[13]]
    bad = []
    for number, wrong in enumerate(wrongs, start=1):
        named = dict(zip(HEADER, plain[number * 7 % len(plain)], strict=True))
        named |= {"Kundenr": f"{8000 + number}", "Adresse": f"Feilveien {number}"}
        named |= {"Fakturanr": f"X{8000 + number}"} | wrong
        bad.append([named[heading] for heading in HEADER])
    return [*bad, rows[3]]


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=acts.DELIMITER, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(rows)
    return out.getvalue().encode(acts.ENCODING)


def _day(on: date) -> str:
    return f"{on:%d.%m.%Y}"


def _orgnr_from(number: int) -> str:
    """The first right number from `number` on; of those beginning with 1 none is given out."""
    return next(str(found) for found in itertools.count(number) if valid_orgnr(str(found)))


def main() -> None:
    """Write the two files beside this module."""
    creditors_file, behaviour = portfolio()
    (FOLDER / "portfolio.csv").write_bytes(creditors_file)
    (FOLDER / "behaviour.csv").write_bytes(behaviour)


if __name__ == "__main__":
    main()
