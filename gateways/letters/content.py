"""What a letter says, as plain data: this is what is hashed and what makes the bytes."""

import hashlib
import hmac
import json
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from events.money import ZERO, Ore


class LetterError(ValueError):
    """The letter cannot be printed as it stands; the message names the field and the reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """Who writes. `account` is the klientkonto, eleven digits; `licence` is printed as given."""

    name: str
    orgnr: str
    address_lines: tuple[str, ...]
    phone: str
    email: str
    website: str
    account: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Who the letter goes to. `country` is its name as the post wants it; "" means Norway."""

    name: str
    address_lines: tuple[str, ...]
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimLine:
    """One invoice: what is still owed on it on the day of the letter.

    `interest_from_on` is the first day interest is counted, None where none is claimed.
    """

    invoice_number: str
    issued_on: date
    due_on: date
    description: str
    principal_ore: Ore
    interest_ore: Ore = ZERO
    interest_from_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """What is outstanding at the end of the sending day, part by part, after payments.

    `total_ore` is the sum of the six parts. `paid_ore` is what has come in so far; it is told,
    not subtracted again. `interest_per_day_ore` is the exact øre a day from then on.
    """

    principal_ore: Ore
    interest_ore: Ore
    letter_fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    compensation_ore: Ore = ZERO
    court_fees_ore: Ore = ZERO
    paid_ore: Ore = ZERO
    total_ore: Ore
    interest_per_day_ore: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RatePeriod:
    """The rate of forsinkelsesrente on the sending day, and the day that rate came in force."""

    rate_percent: Decimal
    from_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandLetter:
    """An inkassovarsel or a betalingsoppfordring.

    `letter_fee_ore` is the fee of this letter, a part of `owed.letter_fees_ore`.
    `earlier_notice_on` is the day the inkassovarsel went, ours or the creditor's own.
    """

    kind: Literal["inkassovarsel", "betalingsoppfordring"]
    letter_id: UUID
    case_number: str
    kid: str
    sent_on: date
    pay_by: date
    creditor_name: str
    creditor_reference: str = ""
    debtor: Addressee
    claims: tuple[ClaimLine, ...]
    owed: Owed
    rate: RatePeriod | None
    agency: Agency
    letter_fee_ore: Ore = ZERO
    consumer: bool
    earlier_notice_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalLetter:
    """The case is withdrawn and closed; the debtor is told so by letter."""

    letter_id: UUID
    case_number: str
    sent_on: date
    withdrawn_on: date
    creditor_name: str
    creditor_reference: str = ""
    debtor: Addressee
    invoice_numbers: tuple[str, ...]
    agency: Agency


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLine:
    """What one movement on one invoice brought the creditor; amounts turn sign on a reversal.

    `fees_ore` are the costs that are the creditor's. `salaer_ore` is what the agency keeps of
    what the debtor paid: the salær and the fees of its own letters; it is no deduction from the
    other parts. `set_off_ore` is what is held back against what the creditor has already got or
    owes. So to_creditor = principal + interest + fees - VAT withheld - set-off. On a
    `carried_over` line (a payout the bank rejected, or a debt from before) only
    `to_creditor_ore` is filled in: its principal stood in an earlier letter.
    """

    what: Literal["payment", "direct_payment", "reversal", "charge", "carried_over"]
    case_number: str
    debtor_name: str
    invoice_number: str
    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO
    fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    vat_withheld_ore: Ore = ZERO
    set_off_ore: Ore = ZERO
    to_creditor_ore: Ore


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementLetter:
    """The oppgjørsbrev: what was collected for a creditor in a period and what is paid out.

    `account_masked` shows no more than the last digits. `paid_out_ore` is the sum of the lines.
    """

    payout_id: UUID
    settled_on: date
    paid_on: date
    period_from_on: date
    period_to_on: date
    creditor: Addressee
    account_masked: str
    lines: tuple[SettlementLine, ...]
    paid_out_ore: Ore
    agency: Agency


Letter = DemandLetter | WithdrawalLetter | SettlementLetter


def canonical_json(letter: Letter) -> bytes:
    """The one spelling of a letter's content: sorted keys, no spaces, UTF-8."""
    told = {"letter": type(letter).__name__, "content": asdict(letter)}
    text = json.dumps(told, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def content_hmac(letter: Letter, key: bytes) -> str:
    """The letter's keyed fingerprint (HMAC-SHA256, hex): proves the content, tells nothing of it.

    Raises ValueError when `key` is shorter than 16 bytes.
    """
    if len(key) < 16:  # noqa: PLR2004 - the sentence below says it
        raise ValueError("an HMAC key has 16 bytes or more")
    return hmac.new(key, canonical_json(letter), hashlib.sha256).hexdigest()
