"""A view of a case as lines: each with a key that is the same in every view, and a value."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from events.money import Ore
from projections.telling import LETTERS
from projections.wording import day, kroner, listed
from replay.view import ClaimThen, LetterThen, PaymentThen, View

Value = str | Ore | None

OWED: Final = (
    ("principal_ore", "Hovedstol"),
    ("interest_ore", "Renter"),
    ("letter_fees_ore", "Gebyr for brev"),
    ("salaer_ore", "Salær"),
    ("compensation_ore", "Standardkompensasjon"),
    ("court_fees_ore", "Rettsgebyr"),
    ("total_ore", "Å betale i alt"),
    ("paid_ore", "Betalt og brukt på kravet"),
)
STATES: Final = {
    "ordered": "bestilt",
    "released": "frigitt, ikke meldt sendt",
    "sent": "sendt",
    "stopped": "stanset",
    "lapsed": "ikke sendt den dagen det var frigitt for",
    "failed": "kunne ikke sendes",
    "returned": "kommet i retur",
}
APPROVALS: Final = {
    "none": "ikke spurt om",
    "requested": "venter på svar",
    "given": "godkjent",
    "declined": "ikke ønsket",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a view says. `value` is text, or øre; None where it cannot be told."""

    key: str
    label: str
    value: Value

    @property
    def ore(self) -> Ore | None:
        """The value, where it is money."""
        return self.value if isinstance(self.value, int) else None


def text(value: Value) -> str:
    """A value as people read it."""
    if value is None:
        return ""
    return value if isinstance(value, str) else kroner(value)


def lines(view: View) -> list[Line]:
    """All that the view says, line by line: the case, its money, its papers, what is ahead."""
    return [*_case(view), *_money(view), *_papers(view), *_ahead(view)]


def _case(view: View) -> Iterator[Line]:
    debtor = view.debtor
    yield Line("creditor", "Fordringshaver", f"{view.creditor.name} ({view.creditor.number})")
    where = f"{debtor.address}, {debtor.postcode} {debtor.city}"
    yield Line("debtor", "Skyldner", f"{debtor.name}, {where}")
    yield Line("status", "Status", f"{view.status} ({view.group})")
    yield Line("paused", "På vent", "ja" if view.paused else "nei")
    yield Line("approval", "Rettslig tiltak", APPROVALS[view.approval])
    yield Line("closed", "Avsluttet", day(view.closed_on) if view.closed_on else "nei")
    yield Line("follow_up", "Å gjøre", view.follow_up or "ingenting")


def _money(view: View) -> Iterator[Line]:
    for name, label in OWED:
        owed: Value = None if view.owed is None else getattr(view.owed, name)
        yield Line(name, label, owed)
    yield Line("pursued_ore", "Kreves av skyldneren nå", view.pursued_ore)
    yield Line("held_ore", "Holdt for innbetaleren", view.held_ore)
    for claim in view.claims:
        yield from _claim(claim)
    for payment in view.payments:
        yield _payment(payment)


def _claim(claim: ClaimThen) -> Iterator[Line]:
    of, key = f"Faktura {claim.invoice_number}", f"claim {claim.claim_id}"
    yield Line(f"{key} principal_ore", f"{of}, kravet", claim.principal_ore)
    yield Line(f"{key} left_ore", f"{of}, igjen", claim.principal_left_ore)
    yield Line(f"{key} interest_ore", f"{of}, renter igjen", claim.interest_left_ore)
    yield Line(f"{key} over_ore", f"{of}, betalt for mye", claim.over_ore)
    costs = "kreves ikke" if claim.costs_barred else "kan kreves"
    yield Line(f"{key} costs", f"{of}, omkostninger", costs)
    yield Line(f"{key} disputed", f"{of}, omstridt", "ja" if claim.disputed else "nei")


def _payment(paid: PaymentThen) -> Line:
    where = "direkte hos fordringshaver" if paid.source == "direct" else "hos oss"
    became = f"dekker {kroner(paid.covered_ore)}"
    if paid.held_ore:
        became += f", {kroner(paid.held_ore)} holdes for innbetaleren"
    return Line(
        f"payment {paid.payment_id}",
        f"Betaling {day(paid.ordered_on)} {where}",
        f"{kroner(paid.amount_ore)}: {'tilbakeført' if paid.reversed else became}",
    )


def _papers(view: View) -> Iterator[Line]:
    for letter in view.letters:
        yield _letter(letter)
    for each in view.objections:
        against = listed(each.invoice_numbers)
        groundless = ", åpenbart grunnløs" if each.groundless else ""
        yield Line(
            f"objection {each.objection_id}",
            "Åpen innsigelse",
            f"{day(each.raised_on)}, mot faktura {against}{groundless}",
        )


def _letter(letter: LetterThen) -> Line:
    when = f" {day(letter.sent_on)}" if letter.state == "sent" and letter.sent_on else ""
    pay_by = f", frist {day(letter.pay_by)}" if letter.sent_on and letter.pay_by else ""
    label = f"{LETTERS[letter.kind]}, bestilt {day(letter.ordered_on)}"
    return Line(f"letter {letter.letter_id}", label, f"{STATES[letter.state]}{when}{pay_by}")


def _ahead(view: View) -> Iterator[Line]:
    for step in view.ahead.steps:
        yield Line(f"ahead {step.step}", step.what.rstrip("."), f"tidligst {day(step.from_on)}")
    holding = " ".join(holding.what for holding in view.ahead.held_by)
    yield Line("held_by", "Holdt tilbake", holding or "nei")
    yield Line("waits_for", "Venter på", view.ahead.waits_for or "ingen")
