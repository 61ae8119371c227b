"""The course of a case and what is owed on it, reckoned a second time from the law's own words.

Nothing of the engine is used here but the form a scenario has: its own Easter, its own figures
(July 2025 to the end of 2026), its own days. It knows claims, the creditor's own warnings,
letters and payments told on their day; neither objections nor pauses.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import takewhile

from gateways.simulating.scenario import ClaimForm, PaymentStep, Scenario

DAY = timedelta(days=1)
DEADLINE = timedelta(days=14)
HEAVY = timedelta(days=43)
LAST = date(2026, 12, 31)
NEW_YEAR, NEW_RATE = date(2026, 1, 1), date(2026, 7, 1)
LIGHT = ((500, 25), (1_000, 35), (2_500, 40), (10_000, 80), (50_000, 160), (250_000, 360))


def easter(year: int) -> date:
    """Easter Sunday, by Gauss."""
    a, b, c = year % 19, year % 4, year % 7
    d = (19 * a + 24) % 30
    e = (2 * b + 4 * c + 6 * d + 5) % 7
    day = date(year, 3, 22) + (d + e) * DAY
    late = day == date(year, 4, 26) or (day == date(year, 4, 25) and d == 28 and a > 10)
    return day - 7 * DAY if late else day


def working(on: date) -> bool:
    fixed = ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26))
    around = (on - easter(on.year)).days in (-3, -2, 0, 1, 39, 49, 50)
    return on.weekday() < 5 and (on.month, on.day) not in fixed and not around


def banking(on: date) -> bool:
    return working(on) and (on.month, on.day) not in ((12, 24), (12, 31))


def banking_from(on: date) -> date:
    return on if banking(on) else banking_from(on + DAY)


def truly_due(on: date, *, shift: bool) -> date:
    return truly_due(on + DAY, shift=shift) if shift and not working(on) else on


def half_up(amount: Fraction) -> int:
    return int(amount + Fraction(1, 2))


def daily_rate(on: date) -> Fraction:
    percent = Fraction("12.25") if on < NEW_YEAR or on >= NEW_RATE else Fraction(12)
    return percent / 100 / 365


def sats(on: date) -> int:
    return 70_000 if on < NEW_YEAR else 75_000


def letter_fee(on: date) -> int:
    return 3_500 if on < NEW_YEAR else 3_800


@dataclass
class Invoice:
    form: ClaimForm
    due: date
    left: int
    interest_paid: int = 0
    covered: list[tuple[date, int]] = field(default_factory=list)

    def interest(self, on: date) -> int:
        """Each day its own rate on what was owed that day, rounded once; less what was paid."""
        days = takewhile(lambda day: day <= on, (self.due + n * DAY for n in range(1, 2_000)))
        exact = sum(
            (self.form.amount - sum(ore for then, ore in self.covered if then < day))
            * daily_rate(day)
            for day in days
        )
        return max(0, half_up(Fraction(exact)) - self.interest_paid)


class ByHand:
    """One scenario as a jurist with a calendar and a slip of paper would follow it."""

    def __init__(self, scenario: Scenario, registered_on: date) -> None:
        self.told = scenario
        policy, debtor = scenario.policy, scenario.debtor
        self.consumer = debtor.consumer if debtor.consumer is not None else debtor.kind == "person"
        self.invoices = sorted(
            (
                Invoice(form, truly_due(form.due, shift=policy.due_date_shift), form.amount)
                for form in scenario.claims
            ),
            key=lambda each: (each.form.due, each.form.invoice),
        )
        self.registered_on = registered_on
        self.letters: list[tuple[str, date]] = []
        self.fees: list[tuple[date, int]] = []
        self.demanded_ore = 0
        self.demanded_on = self.heavy_on = self.covered_on = self.pay_by = None
        self.paid = {"fees": 0, "compensation": 0, "salaer": 0, "all": 0}
        self.closed = False
        self._creditors_own()

    def _creditors_own(self) -> None:
        """The creditor's own warnings: after due, 14 days to pay, and sent by now."""
        counting = []
        for each in self.invoices:
            own = each.form.inkassovarsel
            if own is None or not each.due < own.sent <= self.registered_on:
                continue
            if own.pay_by < own.sent + DEADLINE:
                continue
            counting.append(own.pay_by)
            if self.told.policy.claim_letter_fees and own.sent >= each.due + DEADLINE:
                self.fees.append((own.sent, min(own.fee, letter_fee(own.sent))))
        if len(counting) == len(self.invoices):
            self.pay_by = max(counting)

    @property
    def left(self) -> int:
        return sum(each.left for each in self.invoices)

    def day(self, today: date) -> dict[str, int]:
        """Live through a day, payments first; what is owed when it ends."""
        if today >= self.registered_on:
            for step in self.told.steps:
                if isinstance(step, PaymentStep) and step.on == today and not self.closed:
                    self._pay(step.amount, today)
            self._send(today)
        return self.owed(today)

    def _send(self, today: date) -> None:
        if self.closed or self.left <= 0 or today > LAST:
            return
        if self.demanded_on and not self.heavy_on and today >= self.demanded_on + HEAVY:
            self.heavy_on = today
        if not banking(today):
            return
        if self.pay_by is None:
            if today >= max(each.due for each in self.invoices) + DEADLINE:
                self._warn(today)
        elif self.demanded_on is None and today > banking_from(self.pay_by):
            self.letters.append(("case.betalingsoppfordring_sent", today))
            self.demanded_on, self.demanded_ore = today, self.left

    def _warn(self, today: date) -> None:
        self.letters.append(("case.inkassovarsel_sent", today))
        self.pay_by = today + DEADLINE
        costly = [sent for sent, ore in self.fees if ore]
        room = len(costly) < 2 and all(today > sent + DEADLINE for sent in costly)
        if self.told.policy.claim_letter_fees and room:
            self.fees.append((today, letter_fee(today)))

    def cap(self, on: date, *, heavy: bool) -> int:
        if self.demanded_on is None:
            return 0
        hundredths = next((f for most, f in LIGHT if self.demanded_ore <= most * 100), 720)
        factor = Fraction(hundredths * (2 if heavy else 1), 100)
        factor *= 1 if self.consumer else Fraction(3, 2)
        factor *= 1 if self.told.creditor.deducts_vat else Fraction(5, 4)
        return half_up(factor * sats(on))

    def owed(self, on: date) -> dict[str, int]:
        last = min(on, self.covered_on or on)
        fees = sum(ore for sent, ore in self.fees if sent <= last)
        heavy = self.heavy_on is not None and self.heavy_on <= last
        salaer, compensation = self.cap(last, heavy=heavy), self._compensation()
        from_fees = min(fees, compensation)
        salaer -= min(salaer, compensation - from_fees)
        open_ = not self.closed
        return {
            "principal_ore": open_ * self.left,
            "interest_ore": open_ * sum(each.interest(on) for each in self.invoices),
            "letter_fees_ore": open_ * max(0, fees - from_fees - self.paid["fees"]),
            "salaer_ore": open_ * max(0, salaer - self.paid["salaer"]),
            "compensation_ore": open_ * (compensation - self.paid["compensation"]),
            "paid_ore": self.paid["all"],
            "salaer_light_ore": self.cap(last, heavy=False),
            "salaer_heavy_ore": self.cap(last, heavy=True),
        }

    def _compensation(self) -> int:
        if self.consumer or not self.told.policy.claim_compensation:
            return 0
        return sum(46_000 if e.form.due < NEW_RATE else 43_000 for e in self.invoices)

    def _pay(self, amount: int, today: date) -> None:
        owed, rest = self.owed(today), amount
        for name in ("fees", "compensation", "salaer"):
            part = min(rest, owed["letter_fees_ore" if name == "fees" else f"{name}_ore"])
            self.paid[name] += part
            rest -= part
        order = ("principal", "interest")
        for part_of in order if self.told.creditor.allocation == "practice" else order[::-1]:
            for each in self.invoices:
                rest -= self._cover(each, part_of, rest, today)
        self.paid["all"] += amount - rest
        if self.left == 0 and self.covered_on is None:
            self.covered_on = today
        still = self.owed(today)
        self.closed = sum(still[name] for name in DUE) <= 100

    def _cover(self, each: Invoice, part_of: str, rest: int, today: date) -> int:
        if part_of == "interest":
            part = min(rest, each.interest(today))
            each.interest_paid += part
        else:
            part = min(rest, each.left)
            each.left -= part
            each.covered.append((today, part))
        return part


DUE = ("principal_ore", "interest_ore", "letter_fees_ore", "salaer_ore", "compensation_ore")
