"""pain.002: the bank's word on what became of the payouts it was asked for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from uuid import UUID
from xml.etree.ElementTree import Element

from gateways.bank import xml_tree
from gateways.bank.errors import BankFileError

NAMESPACES = (
    "urn:iso:std:iso:20022:tech:xsd:pain.002.001.03",
    "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10",
)
PARTLY = "PART"

Status = Literal["confirmed", "rejected", "pending"]

_STATUS: dict[str, Status] = {
    "ACSC": "confirmed",
    "ACCC": "confirmed",
    "RJCT": "rejected",
    "RCVD": "pending",
    "ACTC": "pending",
    "ACCP": "pending",
    "ACWC": "pending",
    "ACSP": "pending",
    "PDNG": "pending",
}
_PAYOUT_ID = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutReport:
    """What the bank says of one payout, or of a whole payout file (`payout_id` is None).

    `file_message_id` is the message id of the payout file that was sent. A rejected file is
    told of as a whole also where some of its payouts are named: all of them are rejected.
    """

    payout_id: UUID | None
    status: Status
    reason_code: str | None
    reason_text: str | None
    file_message_id: str


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A status as it was given, and why; what has none of its own has that from above."""

    code: str | None = None
    reason_code: str | None = None
    reason_text: str | None = None

    def or_else(self, above: "_Verdict") -> "_Verdict":
        code = self.code or above.code
        if code != above.code or self.reason_code or self.reason_text:
            return _Verdict(code, self.reason_code, self.reason_text)
        return above


def read(content: bytes) -> list[PayoutReport]:
    """What the bank reports, in the order of the file; what holds for all comes last.

    Raises BankFileError when it is no pain.002 on a payout file of ours, when a status is
    unknown or when the statuses contradict each other.
    """
    message = _message(content)
    group = _one(message, "OrgnlGrpInfAndSts")
    file_message_id = _text_of(group, "OrgnlMsgId")
    if not _text_of(group, "OrgnlMsgNmId").startswith("pain.001"):
        raise _wrong("wrong_message", _text_of(group, "OrgnlMsgNmId"), "an answer to pain.001")
    on_group = _verdict(group, "GrpSts")
    reports = [*_reports(message, on_group, file_message_id)]
    if on_group.code and (on_group.code == "RJCT" or not reports):
        reports.append(_report(None, on_group, file_message_id))
    if not reports:
        raise _wrong("unknown_status", "none", "a status")
    told = {(report.payout_id, report.status) for report in reports}
    if len(told) > len({payout_id for payout_id, _ in told}):
        raise _wrong("contradiction", "two statuses of one payout", "one status")
    return reports


def _reports(message: Element, on_group: _Verdict, file: str) -> Iterator[PayoutReport]:
    for payment in message.findall("{*}OrgnlPmtInfAndSts"):
        on_payment = _verdict(payment, "PmtInfSts")
        _no_contradiction(on_group, on_payment)
        verdict = on_payment.or_else(on_group)
        transactions = payment.findall("{*}TxInfAndSts")
        for transaction in transactions:
            yield _on_payout(transaction, verdict, file)
        # Our files hold one payment block, so what holds for it holds for the file.
        if on_payment.code and (on_payment.code == "RJCT" or not transactions):
            yield _report(None, verdict, file)


def _on_payout(transaction: Element, above: _Verdict, file: str) -> PayoutReport:
    own = _verdict(transaction, "TxSts")
    _no_contradiction(above, own)
    verdict = own.or_else(above)
    if verdict.code == PARTLY:
        raise _wrong("unknown_status", PARTLY, "the status of one payout")
    return _report(_payout_id(transaction), verdict, file)


def _report(payout_id: UUID | None, verdict: _Verdict, file_message_id: str) -> PayoutReport:
    status = "pending" if verdict.code == PARTLY else _STATUS.get(verdict.code or "")
    if status is None:
        raise _wrong("unknown_status", verdict.code or "none", "one of " + ", ".join(_STATUS))
    return PayoutReport(
        payout_id=payout_id,
        status=status,
        reason_code=verdict.reason_code,
        reason_text=verdict.reason_text,
        file_message_id=file_message_id,
    )


def _no_contradiction(above: _Verdict, below: _Verdict) -> None:
    if above.code == "RJCT" and below.code not in {None, "RJCT"}:
        raise _wrong("contradiction", f"{below.code} below RJCT", "RJCT")


def _verdict(element: Element, tag: str) -> _Verdict:
    codes = [*element.iterfind("{*}StsRsnInf/{*}Rsn/{*}Cd")]
    codes += element.iterfind("{*}StsRsnInf/{*}Rsn/{*}Prtry")
    texts = [_stripped(text) for text in element.iterfind("{*}StsRsnInf/{*}AddtlInf")]
    return _Verdict(
        code=_stripped(element.find("{*}" + tag)) or None,
        reason_code=_stripped(codes[0]) if codes else None,
        reason_text=" ".join(texts) or None,
    )


def _payout_id(transaction: Element) -> UUID:
    for tag in ("OrgnlEndToEndId", "OrgnlInstrId"):
        found = _stripped(transaction.find("{*}" + tag))
        if _PAYOUT_ID.fullmatch(found):
            return UUID(found)
    raise _wrong("unknown_payout", "an id that is not ours", "the 32 digits of a payout id")


def _message(content: bytes) -> Element:
    root = xml_tree.from_bytes(content)
    if root.tag not in {f"{{{namespace}}}Document" for namespace in NAMESPACES}:
        raise _wrong("wrong_message", root.tag, "a Document of pain.002.001.03 or .10")
    return _one(root, "CstmrPmtStsRpt")


def _one(parent: Element, tag: str) -> Element:
    found = parent.findall("{*}" + tag)
    if len(found) != 1:
        raise _wrong("wrong_message", f"{len(found)} {tag}", "one")
    return found[0]


def _text_of(parent: Element, tag: str) -> str:
    found = _stripped(_one(parent, tag))
    if not found:
        raise _wrong("wrong_message", f"an empty {tag}", "a text")
    return found


def _stripped(element: Element | None) -> str:
    return "" if element is None else (element.text or "").strip()


def _wrong(code: str, found: str, expected: str) -> BankFileError:
    return BankFileError(code, line_no=None, found=found, expected=expected)
