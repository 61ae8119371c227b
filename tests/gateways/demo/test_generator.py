"""The portfolio in the repository is what the generator makes, and holds all it should."""

from collections import Counter
from datetime import date
from importlib.resources import files

import pytest

from engine.law.deadlines import earliest_registration
from engine.law.rates import SALAER
from gateways.demo import acts
from gateways.demo.calendar import CASES, FIRST_DAY
from gateways.demo.clients import CLIENTS
from gateways.demo.courses import COURSES
from gateways.demo.generator import portfolio
from gateways.importing.invoices import read_invoices

PORTFOLIO = files("gateways.demo").joinpath("portfolio.csv").read_bytes()
BEHAVIOUR = files("gateways.demo").joinpath("behaviour.csv").read_bytes()


@pytest.fixture(scope="module")
def read():
    return read_invoices(PORTFOLIO, "portfolio.csv", today=FIRST_DAY)


def test_the_files_in_the_repository_are_what_the_generator_makes():
    made = portfolio()

    assert made == (PORTFOLIO, BEHAVIOUR)


def test_another_seed_gives_another_portfolio():
    assert portfolio(seed=1, cases=20) == portfolio(seed=1, cases=20)
    assert portfolio(seed=1, cases=20) != portfolio(seed=2, cases=20)


def test_the_portfolio_has_430_rows_and_makes_400_cases(read):
    ours = [row for row in read.rows if row.creditor in {client.name for client in CLIENTS}]
    taken = [row for row in ours if row.due_on > date(2023, 8, 3)]
    ripe_on = {
        row.invoice_number: max(FIRST_DAY, earliest_registration(row.due_on, shift=True))
        for row in taken
    }
    cases = {
        (row.creditor, row.debtor_name, row.address, row.postcode, ripe_on[row.invoice_number])
        for row in taken
    }

    assert len(read.rows) + len(read.refused) == 430
    assert len(taken) == 420
    assert len(cases) == CASES


def test_the_rows_refused_when_read_are_wrong_in_different_ways(read):
    codes = Counter(problem.code for row in read.refused for problem in row.problems)

    assert codes == {
        "amount_not_understood": 1,
        "amount_negative": 1,
        "missing": 3,
        "dates_in_wrong_order": 1,
        "orgnr_invalid": 1,
        "duplicate_in_file": 1,
    }


def test_every_band_of_salaer_has_claims(read):
    bands = [band.claim_to_ore for band in SALAER[-1].bands]
    found = Counter(
        next(end for end in bands if end is None or row.amount_ore <= end) for row in read.rows
    )

    assert set(found) == set(bands)
    assert min(found.values()) >= 5


def test_people_and_companies_owe_and_some_were_warned_by_the_creditor(read):
    kinds = Counter(row.debtor_kind for row in read.rows)

    assert kinds["person"] > 200
    assert kinds["company"] > 50
    assert sum(row.varsel_sent_on is not None for row in read.rows) > 10


def test_every_orgnr_begins_with_a_digit_that_is_never_given_out(read):
    assert {row.orgnr[0] for row in read.rows if row.orgnr} == {"1"}


def test_every_course_is_taken_by_somebody():
    courses = acts.read(BEHAVIOUR)

    assert {course.name for course in courses.values()} == {name for _, name, _ in COURSES}


def test_every_invoice_that_is_taken_has_a_course(read):
    courses = acts.read(BEHAVIOUR)
    named = {(row.creditor, row.invoice_number) for row in read.rows}

    assert set(courses) <= named
    assert {row.invoice_number for row in read.rows} - {invoice for _, invoice in courses} == {
        "X8001",
        "X8008",
    }
