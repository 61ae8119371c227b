"""The letters of a case: ordered, released, sent, or stopped before they left the house."""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from events.base import Event, Value
from events.money import Ore

LetterKind = Literal["inkassovarsel", "betalingsoppfordring", "withdrawal_notice"]
StopReason = Literal["objection", "payment", "pause", "withdrawal", "closed"]
Channel = Literal["letter", "sms"]


class Input(Value):
    """One thing a rule looked at, by name."""

    name: str
    value: str


class Grounds(Value):
    """Why a step is lawful on its day: the rule, what it looked at, and the first lawful day."""

    rule: str
    inputs: tuple[Input, ...]
    earliest_on: date


class PrintedClaim(Value):
    """One claim as the letter states it."""

    claim_id: UUID
    invoice_number: str
    issued_on: date
    due_on: date
    interest_from_on: date
    principal_ore: Ore
    interest_ore: Ore


class Printed(Value):
    """What a letter says is owed on the day it leaves; never a sum for a future day.

    `interest_per_day` is exact to a hundredth of an øre, as decimal text in øre.
    """

    claims: tuple[PrintedClaim, ...]
    principal_ore: Ore
    interest_ore: Ore
    letter_fees_ore: Ore
    salaer_ore: Ore
    compensation_ore: Ore
    paid_ore: Ore
    total_ore: Ore
    rate_percent: str
    interest_per_day: str


class NoticeEvent(Event):
    """A letter has been ordered, has left the house, has been stopped or has come back."""


class InkassovarselOrdered(NoticeEvent):
    """The debtor is to be warned; the letter has not left the house yet."""

    TYPE: ClassVar[str] = "case.inkassovarsel_ordered"

    letter_id: UUID
    ordered_on: date
    grounds: Grounds


class BetalingsoppfordringOrdered(NoticeEvent):
    """The debtor is to be called on to pay or object; the letter has not left the house yet."""

    TYPE: ClassVar[str] = "case.betalingsoppfordring_ordered"

    letter_id: UUID
    ordered_on: date
    grounds: Grounds


class WithdrawalNoticeOrdered(NoticeEvent):
    """The debtor is to be told that the case is closed."""

    TYPE: ClassVar[str] = "case.withdrawal_notice_ordered"

    letter_id: UUID
    ordered_on: date
    channel: Channel


class LetterReleased(NoticeEvent):
    """A worker may now send the letter; nothing in the log forbade it.

    The release holds for its day only. What the letter says is fixed here: the figures, and
    the versions of the debtor's, the creditor's stream that name and address are read at.
    """

    TYPE: ClassVar[str] = "case.letter_released"

    letter_id: UUID
    kind: LetterKind
    worker: str
    released_on: date
    pay_by: date | None
    fee_ore: Ore
    printed: Printed | None
    debtor_version: int
    creditor_version: int


class LetterStopped(NoticeEvent):
    """An ordered letter will not leave the house: something came first."""

    TYPE: ClassVar[str] = "case.letter_stopped"

    letter_id: UUID
    kind: LetterKind
    reason: StopReason
    stopped_on: date


class LetterLapsed(NoticeEvent):
    """A release was never used, and its day has passed; the step is due again."""

    TYPE: ClassVar[str] = "case.letter_lapsed"

    letter_id: UUID
    kind: LetterKind
    lapsed_on: date


class LetterFailed(NoticeEvent):
    """A released letter could not be made or handed over; it has not left the house.

    `code` says why, in the words of whoever could not take it.
    """

    TYPE: ClassVar[str] = "case.letter_failed"

    letter_id: UUID
    kind: LetterKind
    failed_on: date
    code: str


class LetterReturned(NoticeEvent):
    """The post brought a letter back: the debtor has not been reached."""

    TYPE: ClassVar[str] = "case.letter_returned"

    letter_id: UUID
    kind: LetterKind
    returned_on: date


class InkassovarselSent(NoticeEvent):
    """The debtor has been warned in writing that collection will follow.

    `pay_by` is the last day to pay without collection costs; `crossed` names what stood in
    the log between the release and this report.
    Law: inkassoloven 1988 § 9
    """

    TYPE: ClassVar[str] = "case.inkassovarsel_sent"

    letter_id: UUID
    sent_on: date
    pay_by: date
    fee_ore: Ore
    content_hmac: str
    crossed: StopReason | None


class BetalingsoppfordringSent(NoticeEvent):
    """The debtor has been called on to pay or object; from this day salær is owed.

    Law: inkassoloven 1988 § 10
    """

    TYPE: ClassVar[str] = "case.betalingsoppfordring_sent"

    letter_id: UUID
    sent_on: date
    pay_by: date
    content_hmac: str
    crossed: StopReason | None


class WithdrawalNoticeSent(NoticeEvent):
    """The debtor has been told, by letter or SMS, that the case is closed."""

    TYPE: ClassVar[str] = "case.withdrawal_notice_sent"

    letter_id: UUID
    sent_on: date
    channel: Channel
    content_hmac: str
