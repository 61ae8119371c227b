"""The six creditors of the demonstration: who they are, and what is agreed with each."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from events.case.lifecycle import AllocationOrder
from events.creditor import AgreementSet, SettlementDay
from events.money import ZERO, Ore

AGREED_FROM: Final = date(2026, 1, 1)
SMALL_BALANCE: Final = Ore(25_00)
FREE_WITHDRAWAL_DAYS: Final = 14

# Upper ends of the bands of salær, in kroner; the last one has none by law.
BANDS: Final = (500, 1_000, 2_500, 10_000, 50_000, 250_000, 900_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A creditor, and what the generator draws for it.

    `bands` are places in `BANDS`; `business` when its debtors are companies, `own_varsel`
    when it sends inkassovarsel itself. `goods` are what its invoices are for.
    """

    number: int
    name: str
    orgnr: str
    address: str
    account: str
    prefix: str
    bands: tuple[int, ...]
    goods: tuple[str, ...]
    business: bool = False
    own_varsel: bool = False
    deducts_vat: bool = True
    allocation: AllocationOrder = "practice"
    settlement: SettlementDay = "weekly"
    withdrawal_fee_ore: Ore = ZERO
    claim_compensation: bool = False

    @property
    def agreement(self) -> AgreementSet:
        """What is agreed from the beginning of the year."""
        return AgreementSet(
            valid_from=AGREED_FROM,
            deducts_vat=self.deducts_vat,
            allocation=self.allocation,
            free_withdrawal_days=FREE_WITHDRAWAL_DAYS,
            withdrawal_fee_ore=self.withdrawal_fee_ore,
            settlement=self.settlement,
            small_balance_ore=SMALL_BALANCE,
            due_date_shift=True,
            claim_letter_fees=True,
            claim_compensation=self.claim_compensation,
            letters="earliest",
        )


CLIENTS: Final = (
    Client(
        number=101,
        name="Fjordvarme Eksempel AS",
        orgnr="100000113",
        address="Eksempelkaia 1, 5003 Bergen",
        account="99990000014",
        prefix="FV",
        bands=(1, 2, 3, 4),
        goods=("Fjernvarme juni", "Fjernvarme, avregning", "Bytte av varmeveksler"),
        withdrawal_fee_ore=Ore(350_00),
    ),
    Client(
        number=102,
        name="Tannlege Prøvesen",
        orgnr="100000121",
        address="Prøvegata 12, 7010 Trondheim",
        account="99990000022",
        prefix="T",
        bands=(0, 1, 2, 3),
        goods=("Undersøkelse", "Fylling og røntgen", "Krone", "Ikke møtt til time"),
        deducts_vat=False,
    ),
    Client(
        number=103,
        name="Demokraft Strøm AS",
        orgnr="100000148",
        address="Kraftveien 3, 0560 Oslo",
        account="99990000030",
        prefix="S-",
        bands=(1, 2, 3),
        goods=("Strøm mai", "Strøm juni", "Nettleie 2. kvartal"),
        own_varsel=True,
        settlement="monthly",
    ),
    Client(
        number=104,
        name="Eksempel Netthandel AS",
        orgnr="100000156",
        address="Lagerveien 44, 3015 Drammen",
        account="99990000049",
        prefix="NH",
        bands=(0, 0, 1, 2),
        goods=("Sko og klær", "Hodetelefoner", "Kjøkkenutstyr", "Leketøy"),
        settlement="daily",
    ),
    Client(
        number=105,
        name="Lærebok Forlag AS",
        orgnr="100000164",
        address="Kladdebakken 7, 4611 Kristiansand",
        account="99990000057",
        prefix="LB",
        bands=(0, 1, 2),
        goods=("Pensum høst", "Abonnement", "Nettkurs"),
        allocation="textbook",
    ),
    Client(
        number=106,
        name="Prøvestål Engros AS",
        orgnr="100000172",
        address="Stålkaia 9, 4006 Stavanger",
        account="99990000065",
        prefix="PE",
        bands=(3, 4, 5, 6),
        goods=("Stålbjelker", "Armering", "Plater og profiler", "Sveisetråd"),
        business=True,
        withdrawal_fee_ore=Ore(900_00),
        claim_compensation=True,
    ),
)
