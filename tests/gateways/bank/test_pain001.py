from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from uuid import UUID

import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from events.money import Ore
from gateways.bank.pain001 import NAMESPACE, PayoutFile, PayoutOrder, write

ORDER = PayoutOrder(
    payout_id=UUID(int=1),
    amount_ore=Ore(123_405),
    account="86011117947",
    creditor_name="Bjørnøya Rør & Varme AS",
    kid="0004200012344",
    text="",
)
FILE = PayoutFile(
    message_id="payout-2026-01-19",
    created_at=datetime(2026, 1, 19, 7, 30, tzinfo=UTC),
    payer_name="Nordlys Inkasso AS",
    payer_orgnr="988077917",
    debit_account="12345678903",
    execution_on=date(2026, 1, 20),
    orders=(ORDER,),
)


def written(**changed):
    return ElementTree.fromstring(write(replace(FILE, **changed)))


def texts(root, path):
    return [
        element.text for element in root.iterfind("/".join(f"{{*}}{s}" for s in path.split("/")))
    ]


INFO = "CstmrCdtTrfInitn/PmtInf"
TRANSFER = INFO + "/CdtTrfTxInf"


def test_the_document_is_in_the_namespace_of_its_version():
    assert {element.tag.split("}")[0] for element in written().iter()} == {"{" + NAMESPACE}


def test_the_bank_gets_the_payout_id_as_the_end_to_end_id():
    assert texts(written(), TRANSFER + "/PmtId/EndToEndId") == [ORDER.payout_id.hex]


def test_an_amount_is_kroner_with_two_decimals():
    for amount_ore, kroner in ((1, "0.01"), (100, "1.00"), (123_405, "1234.05")):
        root = written(orders=(replace(ORDER, amount_ore=Ore(amount_ore)),))
        assert texts(root, TRANSFER + "/Amt/InstdAmt") == [kroner]
        assert 'Ccy="NOK"' in ElementTree.tostring(root, encoding="unicode")


def test_both_accounts_are_told_as_bban():
    root = written()

    for place, account in (("DbtrAcct", "12345678903"), ("CdtTrfTxInf/CdtrAcct", "86011117947")):
        assert texts(root, f"{INFO}/{place}/Id/Othr/Id") == [account]
        assert texts(root, f"{INFO}/{place}/Id/Othr/SchmeNm/Cd") == ["BBAN"]


def test_a_payout_with_a_kid_says_the_kid_and_no_text():
    root = written(orders=(replace(ORDER, text="Oppgjør"),))

    assert texts(root, TRANSFER + "/RmtInf/Strd/CdtrRefInf/Ref") == ["0004200012344"]
    assert texts(root, TRANSFER + "/RmtInf/Strd/CdtrRefInf/Tp/CdOrPrtry/Cd") == ["SCOR"]
    assert texts(root, TRANSFER + "/RmtInf/Ustrd") == []


def test_a_payout_without_a_kid_says_the_text():
    root = written(orders=(replace(ORDER, kid=None, text="Oppgjør uke 3"),))

    assert texts(root, TRANSFER + "/RmtInf/Ustrd") == ["Oppgjør uke 3"]
    assert texts(root, TRANSFER + "/RmtInf/Strd") == []


@given(st.lists(st.integers(1, 10**12), min_size=1, max_size=5))
def test_counts_and_sums_are_those_of_the_payouts(amounts):
    orders = tuple(
        replace(ORDER, payout_id=UUID(int=number), amount_ore=Ore(amount))
        for number, amount in enumerate(amounts)
    )
    root = written(orders=orders)

    for place in ("CstmrCdtTrfInitn/GrpHdr", INFO):
        assert texts(root, place + "/NbOfTxs") == [str(len(amounts))]
        assert [Decimal(text) * 100 for text in texts(root, place + "/CtrlSum")] == [sum(amounts)]


def test_the_same_instruction_makes_the_same_bytes_in_any_time_zone():
    oslo = FILE.created_at.astimezone(timezone(timedelta(hours=1)))

    assert write(FILE) == write(replace(FILE)) == write(replace(FILE, created_at=oslo))
    assert b"<CreDtTm>2026-01-19T07:30:00Z</CreDtTm>" in write(FILE)


def test_names_keep_their_letters_and_marks():
    assert texts(written(), TRANSFER + "/Cdtr/Nm") == [ORDER.creditor_name]
    assert "Bjørnøya Rør &amp; Varme AS".encode() in write(FILE)


def test_the_payers_bank_is_named_when_it_is_known():
    assert texts(written(), INFO + "/DbtrAgt/FinInstnId/Othr/Id") == ["NOTPROVIDED"]
    known = written(payer_bic="DNBANOKK")
    assert texts(known, INFO + "/DbtrAgt/FinInstnId/BICFI") == ["DNBANOKK"]


@pytest.mark.parametrize(
    "changed",
    [
        {"orders": ()},
        {"orders": (ORDER, ORDER)},
        {"message_id": ""},
        {"message_id": "x" * 36},
        {"message_id": "æ"},
        {"created_at": datetime(2026, 1, 19, 7, 30)},  # noqa: DTZ001 - the point of the test
        {"payer_orgnr": "988077918"},
        {"payer_name": ""},
        {"payer_bic": "dnb"},
        {"debit_account": "12345678904"},
        {"debit_account": "1234.56.78903"},
    ],
)
def test_an_instruction_the_bank_could_not_take_is_not_written(changed):
    with pytest.raises(ValueError, match="cannot"):
        written(**changed)


@pytest.mark.parametrize(
    "changed",
    [
        {"amount_ore": Ore(0)},
        {"amount_ore": Ore(-1)},
        {"account": "86011117949"},
        {"account": ""},
        {"creditor_name": " "},
        {"creditor_name": "x" * 141},
        {"creditor_name": "two\nlines"},
        {"kid": ""},
        {"kid": "1"},
        {"kid": "12-4"},
        {"kid": None, "text": ""},
        {"kid": None, "text": "x" * 141},
        {"kid": None, "text": "a\x00b"},
    ],
)
def test_one_payout_the_bank_could_not_take_stops_the_whole_file(changed):
    other = replace(ORDER, payout_id=UUID(int=2))

    with pytest.raises(ValueError, match="cannot"):
        written(orders=(other, replace(ORDER, **changed)))
