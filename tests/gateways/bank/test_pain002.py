from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateways.bank import pain002_writer
from gateways.bank.errors import BankFileError
from gateways.bank.pain002 import PayoutReport, read

NOW = datetime(2026, 1, 20, 12, tzinfo=UTC)
PAYOUT = UUID(int=7)
FILE = "payout-2026-01-19"
STATUSES = st.sampled_from(["confirmed", "rejected", "pending"])
WORDS = st.none() | st.text("ABC æøå09", min_size=1, max_size=20).map(str.strip).filter(bool)


def report(payout_id=PAYOUT, status="confirmed", code=None, text=None):
    return PayoutReport(
        payout_id=payout_id,
        status=status,
        reason_code=code,
        reason_text=text,
        file_message_id=FILE,
    )


def written(*reports):
    return pain002_writer.write(reports, message_id="bank-1", created_at=NOW)


def status(code):
    return f"<TxSts>{code}</TxSts>" if code else ""


def transaction(code, payout=PAYOUT.hex, more=""):
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{payout}</OrgnlEndToEndId>{status(code)}{more}"
        "</TxInfAndSts>"
    )


def document(group="", payment="", *, version="001.10", answers="pain.001.001.09"):
    block = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{FILE}</OrgnlPmtInfId>{payment}</OrgnlPmtInfAndSts>"
    )
    return (
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.{version}"><CstmrPmtStsRpt>'
        "<GrpHdr><MsgId>bank-1</MsgId><CreDtTm>2026-01-20T12:00:00</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{FILE}</OrgnlMsgId>"
        f"<OrgnlMsgNmId>{answers}</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>"
        f"{block if payment else ''}</CstmrPmtStsRpt></Document>"
    ).encode()


def why(code, text):
    return f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn><AddtlInf>{text}</AddtlInf></StsRsnInf>"


def refused(content, code):
    with pytest.raises(BankFileError) as error:
        read(content)
    assert error.value.code == code


@given(st.dictionaries(st.uuids(), st.tuples(STATUSES, WORDS, WORDS), min_size=1, max_size=4))
def test_what_was_written_is_what_is_read(payouts):
    reports = [report(payout_id, *told) for payout_id, told in payouts.items()]

    assert read(written(*reports)) == reports


@pytest.mark.parametrize("told", ["confirmed", "rejected", "pending"])
def test_one_word_on_the_whole_file_names_no_payout(told):
    whole = report(None, told, "FF01", "Feil format")

    assert read(written(whole)) == [whole]


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ACSC", "confirmed"),
        ("ACCC", "confirmed"),
        ("RJCT", "rejected"),
        ("ACTC", "pending"),
        ("ACCP", "pending"),
        ("ACSP", "pending"),
        ("ACWC", "pending"),
        ("PDNG", "pending"),
        ("RCVD", "pending"),
    ],
)
@pytest.mark.parametrize("version", ["001.03", "001.10"])
def test_only_settled_is_confirmed_and_only_rejected_is_rejected(version, code, told):
    assert read(document(payment=transaction(code), version=version)) == [report(status=told)]


@pytest.mark.parametrize("code", ["CANC", "PART", "acsc", "XXXX", ""])
def test_a_status_that_is_not_known_is_not_guessed(code):
    refused(document(payment=transaction(code)), "unknown_status")


def test_a_rejected_file_without_payouts_is_reported_as_a_whole():
    content = document(group=f"<GrpSts>RJCT</GrpSts>{why('FF01', 'Feil format')}")

    assert read(content) == [report(None, "rejected", "FF01", "Feil format")]


def test_a_rejected_payment_block_without_payouts_is_reported_as_a_whole():
    content = document(payment=f"<PmtInfSts>RJCT</PmtInfSts>{why('AM04', 'Ikke dekning')}")

    assert read(content) == [report(None, "rejected", "AM04", "Ikke dekning")]


def test_a_rejected_file_is_reported_as_a_whole_also_where_one_payout_is_named():
    content = document(group="<GrpSts>RJCT</GrpSts>", payment=transaction("RJCT"))

    assert read(content) == [report(status="rejected"), report(None, "rejected")]


def test_a_rejected_payment_block_is_reported_as_a_whole_also_where_one_payout_is_named():
    content = document(payment="<PmtInfSts>RJCT</PmtInfSts>" + transaction("RJCT"))

    assert read(content) == [report(status="rejected"), report(None, "rejected")]


def test_an_accepted_payment_block_in_a_rejected_file_is_a_contradiction():
    content = document(
        group="<GrpSts>RJCT</GrpSts>",
        payment="<PmtInfSts>ACCP</PmtInfSts>" + transaction("RJCT"),
    )

    refused(content, "contradiction")


def test_an_accepted_file_says_nothing_beyond_the_payouts_it_names():
    content = document(group="<GrpSts>PART</GrpSts>", payment=transaction("RJCT"))

    assert read(content) == [report(status="rejected")]


def test_a_partly_accepted_file_that_names_nobody_is_pending():
    assert read(document(group="<GrpSts>PART</GrpSts>")) == [report(None, "pending")]


def test_a_payout_without_a_status_has_that_of_its_block_and_its_reason():
    block = f"<PmtInfSts>RJCT</PmtInfSts>{why('AC01', 'Ukjent konto')}{transaction('')}"

    assert read(document(payment=block))[0] == report(PAYOUT, "rejected", "AC01", "Ukjent konto")


def test_a_payouts_own_reason_goes_before_that_of_its_block():
    own = transaction("RJCT", more=why("AC04", "Avsluttet konto"))
    block = f"<PmtInfSts>RJCT</PmtInfSts>{why('AC01', 'Ukjent konto')}{own}"

    assert read(document(payment=block))[0] == report(
        PAYOUT, "rejected", "AC04", "Avsluttet konto"
    )


def test_a_settled_payout_does_not_take_over_the_reason_of_its_block():
    block = f"<PmtInfSts>ACSP</PmtInfSts>{why('G000', 'Under arbeid')}{transaction('ACSC')}"

    assert read(document(payment=block)) == [report()]


def test_a_proprietary_reason_and_several_lines_of_text_are_kept():
    told = (
        "<StsRsnInf><Rsn><Prtry>NB42</Prtry></Rsn><AddtlInf>Første</AddtlInf>"
        "<AddtlInf>andre</AddtlInf></StsRsnInf>"
    )

    assert read(document(payment=transaction("RJCT", more=told))) == [
        report(PAYOUT, "rejected", "NB42", "Første andre")
    ]


def test_the_instruction_id_serves_where_the_end_to_end_id_is_lost():
    content = document(payment=transaction("ACSC", payout="NOTPROVIDED"))
    known = content.replace(
        b"<OrgnlEndToEndId>",
        f"<OrgnlInstrId>{PAYOUT.hex}</OrgnlInstrId><OrgnlEndToEndId>".encode(),
    )

    assert read(known) == [report()]
    refused(content, "unknown_payout")


@pytest.mark.parametrize(
    "payout", ["", "123", "{" + PAYOUT.hex[1:-1] + "}", "urn:uuid:" + PAYOUT.hex]
)
def test_an_id_that_is_not_a_payouts_is_refused(payout):
    refused(document(payment=transaction("ACSC", payout=payout)), "unknown_payout")


def test_a_settled_payout_in_a_rejected_file_is_a_contradiction():
    content = document(group="<GrpSts>RJCT</GrpSts>", payment=transaction("ACSC"))

    refused(content, "contradiction")


def test_two_statuses_of_one_payout_are_a_contradiction():
    refused(document(payment=transaction("ACSC") + transaction("RJCT")), "contradiction")


def test_a_report_without_any_status_is_refused():
    refused(document(), "unknown_status")


def test_a_report_on_another_kind_of_file_is_refused():
    refused(document(payment=transaction("ACSC"), answers="pain.008.001.02"), "wrong_message")
    refused(document(payment=transaction("ACSC"), version="001.04"), "wrong_message")
    refused(b"<Document/>", "wrong_message")


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>',
        '<!DOCTYPE d SYSTEM "http://127.0.0.1/d.dtd">',
        "<!DOCTYPE d>",
    ],
)
def test_a_file_that_brings_a_document_type_is_refused(doctype):
    refused(doctype.encode() + document(payment=transaction("ACSC")), "bad_xml")


@given(st.binary(max_size=200))
def test_bytes_that_are_no_report_are_refused(content):
    with pytest.raises(BankFileError):
        read(content)


@pytest.mark.parametrize(
    "content",
    [b"", b"<a>", b"\xff\xfe", b"<?xml version='1.0' encoding='no-such'?><a/>", b"<a>&x;</a>"],
)
def test_what_is_not_xml_is_refused(content):
    refused(content, "bad_xml")


def test_an_empty_file_is_told_in_a_sentence():
    with pytest.raises(BankFileError, match=r"^line 1: bad xml: found nothing, expected XML$"):
        read(b"")


def test_a_cut_file_is_refused_wherever_it_was_cut():
    content = written(report())

    for length in range(0, len(content) - 2, 7):
        refused(content[:length], "bad_xml")


def test_a_report_is_written_on_one_file_and_on_payouts_or_the_whole():
    other_file = replace(report(UUID(int=8)), file_message_id="other")

    for reports in ((), (report(), other_file), (report(), report(None)), (report(None),) * 2):
        with pytest.raises(ValueError, match="on one file"):
            written(*reports)


def test_a_report_is_not_written_without_a_time_zone():
    with pytest.raises(ValueError, match="time zone"):
        pain002_writer.write([report()], message_id="b", created_at=NOW.replace(tzinfo=None))
