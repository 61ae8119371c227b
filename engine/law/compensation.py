"""Standardkompensasjon: what a business that pays late owes for each invoice."""

from datetime import date

from engine.law.rates import COMPENSATION, row_on
from engine.refusal import RefusedError
from events.money import ZERO, Ore


def compensation_ore(due_on: date, *, consumer: bool) -> Ore:
    """The sum for one invoice, by the figure in force on its due date; 0 for a consumer.

    Whether it is owed an invoice or a case, and by which half-year, is UNCERTAIN in law.
    Refuses: rate_unknown.
    Law: forsinkelsesrenteloven 1976 § 3a
    """
    if consumer:
        return ZERO
    figure = row_on(COMPENSATION, due_on).compensation_ore
    if figure is None:
        raise RefusedError("rate_unknown", law="forsinkelsesrenteloven 1976 § 3a", on=due_on)
    return figure


def set_off(letter_fees_ore: Ore, salaer_ore: Ore, compensation_ore: Ore) -> tuple[Ore, Ore]:
    """Letter fees and salær less the compensation, which is taken first from the fees.

    The debtor owes the larger of costs and compensation, never both: the compensation stands
    in full and the rest is what these two still come to.
    Law: inkassoforskriften 1989 § 1-5
    Law: inkassoforskriften 1989 § 2-6
    """
    from_fees = min(letter_fees_ore, compensation_ore)
    from_salaer = min(salaer_ore, compensation_ore - from_fees)
    return Ore(letter_fees_ore - from_fees), Ore(salaer_ore - from_salaer)
