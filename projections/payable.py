"""What each event brought a creditor, invoice by invoice: the lines a payout is made of."""

from collections.abc import Sequence
from datetime import date
from typing import Final, Literal
from uuid import UUID

from msgspec.structs import replace
from typing_extensions import override

from engine.journal.recorded import Recorded
from engine.sagas.settlement import Unsettled
from events.case import CaseWithdrawn, PaymentAllocated, PaymentFreed, PaymentReversed
from events.case.money import ClaimShare, Split
from events.money import ZERO, Ore
from events.settlement import PayoutLine, PayoutRejected
from projections.fold import subject_id
from projections.projection import Key, Projection, Row, Table
from projections.reading import Rows

What = Literal[
    "payment", "direct_payment", "reversal", "reduction", "withdrawal", "payout_rejected"
]
Where = Literal["to_us", "direct", "paid_out"]


class Payable(Row, frozen=True, kw_only=True):
    """One row an event and invoice; what concerns the whole event stands on its first row.

    `payable_ore` is client money owed to the creditor; `vat_ore` and `debt_ore` are what the
    creditor owes the agency.
    """

    event_id: UUID
    line: int
    nid: int
    what: What
    creditor_id: UUID
    case_id: UUID | None
    case_number: str | None
    invoice_number: str | None
    booked_on: date
    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO
    fees_ore: Ore = ZERO
    payable_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    agency_fees_ore: Ore = ZERO
    vat_ore: Ore = ZERO
    debt_ore: Ore = ZERO


TABLE: Final = Table(
    "payable",
    key=("event_id", "line"),
    row=Payable,
    indexes=("creditor_id, nid", "creditor_id, booked_on", "booked_on"),
    one_stream=True,
)


class Payables(Projection[Payable]):
    """Writes down what an event means to the creditor; a line never changes."""

    table = TABLE

    @override
    def touches(self, recorded: Recorded) -> Sequence[Key]:
        """A row for each line the event gives."""
        return [(line.event_id, line.line) for line in lines(recorded)]

    @override
    def evolve(self, row: Payable | None, recorded: Recorded, key: Key) -> Payable:
        """The line of that number."""
        return lines(recorded)[int(str(key[1]))]


PROJECTION: Final = Payables()


def unsettled(rows: Rows, creditor_id: UUID, *, after: int) -> list[Unsettled]:
    """What came to the creditor beyond a position of the log, in the order it came."""
    found = rows.find(
        TABLE,
        equals={"creditor_id": creditor_id},
        more_than={"nid": after},
        order_by=("nid", "line"),
    )
    return [Unsettled(line.nid, _payout_line(line)) for line in found]


def lines(recorded: Recorded) -> list[Payable]:
    """The lines of the event; none when it means nothing to the creditor's settlement."""
    event = recorded.event
    match event:
        case PaymentAllocated():
            direct = event.source == "direct"
            where = _where(direct=direct, paid_out=False)
            line = _line(recorded, _what(direct=direct), event.booked_on, event.split)
            return _split(line, event.split, where, 1)
        case PaymentReversed() if event.split is not None:
            where = _where(direct=event.source == "direct", paid_out=event.paid_out)
            line = _line(recorded, "reversal", event.reversed_on, event.split)
            return _split(line, event.split, where, -1)
        case PaymentFreed():
            where = _where(direct=False, paid_out=event.paid_out)
            line = _line(recorded, "reduction", event.freed_on, event.split)
            return _split(line, event.split, where, -1)
        case CaseWithdrawn() if event.charge_ore > 0:
            return [_charged(recorded, event)]
        case PayoutRejected():
            return [_rejected(recorded, event)]
        case _:
            return []


def _what(*, direct: bool) -> What:
    return "direct_payment" if direct else "payment"


def _where(*, direct: bool, paid_out: bool) -> Where:
    return "direct" if direct else "paid_out" if paid_out else "to_us"


def _line(
    recorded: Recorded, what: What, booked_on: date, owner: Split | CaseWithdrawn
) -> Payable:
    """An empty line of a case, of the creditor that `owner` names."""
    return Payable(
        event_id=recorded.event_id,
        line=0,
        nid=recorded.nid,
        what=what,
        creditor_id=owner.creditor_id,
        case_id=subject_id(recorded),
        case_number=owner.case_number,
        invoice_number=None,
        booked_on=booked_on,
    )


def _charged(recorded: Recorded, event: CaseWithdrawn) -> Payable:
    line = _line(recorded, "withdrawal", event.withdrawn_on, event)
    return replace(line, debt_ore=event.charge_ore)


def _rejected(recorded: Recorded, event: PayoutRejected) -> Payable:
    return Payable(
        event_id=recorded.event_id,
        line=0,
        nid=recorded.nid,
        what="payout_rejected",
        creditor_id=event.creditor_id,
        case_id=None,
        case_number=None,
        invoice_number=None,
        booked_on=event.rejected_on,
        payable_ore=event.amount_ore,
    )


def _split(line: Payable, split: Split, where: Where, sign: int) -> list[Payable]:
    """A line for each claim. A sum that covered costs alone has one line, of no invoice."""
    shares = [_share(line, share, number, sign) for number, share in enumerate(split.claims)]
    first, *rest = shares or [line]
    return [_owed(each, where) for each in (_whole(first, split, where, sign), *rest)]


def _share(line: Payable, share: ClaimShare, number: int, sign: int) -> Payable:
    return replace(
        line,
        line=number,
        invoice_number=share.invoice_number,
        principal_ore=Ore(sign * share.principal_ore),
        interest_ore=Ore(sign * share.interest_ore),
    )


def _whole(line: Payable, split: Split, where: Where, sign: int) -> Payable:
    """The line with what concerns the whole split: costs, our part of them, and its VAT."""
    agency_fees = split.letter_fees_ore - split.creditors_letter_fees_ore
    return replace(
        line,
        fees_ore=Ore(sign * (split.creditors_letter_fees_ore + split.compensation_ore)),
        salaer_ore=Ore(sign * split.salaer_ore),
        agency_fees_ore=Ore(sign * agency_fees),
        vat_ore=Ore(0 if split.vat_inside else sign * split.vat_ore),
        debt_ore=Ore(sign * split.agency_ore) if where == "direct" else ZERO,
    )


def _owed(line: Payable, where: Where) -> Payable:
    """The line with whose money it is: what the creditor has had already is its debt to us."""
    theirs = line.principal_ore + line.interest_ore + line.fees_ore
    match where:
        case "direct":
            return line
        case "paid_out":
            return replace(line, debt_ore=Ore(-theirs))
        case "to_us":
            return replace(line, payable_ore=Ore(theirs))


def _payout_line(line: Payable) -> PayoutLine:
    return PayoutLine(
        source_event_id=line.event_id,
        what=line.what,
        case_id=line.case_id,
        case_number=line.case_number,
        invoice_number=line.invoice_number,
        booked_on=line.booked_on,
        principal_ore=line.principal_ore,
        interest_ore=line.interest_ore,
        fees_ore=line.fees_ore,
        payable_ore=line.payable_ore,
        salaer_ore=line.salaer_ore,
        agency_fees_ore=line.agency_fees_ore,
        vat_ore=line.vat_ore,
        debt_ore=line.debt_ore,
    )
