"""What a case is called on a day: its status, and the group of statuses it is shown in."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

Status = Literal[
    "REGISTRERT",
    "INKASSOVARSEL",
    "INKASSOVARSEL FORFALT",
    "BETALINGSOPPFORDRING",
    "FORLIKSKLAGE",
    "FORLIKSDOM FORFALT",
    "UTLEGGSBEGJÆRING",
    "PANT I LØSØRE/KJØRETØY",
    "PANT I LØSØRE/KJØRETØY FORFALT",
    "ANVISNING TIL INNKREVING",
    "INTET TIL UTLEGG",
    "KONKURSVARSEL",
    "KONKURSBEGJÆRING",
    "BETALT",
    "DELBETALT/AVSLUTTET",
    "TRUKKET",
]
Group = Literal["pågående", "rettslig tiltak", "venter godkjenning", "på vent", "avsluttet"]

GROUPS: Final[tuple[Group, ...]] = (
    "pågående",
    "rettslig tiltak",
    "venter godkjenning",
    "på vent",
    "avsluttet",
)
ONE_DAY: Final = timedelta(days=1)
VARSEL_STAGE: Final = "INKASSOVARSEL "
ENDED: Final[dict[str, Status]] = {
    "paid": "BETALT",
    "part_paid_with_loss": "DELBETALT/AVSLUTTET",
    "withdrawn": "TRUKKET",
    "objection_accepted": "TRUKKET",
}
LEGAL: Final[frozenset[Status]] = frozenset(
    {
        "FORLIKSKLAGE",
        "FORLIKSDOM FORFALT",
        "UTLEGGSBEGJÆRING",
        "PANT I LØSØRE/KJØRETØY",
        "PANT I LØSØRE/KJØRETØY FORFALT",
        "ANVISNING TIL INNKREVING",
        "KONKURSVARSEL",
        "KONKURSBEGJÆRING",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The facts of a case that its status follows from.

    `varsel_pay_by` is the deadline of the inkassovarsel that counts; `demanded` when the
    betalingsoppfordring has been sent; `disputed` when all that is owed is; `closed` is the
    reason it ended for; `awaiting_approval` when the creditor has been asked about a step.
    """

    varsel_pay_by: date | None
    demanded: bool
    paused: bool
    disputed: bool
    awaiting_approval: bool
    closed: str | None


def status_on(standing: Standing, today: date) -> Status:
    """The status on `today`; an objection or a pause does not change it.

    Raises KeyError when the case was closed for a reason that has no status.
    """
    if standing.closed is not None:
        return ENDED[standing.closed]
    if standing.demanded:
        return "BETALINGSOPPFORDRING"
    if standing.varsel_pay_by is None:
        return "REGISTRERT"
    return "INKASSOVARSEL" if today <= standing.varsel_pay_by else "INKASSOVARSEL FORFALT"


def stage_of(standing: Standing) -> str:
    """The status as far as no day decides it: statuses of any day are ranges of stages.

    An inkassovarsel's stage ends in its deadline, counted backwards: those that have run out
    come after those that have not, as their statuses do.
    Raises KeyError as `status_on` does.
    """
    pay_by = standing.varsel_pay_by
    if standing.closed is not None or standing.demanded or pay_by is None:
        return status_on(standing, date.min)
    return _varsel_stage(pay_by)


def stages(status: Status, today: date) -> tuple[str, str]:
    """The first and the last stage that is called so on `today`."""
    match status:
        case "INKASSOVARSEL":
            return _varsel_stage(date.max), _varsel_stage(today)
        case "INKASSOVARSEL FORFALT":
            return _varsel_stage(today - ONE_DAY), _varsel_stage(date.min)
        case _:
            return status, status


def _varsel_stage(pay_by: date) -> str:
    return f"{VARSEL_STAGE}{date.max.toordinal() - pay_by.toordinal():07}"


def group_on(standing: Standing, today: date) -> Group:
    """The group the case is shown in on `today`; what stops a case goes before its status."""
    if standing.closed is not None:
        return "avsluttet"
    if standing.paused or standing.disputed:
        return "på vent"
    if standing.awaiting_approval:
        return "venter godkjenning"
    return "rettslig tiltak" if status_on(standing, today) in LEGAL else "pågående"
