"""What the debtor, the creditor and the post say of a case, and what a person decides on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from engine.asking import on_case
from engine.case.claim import Claim
from engine.case.decider import decide
from engine.case.lifecycle import (
    AnswerApproval,
    PauseCase,
    ReopenCase,
    ResumeCase,
    WithdrawCase,
    WriteOffCase,
)
from engine.case.money import RefundOverpayment
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.parts import Case
from engine.case.sending import ReportLetterReturned
from engine.decider import Ask, States
from engine.loop import Nothing
from engine.refusal import RefusedError, refuse_if
from engine.registration import CASE, going_on
from engine.settlement import DECIDER as SETTLEMENT
from engine.settlement import Settlement
from engine.streams import case_stream, settlement_stream
from events.base import Event
from events.case import PaymentReceived
from events.case.notices import Channel
from events.case.objections import Answer
from events.money import Ore
from events.personal import Clear
from gateways.desk.asking import By, Outcome, carry, carry_on_case, version_id, wish_id
from gateways.office import Office
from projections.case_list import CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Objecting:
    """What the debtor says, against which invoices; all of the case's when none is named."""

    reason: str
    invoice_numbers: tuple[str, ...] = ()
    groundless: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answering:
    """What the creditor says to an objection; `amount_ore` is the right principal, if lower."""

    answer: Answer
    amount_ore: Ore | None = None
    groundless: bool = False
    objection_id: UUID | None = None


def raise_objection(office: Office, case: CaseRow, said: Objecting, by: By) -> Outcome:
    """Take up what the debtor says against the case, or against some of its invoices.

    Refuses: claim_unknown, and as raising an objection does.
    """
    known = {claim.invoice_number: claim.claim_id for claim in _claims(office, case)}
    for number in said.invoice_numbers:
        refuse_if(number not in known, "claim_unknown", invoice=number)
    words = ("objection", said.reason, said.invoice_numbers, said.groundless)
    command_id = wish_id(office, case.case_id, by, *words)
    command = RaiseObjection(
        objection_id=uuid5(command_id, "objection"),
        claim_ids=tuple(known[number] for number in said.invoice_numbers),
        reason=Clear(person_id=case.debtor_id, text=said.reason),
        groundless=said.groundless,
        today=by.today,
    )
    return carry_on_case(office, case.case_id, command, by, command_id)


def answer_objection(office: Office, case: CaseRow, said: Answering, by: By) -> Outcome:
    """Take up the creditor's answer to the open objection, or to the one that is named.

    Refuses: objection_answered, objections_several, and as answering an objection does.
    """
    objection_id = said.objection_id or _objection(office, case)
    words = ("answer", objection_id, said.answer, said.amount_ore, said.groundless)
    command = AnswerObjection(
        objection_id=objection_id,
        answer=said.answer,
        amount_ore=said.amount_ore,
        groundless=said.groundless,
        paid_out=False,
        today=by.today,
    )
    ids = (wish_id(office, case.case_id, by, *words), case.case_id)
    outcome = carry(office, _answering(office, case, command), command, by, ids=ids)
    refuse_if(isinstance(outcome, Nothing), "objection_answered")
    return outcome


def pause(office: Office, case: CaseRow, reason: str, by: By) -> Outcome:
    """Let the case rest.

    Refuses: as pausing does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "pause", reason)
    why = Clear(person_id=case.debtor_id, text=reason)
    command = PauseCase(today=by.today, reason=why)
    return carry_on_case(office, case.case_id, command, by, command_id)


def resume(office: Office, case: CaseRow, by: By) -> Outcome:
    """Let the case go on.

    Refuses: as resuming does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "resume")
    return carry_on_case(office, case.case_id, ResumeCase(today=by.today), by, command_id)


def withdraw(office: Office, case: CaseRow, channel: Channel, by: By) -> Outcome:
    """Take the case back for the creditor; the debtor is told by letter or SMS.

    Refuses: as withdrawing does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "withdraw", channel)
    command = WithdrawCase(today=by.today, letter_id=uuid5(command_id, "letter"), channel=channel)
    return carry_on_case(office, case.case_id, command, by, command_id)


def write_off(office: Office, case: CaseRow, by: By) -> Outcome:
    """Give up what is left, and close the case.

    Refuses: as writing off does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "write off")
    return carry_on_case(office, case.case_id, WriteOffCase(today=by.today), by, command_id)


def reopen(office: Office, case: CaseRow, by: By) -> Outcome:
    """Take up a case that had ended.

    Refuses: debtor_erased, and as reopening does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "reopen")
    command = ReopenCase(today=by.today)
    ask = going_on(on_case(case.case_id, command), case.case_id, case.debtor_id)
    return carry(office, ask, command, by, ids=(command_id, case.case_id))


def answer_approval(office: Office, case: CaseRow, by: By, *, approved: bool) -> Outcome:
    """Take up the creditor's word on going to law.

    Refuses: as answering does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "approval", approved)
    command = AnswerApproval(today=by.today, approved=approved)
    return carry_on_case(office, case.case_id, command, by, command_id)


def letter_returned(office: Office, case: CaseRow, letter_id: UUID | None, by: By) -> Outcome:
    """The post has brought a letter back: the last one sent, when none is named.

    Refuses: as reporting it does.
    """
    command_id = version_id(office, case_stream(case.case_id), by, "returned", letter_id)
    command = ReportLetterReturned(letter_id=letter_id, today=by.today)
    return carry_on_case(office, case.case_id, command, by, command_id)


def refund(
    office: Office, case: CaseRow, by: By, *, payment_id: UUID | None, amount_ore: Ore | None
) -> Outcome:
    """Record that what was held of a payment has gone back to the payer: all of it, if not told.

    Refuses: nothing_held, payments_several, and as refunding does.
    """
    held = {paid.payment_id: paid.held_ore for paid in _case(office, case).payments}
    if payment_id is None:
        some = [paid for paid, ore in held.items() if ore > 0]
        refuse_if(not some, "nothing_held")
        refuse_if(len(some) > 1, "payments_several", found=", ".join(map(str, some)))
        payment_id = some[0]
    command = RefundOverpayment(
        payment_id=payment_id,
        amount_ore=held.get(payment_id, Ore(0)) if amount_ore is None else amount_ore,
        today=by.today,
    )
    words = ("refund", payment_id, command.amount_ore)
    command_id = wish_id(office, case.case_id, by, *words)
    return carry_on_case(office, case.case_id, command, by, command_id)


def _answering(office: Office, case: CaseRow, command: AnswerObjection) -> Ask:
    """The answer, with what the settlement tells of money the creditor may have had already.

    Where it has had some of it, all counts as had: what it has not is then set off.
    """
    own, payouts = case_stream(case.case_id), settlement_stream(case.creditor_id)
    positions = [
        recorded.nid
        for recorded in office.store.read(own).events
        if isinstance(recorded.event, PaymentReceived)
    ]

    def decided(states: States) -> Mapping[str, Sequence[Event]]:
        until = states.of(payouts, Settlement).settled_until
        paid_out = any(position <= until for position in positions)
        return {own: decide(replace(command, paid_out=paid_out), states.of(own, Case))}

    return Ask({own: CASE, payouts: SETTLEMENT}, decided)


def _objection(office: Office, case: CaseRow) -> UUID | None:
    """The one that is open, or else the last that was; None when there never was one."""
    objections = _case(office, case).objections
    still = [objection for objection in objections if objection.open]
    if len(still) > 1:
        ids = ", ".join(str(objection.objection_id) for objection in still)
        raise RefusedError("objections_several", found=ids)
    last = still or objections[-1:]
    return last[0].objection_id if last else None


def _case(office: Office, case: CaseRow) -> Case:
    return office.case(case.case_id)


def _claims(office: Office, case: CaseRow) -> Sequence[Claim]:
    return _case(office, case).claims
