"""Letters to look at: one of each kind, from which a test makes its own with `replace`."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest

from events.money import Ore
from gateways.letters.content import (
    Addressee,
    Agency,
    ClaimLine,
    DemandLetter,
    Owed,
    RatePeriod,
    SettlementLetter,
    SettlementLine,
    WithdrawalLetter,
)

AGENCY = Agency(
    name="Nordlys Inkasso AS",
    orgnr="999888777",
    address_lines=("Storgata 1", "0155 Oslo"),
    phone="22 00 00 00",
    email="post@nordlysinkasso.example",
    website="nordlysinkasso.example",
    account="15064512345",
    licence="Inkassobevilling fra Finanstilsynet",
)
KARI = Addressee(name="Kari Nordmann", address_lines=("Fjordveien 12 B", "5003 Bergen"))
CLAIM = ClaimLine(
    invoice_number="1001",
    issued_on=date(2026, 7, 6),
    due_on=date(2026, 7, 20),
    description="Fjernvarme, andre kvartal 2026",
    principal_ore=Ore(500000),
    interest_ore=Ore(2349),
    interest_from_on=date(2026, 7, 21),
)
RATE = RatePeriod(rate_percent=Decimal("12.25"), from_on=date(2026, 7, 1))


@pytest.fixture
def inkassovarsel() -> DemandLetter:
    return DemandLetter(
        kind="inkassovarsel",
        letter_id=UUID("5b0c8f8e-6b0e-5d43-9a65-0f2f3c1c0a01"),
        case_number="2026-000123",
        kid="2026000123017",
        sent_on=date(2026, 8, 3),
        pay_by=date(2026, 8, 17),
        creditor_name="Fjordvarme AS",
        creditor_reference="Kunde 40017",
        debtor=KARI,
        claims=(CLAIM,),
        owed=Owed(
            principal_ore=Ore(500000),
            interest_ore=Ore(2349),
            letter_fees_ore=Ore(3800),
            total_ore=Ore(506149),
            interest_per_day_ore=Decimal("167.8082191780821918"),
        ),
        rate=RATE,
        agency=AGENCY,
        letter_fee_ore=Ore(3800),
        consumer=True,
    )


@pytest.fixture
def betalingsoppfordring(inkassovarsel: DemandLetter) -> DemandLetter:
    return DemandLetter(
        kind="betalingsoppfordring",
        letter_id=UUID("5b0c8f8e-6b0e-5d43-9a65-0f2f3c1c0a02"),
        case_number=inkassovarsel.case_number,
        kid=inkassovarsel.kid,
        sent_on=date(2026, 8, 18),
        pay_by=date(2026, 9, 1),
        creditor_name=inkassovarsel.creditor_name,
        debtor=KARI,
        claims=(CLAIM,),
        owed=Owed(
            principal_ore=Ore(500000),
            interest_ore=Ore(2349),
            letter_fees_ore=Ore(3800),
            salaer_ore=Ore(60000),
            total_ore=Ore(566149),
            interest_per_day_ore=Decimal("167.8082191780821918"),
        ),
        rate=RATE,
        agency=AGENCY,
        consumer=True,
        earlier_notice_on=date(2026, 8, 3),
    )


@pytest.fixture
def withdrawal() -> WithdrawalLetter:
    return WithdrawalLetter(
        letter_id=UUID("5b0c8f8e-6b0e-5d43-9a65-0f2f3c1c0a03"),
        case_number="2026-000123",
        sent_on=date(2026, 8, 25),
        withdrawn_on=date(2026, 8, 24),
        creditor_name="Fjordvarme AS",
        debtor=KARI,
        invoice_numbers=("1001", "1002", "1003"),
        agency=AGENCY,
    )


@pytest.fixture
def settlement() -> SettlementLetter:
    return SettlementLetter(
        payout_id=UUID("5b0c8f8e-6b0e-5d43-9a65-0f2f3c1c0a04"),
        settled_on=date(2026, 9, 7),
        paid_on=date(2026, 9, 7),
        period_from_on=date(2026, 8, 31),
        period_to_on=date(2026, 9, 6),
        creditor=Addressee(name="Fjordvarme AS", address_lines=("Havnegata 4", "5003 Bergen")),
        account_masked="•••• •• •1234",
        lines=(PAID, DIRECT, REVERSED, CARRIED),
        paid_out_ore=Ore(492216 - 63800 - 120000 + 31050),
        agency=AGENCY,
    )


PAID = SettlementLine(
    what="payment",
    case_number="2026-000123",
    debtor_name="Kari Nordmann",
    invoice_number="1001",
    principal_ore=Ore(500000),
    interest_ore=Ore(7216),
    salaer_ore=Ore(63800),
    vat_withheld_ore=Ore(15000),
    to_creditor_ore=Ore(492216),
)
DIRECT = SettlementLine(
    what="direct_payment",
    case_number="2026-000124",
    debtor_name="Ola Nordmann",
    invoice_number="1002",
    principal_ore=Ore(500000),
    interest_ore=Ore(7216),
    salaer_ore=Ore(63800),
    set_off_ore=Ore(571016),
    to_creditor_ore=Ore(-63800),
)
REVERSED = SettlementLine(
    what="reversal",
    case_number="2026-000088",
    debtor_name="Bjørn Ærlig Sørås",
    invoice_number="0871",
    principal_ore=Ore(-120000),
    to_creditor_ore=Ore(-120000),
)
CARRIED = SettlementLine(
    what="carried_over",
    case_number="2026-000061",
    debtor_name="",
    invoice_number="",
    to_creditor_ore=Ore(31050),
)
