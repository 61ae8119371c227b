"""What the demonstration came to, as a director would ask: all of it read from the projections."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from events.money import ZERO, Ore
from gateways.desk.refused_rows import RefusedLine
from gateways.office import Office
from projections import (
    balance,
    candidate,
    case_list,
    creditor,
    document,
    ordered_act,
    payable,
    payment,
    payout,
    posting,
    timeline,
)
from projections.case_list import CaseRow
from projections.creditor import Creditor


@dataclass(frozen=True, slots=True, kw_only=True)
class OfCreditor:
    """What one creditor handed over, and what it has had back.

    `collected_ore` is what payments covered, direct ones too; `paid_out_ore` what the bank
    has confirmed. `open_ore` is what is owed on its open cases.
    """

    creditor: str
    settlement: str
    cases: int
    paid: int
    principal_ore: Ore
    collected_ore: Ore
    creditors_part_ore: Ore
    paid_out_ore: Ore
    open_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """How many cases stand where."""

    group: str
    status: str
    cases: int
    owed_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A sort of thing, how often it happened, and the money it was about, if any."""

    what: str
    why: str
    count: int
    amount_ore: Ore | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The house on `on`."""

    on: date
    events: int
    invoices_waiting: int
    refused: tuple[RefusedLine, ...]
    creditors: tuple[OfCreditor, ...]
    places: tuple[Place, ...]
    letters: tuple[Counted, ...]
    money: tuple[Counted, ...]
    stopped: tuple[Counted, ...]
    books_ore: Mapping[str, Ore]


# What stops a case for a time or for good, as the timeline has it.
STOPS = {
    "case.objection_raised": ("objection", "the debtor disputes the claim"),
    "case.objection_answered": ("objection answered", "the creditor has spoken"),
    "case.paused": ("paused", "the creditor asked for it"),
    "case.resumed": ("went on", "after a pause or a returned letter"),
    "case.withdrawn": ("withdrawn", "the creditor took the case back"),
    "case.reopened": ("reopened", "the bank took a payment back"),
}
REASONS = {
    "objection": "an objection came before it left",
    "payment": "a payment came before it left",
    "pause": "the case was paused before it left",
    "withdrawal": "the case was withdrawn before it left",
    "closed": "the case had ended",
}
LETTERS = {
    "inkassovarsel": "inkassovarsel",
    "betalingsoppfordring": "betalingsoppfordring",
    "withdrawal_notice": "withdrawal notice",
}


def summary(office: Office, on: date, refused: tuple[RefusedLine, ...]) -> Summary:
    """What came in, what was collected and paid out, what is where, what was stopped and why.

    `refused` are the rows of the portfolio that were not taken.
    """
    cases = office.rows.find(case_list.TABLE)
    owed = {row.case_id: row.total_ore for row in office.rows.find(balance.TABLE)}
    return Summary(
        on=on,
        events=len(office.rows.find(timeline.TABLE)),
        invoices_waiting=len(office.rows.find(candidate.TABLE)),
        refused=refused,
        creditors=tuple(_creditors(office, cases, owed)),
        places=tuple(_places(cases, owed, on)),
        letters=tuple(_letters(office)),
        money=tuple(_money(office)),
        stopped=tuple(_stopped(office)),
        books_ore=_books(office),
    )


def _creditors(
    office: Office, cases: Iterable[CaseRow], owed: Mapping[UUID, Ore]
) -> Iterable[OfCreditor]:
    by_creditor: defaultdict[UUID, list[CaseRow]] = defaultdict(list)
    for case in cases:
        by_creditor[case.creditor_id].append(case)
    collected = {row.case_id: row.paid_ore for row in office.rows.find(balance.TABLE)}
    for owner in office.rows.find(creditor.TABLE, order_by=("number",)):
        yield _of_creditor(office, owner, by_creditor[owner.creditor_id], (collected, owed))


def _of_creditor(
    office: Office,
    owner: Creditor,
    cases: list[CaseRow],
    figures: tuple[Mapping[UUID, Ore], Mapping[UUID, Ore]],
) -> OfCreditor:
    collected, owed = figures
    own = {"creditor_id": owner.creditor_id}
    lines = office.rows.find(payable.TABLE, equals=own)
    confirmed = office.rows.find(payout.TABLE, equals=own | {"state": "confirmed"})
    theirs = (line for line in lines if line.what != "payout_rejected")
    return OfCreditor(
        creditor=owner.name,
        settlement=owner.settlement,
        cases=len(cases),
        paid=sum(case.closed == "paid" for case in cases),
        principal_ore=_sum(case.principal_ore for case in cases),
        collected_ore=_sum(collected[case.case_id] for case in cases),
        creditors_part_ore=_sum(line.payable_ore for line in theirs),
        paid_out_ore=_sum(row.amount_ore for row in confirmed),
        open_ore=_sum(owed[case.case_id] for case in cases if case.closed is None),
    )


def _places(cases: Iterable[CaseRow], owed: Mapping[UUID, Ore], on: date) -> Iterable[Place]:
    found: defaultdict[tuple[str, str], list[Ore]] = defaultdict(list)
    for case in cases:
        left = owed[case.case_id] if case.closed is None else ZERO
        found[case.group(on), case.status(on)].append(left)
    for (group, status), left_ore in sorted(found.items(), key=lambda item: -len(item[1])):
        yield Place(group=group, status=status, cases=len(left_ore), owed_ore=_sum(left_ore))


def _letters(office: Office) -> Iterable[Counted]:
    sent = Counter(row.kind for row in office.rows.find(document.TABLE))
    for kind, count in sent.most_common():
        yield Counted(what=LETTERS[kind], why="sent", count=count)
    acts = office.rows.find(ordered_act.TABLE)
    lost = Counter((act.kind, act.state) for act in acts if act.state in ("lapsed", "returned"))
    for (act, state), count in sorted(lost.items()):
        why = "came back" if state == "returned" else "did not leave on its day"
        yield Counted(what=LETTERS[act], why=why, count=count)


def _money(office: Office) -> Iterable[Counted]:
    paid: defaultdict[tuple[str, str], list[Ore]] = defaultdict(list)
    for row in office.rows.find(payment.TABLE):
        paid[row.state, row.source].append(row.amount_ore)
        if row.held_ore:
            paid["held", row.source].append(row.held_ore)
    for key, (what, why) in MONEY.items():
        if amounts := paid.get(key):
            yield Counted(what=what, why=why, count=len(amounts), amount_ore=_sum(amounts))
    done: defaultdict[str, list[Ore]] = defaultdict(list)
    for transfer in office.rows.find(payout.TABLE):
        done[transfer.state].append(transfer.amount_ore)
    for state, why in PAYOUTS.items():
        if amounts := done.get(state):
            yield Counted(
                what="paid out to creditors", why=why, count=len(amounts), amount_ore=_sum(amounts)
            )


MONEY = {
    ("on_case", "bank"): ("paid in", "on cases, by the bank's files"),
    ("on_case", "direct"): ("paid in", "straight to the creditor"),
    ("reversed", "bank"): ("taken back", "by the bank"),
    ("suspense", "bank"): ("in suspense", "unknown KID, waits for a person"),
    ("refunded", "bank"): ("in suspense", "sent back to the payer"),
    ("held", "bank"): ("overpaid", "held for the payer"),
}
PAYOUTS = {
    "confirmed": "confirmed by the bank",
    "instructed": "with the bank, not confirmed",
    "prepared": "prepared, not sent",
    "rejected": "rejected, in the next settlement",
}


def _stopped(office: Office) -> Iterable[Counted]:
    acts = office.rows.find(ordered_act.TABLE, equals={"state": "stopped"})
    letters = Counter((act.kind, act.reason or "") for act in acts)
    for (kind, reason), count in letters.most_common():
        yield Counted(
            what=f"{LETTERS[kind]} stopped", why=REASONS.get(reason, reason), count=count
        )
    happened = Counter(line.type for line in office.rows.find(timeline.TABLE))
    for type_name, (what, why) in STOPS.items():
        if count := happened[type_name]:
            yield Counted(what=what, why=why, count=count)


def _books(office: Office) -> Mapping[str, Ore]:
    """The accounts of the ledger; together they are nothing, or a line is missing."""
    sums: defaultdict[str, int] = defaultdict(int)
    for line in office.rows.find(posting.TABLE):
        sums[line.account] += line.amount_ore
    return {account: Ore(amount) for account, amount in sorted(sums.items())}


def _sum(amounts: Iterable[Ore]) -> Ore:
    return Ore(sum(amounts))
