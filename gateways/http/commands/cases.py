"""Commands on one case: what the debtor, the creditor and the post say of it."""

from typing import Any
from uuid import UUID

from pydantic import Field

from engine.refusal import RefusedError
from engine.streams import person_stream
from events.case.contacts import ContactKind, Direction, Party
from events.case.notices import Channel
from events.case.objections import Answer
from events.money import Ore
from gateways.desk import cases, contacts, debtors, letters, payments
from gateways.desk.cases import Answering, Objecting
from gateways.desk.contacts import NOTE_MOST, Contact
from gateways.desk.payments import Paid
from gateways.http.access import WORKERS, WRITERS, router
from gateways.http.bodies import (
    Body,
    Country,
    Day,
    Flag,
    Id,
    Line,
    NotNegativeOre,
    PositiveOre,
    Words,
    words_of,
)
from gateways.http.commands.carrying import Asked, command_for, given
from projections import ordered_act

routes = router("case commands")


class Pausing(Body):
    """Why a case is to rest."""

    reason: Words = Field(examples=["Avventer svar fra skyldneren"])


class Withdrawing(Body):
    """How the debtor is told that the case is closed."""

    channel: Channel = "letter"


class Approving(Body):
    """The creditor's word on going to law."""

    approved: Flag


class Raising(Body):
    """What the debtor says against the case; against all its invoices when none is named."""

    reason: Words = Field(examples=["Varen ble aldri levert"])
    invoice_numbers: tuple[Line, ...] = Field(default=(), max_length=200, examples=[["1001"]])
    groundless: Flag = Field(default=False, description="No reason not to pay: nothing stops.")


class Answered(Body):
    """What the creditor says to an objection: to the open one, when none is named."""

    answer: Answer
    amount_ore: NotNegativeOre | None = Field(
        default=None, description="The right principal, for `corrected`."
    )
    groundless: Flag = False
    objection_id: Id | None = None


class PaidDirect(Body):
    """What the debtor has paid to the creditor itself."""

    amount_ore: PositiveOre
    paid_on: Day


class PaidByHand(Body):
    """Money that a person has seen on the client account; its reference is booked once."""

    amount_ore: PositiveOre
    paid_on: Day
    reference: Line = Field(description="The bank's own reference.", examples=["88213374"])


class Refunding(Body):
    """What has gone back to the payer: all that is held, when no amount is told."""

    payment_id: Id | None = None
    amount_ore: PositiveOre | None = None


class Returned(Body):
    """Which letter the post has brought back: the last one sent, when none is named."""

    letter_id: Id | None = None


class Resolving(Body):
    """Whether a letter that was released and never reported went out."""

    sent: Flag


class Talked(Body):
    """A call, an e-mail, a letter or an SMS, and what was said."""

    contacted_on: Day
    kind: ContactKind
    direction: Direction
    who: Party
    note: Words = Field(max_length=NOTE_MOST, examples=["Ringte; lover å betale fredag"])


class DebtorTold(Body):
    """What is new of the debtor; what is not told stays as it was."""

    name: Line | None = Field(default=None, examples=["Ola Nordmann"])
    address: Line | None = Field(default=None, examples=["Storgata 1"])
    postcode: Line | None = Field(default=None, examples=["0155"])
    city: Line | None = Field(default=None, examples=["Oslo"])
    country: Country | None = None
    email: Line | None = Field(default=None, examples=["ola@example.no"])
    mobile: Line | None = Field(default=None, examples=["90000000"])


@routes.post("/cases/{case_id}/pause", **command_for(*WRITERS))
def pause_case(case_id: UUID, said: Pausing, asked: Asked) -> Any:
    """Let a case rest: no letters and no new costs until it is resumed."""
    return asked.on_case(case_id, given(cases.pause, said.reason), said)


@routes.post("/cases/{case_id}/resume", **command_for(*WRITERS))
def resume_case(case_id: UUID, asked: Asked) -> Any:
    """Let a resting case go on."""
    return asked.on_case(case_id, cases.resume)


@routes.post("/cases/{case_id}/withdraw", **command_for(*WRITERS))
def withdraw_case(case_id: UUID, said: Withdrawing, asked: Asked) -> Any:
    """Take the case back; the debtor is told."""
    return asked.on_case(case_id, given(cases.withdraw, said.channel), said)


@routes.post("/cases/{case_id}/write-off", **command_for(*WRITERS))
def write_off_case(case_id: UUID, asked: Asked) -> Any:
    """Give up what is left, and close the case."""
    return asked.on_case(case_id, cases.write_off)


@routes.post("/cases/{case_id}/reopen", **command_for(*WRITERS))
def reopen_case(case_id: UUID, asked: Asked) -> Any:
    """Take up a case that was withdrawn or written off."""
    return asked.on_case(case_id, cases.reopen)


@routes.post("/cases/{case_id}/approval", **command_for(*WRITERS))
def answer_approval(case_id: UUID, said: Approving, asked: Asked) -> Any:
    """Say yes or no to the legal course."""
    return asked.on_case(
        case_id,
        lambda office, row, by: cases.answer_approval(office, row, by, approved=said.approved),
        said,
    )


@routes.post("/cases/{case_id}/objections", **command_for(*WRITERS))
def raise_objection(case_id: UUID, said: Raising, asked: Asked) -> Any:
    """Take up what the debtor says: letters stop at once on what is disputed."""
    told = Objecting(
        reason=said.reason, invoice_numbers=said.invoice_numbers, groundless=said.groundless
    )
    return asked.on_case(case_id, given(cases.raise_objection, told), said)


@routes.post("/cases/{case_id}/objections/answer", **command_for(*WRITERS))
def answer_objection(case_id: UUID, said: Answered, asked: Asked) -> Any:
    """Take up the creditor's answer: accepted, corrected or upheld."""
    told = Answering(
        answer=said.answer,
        amount_ore=None if said.amount_ore is None else Ore(said.amount_ore),
        groundless=said.groundless,
        objection_id=said.objection_id,
    )
    return asked.on_case(case_id, given(cases.answer_objection, told), said)


@routes.post("/cases/{case_id}/contacts", **command_for(*WRITERS))
def record_contact(case_id: UUID, said: Talked, asked: Asked) -> Any:
    """Note a talk or a message with a party of the case."""
    told = Contact(
        contacted_on=said.contacted_on,
        kind=said.kind,
        direction=said.direction,
        who=said.who,
        note=said.note,
    )
    return asked.on_case(case_id, given(contacts.record, told), said)


@routes.post("/cases/{case_id}/direct-payments", **command_for(*WRITERS))
def report_direct_payment(case_id: UUID, said: PaidDirect, asked: Asked) -> Any:
    """Tell what the debtor has paid to the creditor itself."""
    paid = Paid(amount_ore=Ore(said.amount_ore), ordered_on=said.paid_on, received_on=said.paid_on)
    return asked.on_case(case_id, given(payments.report_direct, paid), said)


@routes.post("/cases/{case_id}/payments", **command_for(*WORKERS))
def book_payment_by_hand(case_id: UUID, said: PaidByHand, asked: Asked) -> Any:
    """Book money that is seen on the client account."""
    paid = Paid(
        amount_ore=Ore(said.amount_ore),
        ordered_on=said.paid_on,
        received_on=said.paid_on,
        reference=said.reference,
    )
    return asked.on_case(case_id, given(payments.book_by_hand, paid), said)


@routes.post("/cases/{case_id}/refunds", **command_for(*WORKERS))
def refund_overpayment(case_id: UUID, said: Refunding, asked: Asked) -> Any:
    """Record that what was paid too much has gone back to the payer."""
    amount = None if said.amount_ore is None else Ore(said.amount_ore)
    return asked.on_case(
        case_id,
        lambda office, row, by: cases.refund(
            office, row, by, payment_id=said.payment_id, amount_ore=amount
        ),
        said,
    )


@routes.post("/cases/{case_id}/letters/returned", **command_for(*WORKERS))
def report_letter_returned(case_id: UUID, said: Returned, asked: Asked) -> Any:
    """The post has brought a letter back."""
    return asked.on_case(case_id, given(cases.letter_returned, said.letter_id), said)


@routes.post("/cases/{case_id}/letters/{letter_id}/resolve", **command_for(*WORKERS))
def resolve_letter(case_id: UUID, letter_id: UUID, said: Resolving, asked: Asked) -> Any:
    """Say whether a letter went out that was released and of which nobody knows."""
    act = asked.visit.office.rows.get(ordered_act.TABLE, (letter_id,))
    if act is None or act.case_id != case_id:
        raise RefusedError("letter_unknown")
    return asked.on_case(
        case_id, lambda office, _, by: letters.resolve(office, act, by, sent=said.sent), said
    )


@routes.post("/cases/{case_id}/debtor", **command_for(*WRITERS))
def change_debtor(case_id: UUID, said: DebtorTold, asked: Asked) -> Any:
    """Tell a debtor's new name, address or contact point; letters from now on have it."""
    told = debtors.Told(**words_of(said))
    row = asked.visit.case(case_id)
    return asked.carry(
        person_stream(row.debtor_id),
        lambda office, by: debtors.change(office, row.debtor_id, told, by),
        said,
    )
