"""A bank that we are ourselves: pain.002.001.10 reports, for the demonstration and for tests."""

from collections.abc import Sequence
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from gateways.bank import xml_tree
from gateways.bank.pain002 import NAMESPACES, PayoutReport, Status
from gateways.bank.xml_tree import put

_CODE: dict[Status, str] = {"confirmed": "ACSC", "rejected": "RJCT", "pending": "ACSP"}


def write(reports: Sequence[PayoutReport], *, message_id: str, created_at: datetime) -> bytes:
    """The bank's report on one payout file: on each of its payouts, or one on the whole.

    Raises ValueError when the reports are of several files, or mix payouts with the whole, or
    `created_at` has no time zone.
    """
    if created_at.tzinfo is None:
        raise ValueError("a report has a created_at with a time zone")
    whole = [report for report in reports if report.payout_id is None]
    files = {report.file_message_id for report in reports}
    if len(files) != 1 or (whole and len(reports) > 1):
        raise ValueError("a report is on one file: on each of its payouts, or one on the whole")
    root = xml_tree.document(NAMESPACES[-1])
    message = SubElement(root, "CstmrPmtStsRpt")
    put(message, "GrpHdr/MsgId", message_id)
    put(message, "GrpHdr/CreDtTm", f"{created_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}")
    group = SubElement(message, "OrgnlGrpInfAndSts")
    put(group, "OrgnlMsgId", *files)
    put(group, "OrgnlMsgNmId", "pain.001.001.09")
    if whole:
        put(group, "GrpSts", _CODE[whole[0].status])
        _reason(group, whole[0])
    else:
        _payouts(SubElement(message, "OrgnlPmtInfAndSts"), reports)
    return xml_tree.to_bytes(root)


def _payouts(payment: Element, reports: Sequence[PayoutReport]) -> None:
    put(payment, "OrgnlPmtInfId", reports[0].file_message_id)
    for report in reports:
        transaction = SubElement(payment, "TxInfAndSts")
        payout = report.payout_id.hex if report.payout_id else ""
        put(transaction, "OrgnlInstrId", payout)
        put(transaction, "OrgnlEndToEndId", payout)
        put(transaction, "TxSts", _CODE[report.status])
        _reason(transaction, report)


def _reason(element: Element, report: PayoutReport) -> None:
    if report.reason_code is None and report.reason_text is None:
        return
    reason = SubElement(element, "StsRsnInf")
    if report.reason_code is not None:
        put(reason, "Rsn/Cd", report.reason_code)
    if report.reason_text is not None:
        put(reason, "AddtlInf", report.reason_text)
