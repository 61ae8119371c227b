"""Double entry: what each event posts to which account; the sum is zero at every event."""

from dataclasses import dataclass
from typing import Literal

from events.base import Event
from events.case.lifecycle import CaseWithdrawn
from events.case.money import (
    PaymentAllocated,
    PaymentFreed,
    PaymentReceived,
    PaymentReversed,
    RefundMade,
    Split,
)
from events.money import Ore
from events.payment import PaymentMatched, PaymentSuspended, SuspenseRefunded
from events.settlement import PayoutConfirmed, PayoutPrepared, PayoutRejected

# `klientkonto` is the money in the bank that is not the agency's; `creditor_payable`,
# `suspense`, `refund` and `in_transit` are whose it is. `creditor_debt` and `creditor_vat` are
# what a creditor owes the agency; `agency_funds` is the agency's own money.
Account = Literal[
    "klientkonto",
    "creditor_payable",
    "creditor_debt",
    "creditor_vat",
    "agency_revenue",
    "vat",
    "suspense",
    "refund",
    "in_transit",
    "agency_funds",
]

CLIENT_MONEY: tuple[Account, ...] = ("creditor_payable", "suspense", "refund", "in_transit")


@dataclass(frozen=True, slots=True)
class Entry:
    """One posting: a debit when positive, a credit when negative, in øre."""

    account: Account
    amount_ore: Ore


def entries(event: Event) -> tuple[Entry, ...]:
    """The postings of `event`; none when no money moves. They sum to zero."""
    match event:
        case PaymentReceived(source="bank"):
            return _move("klientkonto", "refund", event.amount_ore)
        case PaymentAllocated():
            return _covered(event.split, direct=event.source == "direct")
        case PaymentReversed():
            return _taken_back(event)
        case PaymentFreed():
            return _freed(event.split, paid_out=event.paid_out)
        case RefundMade():
            return _move("refund", "klientkonto", event.amount_ore)
        case CaseWithdrawn():
            return _move("creditor_debt", "agency_revenue", event.charge_ore)
        case PaymentSuspended():
            return _move("klientkonto", "suspense", event.amount_ore)
        case PaymentMatched():
            # The case's own PaymentReceived, in the same commit, brings it in again.
            return _move("suspense", "klientkonto", event.amount_ore)
        case SuspenseRefunded():
            return _move("suspense", "klientkonto", event.amount_ore)
        case PayoutPrepared():
            return _paid_out(event)
        case PayoutConfirmed():
            return _move("in_transit", "klientkonto", event.amount_ore)
        case PayoutRejected():
            return _move("in_transit", "creditor_payable", event.amount_ore)
        case _:
            return ()


def _move(debit: Account, credit: Account, amount_ore: Ore) -> tuple[Entry, ...]:
    return _some(Entry(debit, amount_ore), Entry(credit, Ore(-amount_ore)))


def _covered(split: Split, *, direct: bool) -> tuple[Entry, ...]:
    """The payer's money becomes the creditor's and ours; paid direct, the creditor owes us."""
    ours = Ore(split.agency_ore)
    source = (
        (Entry("creditor_debt", ours),)
        if direct
        else (
            Entry("refund", Ore(split.creditor_ore + split.agency_ore)),
            Entry("creditor_payable", Ore(-split.creditor_ore)),
        )
    )
    return _some(*source, *_earned(split))


def _earned(split: Split) -> tuple[Entry, ...]:
    if split.vat_inside:
        net = Ore(split.vat_ore - split.agency_ore)
        return (Entry("agency_revenue", net), Entry("vat", Ore(-split.vat_ore)))
    return (
        Entry("agency_revenue", Ore(-split.agency_ore)),
        Entry("creditor_vat", split.vat_ore),
        Entry("vat", Ore(-split.vat_ore)),
    )


def _given_back(split: Split, *, paid_out: bool) -> tuple[Entry, ...]:
    """What had been covered is the payer's again; where the creditor has had it, it owes it.

    The agency's own money then makes the client account good.
    """
    theirs = split.creditor_ore
    source: tuple[Entry, ...] = (Entry("creditor_payable", theirs),)
    if paid_out:
        source = (
            Entry("creditor_debt", theirs),
            Entry("klientkonto", theirs),
            Entry("agency_funds", Ore(-theirs)),
        )
    undone = (Entry(earned.account, Ore(-earned.amount_ore)) for earned in _earned(split))
    return _some(*source, *undone, Entry("refund", Ore(-(theirs + split.agency_ore))))


def _freed(split: Split, *, paid_out: bool) -> tuple[Entry, ...]:
    """The same for a claim that was too high, and our part may never have come in to us.

    It has not when the payment went to the creditor: so all of it is made good.
    """
    if not paid_out:
        return _given_back(split, paid_out=False)
    made_good = _some(*_move("klientkonto", "agency_funds", split.agency_ore))
    return (*_given_back(split, paid_out=True), *made_good)


def _taken_back(event: PaymentReversed) -> tuple[Entry, ...]:
    if event.source == "direct":
        split = event.split
        if split is None:
            return ()
        undone = (Entry(earned.account, Ore(-earned.amount_ore)) for earned in _earned(split))
        return _some(Entry("creditor_debt", Ore(-split.agency_ore)), *undone)
    covered_ore = 0 if event.split is None else event.split.creditor_ore + event.split.agency_ore
    # What we had already sent back to the payer is the agency's loss, not the clients'.
    lost_ore = Ore(event.amount_ore - covered_ore - event.held_ore)
    back = (
        *_move("refund", "klientkonto", Ore(event.amount_ore - lost_ore)),
        *_move("agency_revenue", "agency_funds", lost_ore),
    )
    if event.split is None:
        return back
    return (*_given_back(event.split, paid_out=event.paid_out), *back)


def _paid_out(event: PayoutPrepared) -> tuple[Entry, ...]:
    return _some(
        Entry("creditor_payable", event.payable_ore),
        Entry("creditor_vat", Ore(-event.vat_withheld_ore)),
        Entry("creditor_debt", Ore(-event.set_off_ore)),
        Entry("in_transit", Ore(-event.amount_ore)),
    )


def _some(*postings: Entry) -> tuple[Entry, ...]:
    return tuple(posting for posting in postings if posting.amount_ore)
