"""One claim of a case: how its principal has gone, and so what interest it bears."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from uuid import UUID

from engine.law.interest import Segment, claim_interest
from events.case.lifecycle import ClaimTaken, CreditorsVarsel
from events.case.money import ClaimShare
from events.money import ZERO, Ore, round_ore

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An invoice on the case.

    `changes` are the days from which interest runs on another principal, and by how much it
    is other. `principal_ore` is what was rightly claimed from the start.
    `waived` once what was left of it has been given up.
    """

    claim_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    interest_from_on: date
    principal_ore: Ore
    compensation_ore: Ore
    varsel: CreditorsVarsel | None
    changes: tuple[tuple[date, int], ...] = ()
    interest_paid_ore: Ore = ZERO
    costs_barred: bool = False
    waived: bool = False

    @staticmethod
    def taken(taken: ClaimTaken) -> "Claim":
        """The claim as it was registered."""
        return Claim(
            claim_id=taken.claim_id,
            invoice_number=taken.invoice_number,
            issued_on=taken.issued_on,
            due_on=taken.due_on,
            interest_from_on=taken.interest_from_on,
            principal_ore=taken.principal_ore,
            compensation_ore=taken.compensation_ore,
            varsel=taken.varsel,
        )

    @property
    def principal_covered_ore(self) -> Ore:
        """What payments have covered of the principal."""
        return Ore(-sum(by for _, by in self.changes))

    @property
    def principal_left_ore(self) -> Ore:
        """What is still owed of the principal."""
        return ZERO if self.waived else Ore(self.principal_ore - self.principal_covered_ore)

    @property
    def covered_from(self) -> date | None:
        """The first day from which none of the principal bears interest, up to now."""
        days = sorted({since for since, _ in self.changes})
        if not days or self.principal_on(days[-1]) > 0:
            return None
        owing = [day for day in days if self.principal_on(day) > 0]
        return next(day for day in days if not owing or day > owing[-1])

    def principal_on(self, day: date) -> Ore:
        """The principal that bears interest on `day`."""
        return Ore(self.principal_ore + sum(by for since, by in self.changes if since <= day))

    def interest_accrued(self, on: date) -> Ore:
        """All the interest up to and with `on`, paid or not, rounded once.

        Refuses: rate_unknown.
        """
        return round_ore(self.exact_interest(on))

    def exact_interest(self, on: date) -> Fraction:
        """The same before rounding, in øre."""
        return claim_interest(self.segments(on))

    def segments(self, on: date) -> list[Segment]:
        """The spans up to and with `on` in which the claim bore interest on one principal."""
        days = {max(since, self.interest_from_on) for since, _ in self.changes}
        starts = [self.interest_from_on] + [
            day
            for day in sorted(days - {self.interest_from_on})
            if self.principal_on(day) != self.principal_on(day - ONE_DAY)
        ]
        ends = [*(start - ONE_DAY for start in starts[1:]), on]
        return [
            Segment(start, min(end, on), self.principal_on(start))
            for start, end in zip(starts, ends, strict=True)
            if start <= on and self.principal_on(start) > 0
        ]

    def interest_left(self, on: date) -> Ore:
        """The interest still owed on `on`."""
        if self.waived:
            return ZERO
        return Ore(max(0, self.interest_accrued(on) - self.interest_paid_ore))

    def covered(self, share: ClaimShare, from_on: date) -> "Claim":
        """The claim after a payment covered `share` of it; interest falls from `from_on`."""
        less = self._changed(from_on, -share.principal_ore)
        return replace(less, interest_paid_ore=Ore(self.interest_paid_ore + share.interest_ore))

    def uncovered(self, share: ClaimShare, from_on: date) -> "Claim":
        """The claim after `share` is owed again, as if it had not been covered."""
        more = self._changed(from_on, share.principal_ore)
        return replace(more, interest_paid_ore=Ore(self.interest_paid_ore - share.interest_ore))

    def lowered(self, by_ore: Ore) -> "Claim":
        """The claim when it was too high by so much from the start."""
        return replace(self, principal_ore=Ore(self.principal_ore - by_ore))

    def given_up(self) -> "Claim":
        """The claim when what is left of it is waived."""
        return replace(self, waived=True)

    def taken_up(self) -> "Claim":
        """The claim when what was waived is owed again."""
        return replace(self, waived=False)

    def _changed(self, from_on: date, by: int) -> "Claim":
        return replace(self, changes=(*self.changes, (from_on, by))) if by else self
