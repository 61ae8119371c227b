"""pain.001.001.09: the file that tells the bank what to pay out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID
from xml.etree.ElementTree import Element, SubElement

from events.money import Ore
from gateways.bank import xml_tree
from gateways.bank.accounts import LENGTH, valid_account
from gateways.bank.xml_tree import put
from gateways.identity_numbers import normal_orgnr

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
NAME_LENGTH_MAX = 140
TEXT_LENGTH_MAX = 140
_MESSAGE_ID = re.compile(r"[A-Za-z0-9/?:().,'+-]{1,35}")
_KID = re.compile(r"[0-9]{2,25}|[0-9]{1,24}-")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutOrder:
    """One payment to a creditor's account (eleven digits), marked with a KID or else a text.

    Where there is a `kid` the bank is told that and not the `text`: it takes only one.
    """

    payout_id: UUID
    amount_ore: Ore
    account: str
    creditor_name: str
    kid: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutFile:
    """What the agency, the payer, asks its bank to pay on one day from one account.

    `message_id` comes back in the bank's report. `payer_bic` is the payer's bank, which
    some banks want told.
    """

    message_id: str
    created_at: datetime
    payer_name: str
    payer_orgnr: str
    debit_account: str
    execution_on: date
    orders: Sequence[PayoutOrder]
    payer_bic: str | None = None


def write(instruction: PayoutFile) -> bytes:
    """The file for the bank; the same instruction makes the same bytes.

    Each payment's EndToEndId is its payout id, which pain.002 brings back.
    Raises ValueError when the bank could not carry out the instruction as it stands.
    """
    _check(instruction)
    root = xml_tree.document(NAMESPACE)
    message = SubElement(root, "CstmrCdtTrfInitn")
    _group_header(SubElement(message, "GrpHdr"), instruction)
    payment = SubElement(message, "PmtInf")
    _payment(payment, instruction)
    for order in instruction.orders:
        _transfer(SubElement(payment, "CdtTrfTxInf"), order)
    return xml_tree.to_bytes(root)


def _check(instruction: PayoutFile) -> None:
    orders = instruction.orders
    _must(bool(_MESSAGE_ID.fullmatch(instruction.message_id)), "the message id")
    _must(instruction.created_at.tzinfo is not None, "a created_at without a time zone")
    _must(normal_orgnr(instruction.payer_orgnr) is not None, "the payer's orgnr")
    _must(_plain_account(instruction.debit_account), "the debit account")
    _must(len(instruction.payer_name) <= NAME_LENGTH_MAX, "a payer name so long")
    _must(bool(_BIC.fullmatch(instruction.payer_bic or "AAAANO00")), "the payer's BIC")
    _must(len(orders) > 0, "a file without payouts")
    _must(len({order.payout_id for order in orders}) == len(orders), "a payout twice")
    for order in orders:
        _check_order(order)


def _check_order(order: PayoutOrder) -> None:
    _must(order.amount_ore > 0, f"an amount of {order.amount_ore} øre")
    _must(_plain_account(order.account), f"the account of payout {order.payout_id}")
    _must(len(order.creditor_name) <= NAME_LENGTH_MAX, "a creditor name so long")
    _must(order.kid is None or bool(_KID.fullmatch(order.kid)), f"the KID {order.kid!r}")
    _must(order.kid is not None or len(order.text) <= TEXT_LENGTH_MAX, "a text so long")


def _must(right: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    if not right:
        raise ValueError(f"the bank cannot take {what}")


def _plain_account(account: str) -> bool:
    return len(account) == LENGTH and valid_account(account)


def _group_header(header: Element, instruction: PayoutFile) -> None:
    put(header, "MsgId", instruction.message_id)
    put(header, "CreDtTm", f"{instruction.created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    _totals(header, instruction.orders)
    _payer(SubElement(header, "InitgPty"), instruction)


def _payment(payment: Element, instruction: PayoutFile) -> None:
    put(payment, "PmtInfId", instruction.message_id)
    put(payment, "PmtMtd", "TRF")
    # Each payout is a line of its own on the statement of the klientkonto.
    put(payment, "BtchBookg", "false")
    _totals(payment, instruction.orders)
    put(payment, "PmtTpInf/SvcLvl/Cd", "NURG")
    put(payment, "ReqdExctnDt/Dt", instruction.execution_on.isoformat())
    _payer(SubElement(payment, "Dbtr"), instruction)
    _account(SubElement(payment, "DbtrAcct"), instruction.debit_account)
    put(payment, "DbtrAcct/Ccy", "NOK")
    if instruction.payer_bic:
        put(payment, "DbtrAgt/FinInstnId/BICFI", instruction.payer_bic)
    else:
        put(payment, "DbtrAgt/FinInstnId/Othr/Id", "NOTPROVIDED")


def _transfer(transfer: Element, order: PayoutOrder) -> None:
    put(transfer, "PmtId/InstrId", order.payout_id.hex)
    put(transfer, "PmtId/EndToEndId", order.payout_id.hex)
    put(transfer, "Amt/InstdAmt", _kroner(order.amount_ore)).set("Ccy", "NOK")
    put(transfer, "Cdtr/Nm", order.creditor_name)
    put(transfer, "Cdtr/PstlAdr/Ctry", "NO")
    _account(SubElement(transfer, "CdtrAcct"), order.account)
    if order.kid is None:
        put(transfer, "RmtInf/Ustrd", order.text)
    else:
        put(transfer, "RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/Cd", "SCOR")
        put(transfer, "RmtInf/Strd/CdtrRefInf/Ref", order.kid)


def _totals(parent: Element, orders: Sequence[PayoutOrder]) -> None:
    put(parent, "NbOfTxs", str(len(orders)))
    put(parent, "CtrlSum", _kroner(Ore(sum(order.amount_ore for order in orders))))


def _payer(party: Element, instruction: PayoutFile) -> None:
    put(party, "Nm", instruction.payer_name)
    put(party, "Id/OrgId/Othr/Id", normal_orgnr(instruction.payer_orgnr) or "")
    put(party, "Id/OrgId/Othr/SchmeNm/Cd", "CUST")


def _account(parent: Element, account: str) -> None:
    put(parent, "Id/Othr/Id", account)
    put(parent, "Id/Othr/SchmeNm/Cd", "BBAN")


def _kroner(amount_ore: Ore) -> str:
    return f"{amount_ore // 100}.{amount_ore % 100:02}"
