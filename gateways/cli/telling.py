"""How commands tell what became of a wish."""

from dataclasses import asdict, dataclass
from uuid import UUID

from engine.journal.outcome import Committed
from gateways.cli.output import emit
from gateways.desk.asking import Outcome
from gateways.desk.finding import find_case
from gateways.office import Office

DONE, ALREADY = "done", "already"


@dataclass(frozen=True, slots=True)
class WishTold:
    """What became of a wish on a case, and how the case stands after it."""

    outcome: str
    case_number: str
    status: str
    status_group: str
    follow_up: str


def outcome_of(outcome: Outcome) -> str:
    """`done`, or `already` when it was so before."""
    return DONE if isinstance(outcome, Committed) and not outcome.repeated else ALREADY


def tell_case(
    office: Office, case_id: UUID, outcome: Outcome, sentence: str, *, json: bool
) -> None:
    """Tell what became of a wish on a case, and where the case stands now."""
    case = find_case(office, str(case_id))
    told = WishTold(
        outcome=outcome_of(outcome),
        case_number=case.case_number,
        status=case.status(office.today),
        status_group=case.group(office.today),
        follow_up=case.follow_up,
    )
    if json:
        emit(asdict(told), json=True)
        return
    emit(sentence if told.outcome == DONE else "Nothing changed: it was already so.")
    emit(f"{told.case_number}  {told.status}  ({told.status_group})")
    if told.follow_up:
        emit(f"to do: {told.follow_up}")


def tell(outcome: str, sentence: str, *, json: bool, **facts: object) -> None:
    """Tell what became of another wish, in a sentence or as an object."""
    if json:
        emit({"outcome": outcome, **facts}, json=True)
    else:
        emit(sentence if outcome == DONE else "Nothing changed: it was already so.")
