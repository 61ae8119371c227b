"""An office in memory with creditors that may hand invoices over, on a clock put by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest

from engine.ports import Clock
from engine.refusal import RefusedError
from events.creditor import AgreementSet
from events.money import Ore
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.dispatch.letters import LetterDispatch
from gateways.letters.content import Letter
from gateways.office import Office
from gateways.settings import Agency
from gateways.wiring import SimulatedClock, in_memory

TODAY = date(2026, 8, 3)
HEADER = "Kreditor;Debitors navn;Adresse;Postnr;Poststed;Fakturanr;Fakturadato;Forfallsdato;Beløp"
AGREEMENT = AgreementSet(
    valid_from=date(2026, 1, 1),
    deducts_vat=True,
    allocation="practice",
    free_withdrawal_days=14,
    withdrawal_fee_ore=Ore(50_000),
    settlement="daily",
    small_balance_ore=Ore(5_000),
    due_date_shift=True,
    claim_letter_fees=True,
    claim_compensation=False,
    letters="earliest",
)


class Post:
    """A far end that takes every letter."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter, channel: str) -> None:  # noqa: ARG002 - the post asks no more
        self.letters.append(letter)

    def withdraw(self, letter_id: object) -> bool:  # noqa: ARG002 - it took what it was given
        return False


class World:
    """An office, in memory if no other is opened, on a clock that is put by hand."""

    def __init__(self, opened: Callable[[Clock], Office] | None = None) -> None:
        self.clock = SimulatedClock(datetime.combine(TODAY, time(8), tzinfo=UTC))
        self.office = opened(self.clock) if opened else in_memory(self.clock, Agency())
        self.post = Post()
        self._letters = LetterDispatch(self.office, self.post, "test")

    @property
    def today(self) -> date:
        return self.office.today

    @property
    def by(self) -> By:
        return By("user:kari", self.today)

    @property
    def end(self) -> int:
        """Where the log ends: it does not move when nothing has happened."""
        return len(self.office.store.index.entries(0, 0, 100_000))

    def creditor(self, number: int = 1, name: str = "Lys og Varme AS") -> None:
        details = Details(name=name, address="Storgata 1, 0155 Oslo")
        creditor_id = creditors.create(self.office, number, details, self.by)
        creditors.accept_terms(self.office, creditor_id, "1", "daglig leder", self.by)
        creditors.agree(self.office, creditor_id, AGREEMENT, self.by)
        creditors.propose_account(self.office, creditor_id, "1234.56.78911", self.by)
        second = By("user:ola", self.today)
        creditors.answer_account(self.office, creditor_id, second, approved=True)

    def day(self, today: date | None = None) -> None:
        """Work a day; the next one when none is named."""
        today = today or self.today + timedelta(days=1)
        self.clock.at = datetime.combine(today, time(8), tzinfo=UTC)
        self.office.pump.day(today)
        self._letters.day(today)

    def days_until(self, last: date) -> None:
        while self.today < last:
            self.day()


def csv_of(*rows: str) -> bytes:
    """A file of rows, each in the order of the header."""
    return "\n".join((HEADER, *rows)).encode()


def row(
    number: str = "1001",
    *,
    name: str = "Ola Nordmann",
    due: str = "10.07.2026",
    amount: str = "5000,00",
    creditor: str = "Lys og Varme AS",
) -> str:
    return f"{creditor};{name};Gata 1;0150;Oslo;{number};{due};{due};{amount}"


@contextmanager
def refused(code: str) -> Iterator[None]:
    """What is done meanwhile is refused, for this and no other reason."""
    with pytest.raises(RefusedError) as told:
        yield
    assert told.value.code == code
