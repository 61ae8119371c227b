import hashlib
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from events.money import Ore
from gateways.bank import ocr_giro
from gateways.bank.errors import BankFileError
from gateways.bank.ocr_giro_writer import Payment, write

ACCOUNT = "12345678903"
DAY = date(2026, 1, 20)
TEXTS = st.none() | st.text("abc ÆØÅæøå-.09", max_size=40).filter(
    lambda text: text == text.strip()
)


@st.composite
def payments(draw):
    text = draw(TEXTS)
    kid = str(draw(st.integers(1, 10**24 - 1))) + draw(st.sampled_from("0123456789-"))
    settled_on = DAY + timedelta(days=draw(st.integers(0, 400)))
    return Payment(
        amount_ore=Ore(draw(st.integers(-(10**15), 10**15))),
        kid="" if text is not None and draw(st.booleans()) else kid,
        settled_on=settled_on,
        ordered_on=settled_on - timedelta(days=draw(st.integers(0, 5))),
        debit_account=f"{draw(st.integers(0, 10**11 - 1)):011}",
        archive_reference=f"{draw(st.integers(0, 10**9 - 1)):09}",
        text=text,
    )


FILES = st.lists(payments(), min_size=1, max_size=4)


def payment(amount_ore=12_500, **known):
    dated = {"kid": "0004200012344", "settled_on": DAY, "ordered_on": DAY - timedelta(days=1)}
    return Payment(amount_ore=Ore(amount_ore), **(dated | known))


def written(*paid, account=ACCOUNT):
    return write(paid, account=account, transmission_no=7, written_on=DAY)


def read(content):
    return ocr_giro.read(content, accounts={ACCOUNT})


def told(transaction):
    fields = Payment.__dataclass_fields__
    return Payment(**{name: getattr(transaction, name) for name in fields})


def put(content, line_no, first, text):
    lines = content.split(b"\n")
    line = lines[line_no - 1]
    new = text.encode("latin-1")
    lines[line_no - 1] = line[: first - 1] + new + line[first - 1 + len(new) :]
    return b"\n".join(lines)


def refused(content, code, line_no):
    with pytest.raises(BankFileError) as error:
        read(content)
    assert (error.value.code, error.value.line_no) == (code, line_no)
    return str(error.value)


@given(FILES)
def test_what_was_written_is_what_is_read(paid):
    found = read(written(*paid))

    assert [told(one) for one in found.transactions] == sorted(paid, key=lambda p: p.settled_on)


def test_a_file_tells_who_sent_it_and_what_bytes_it_was():
    content = written(payment())
    found = read(content)

    assert found.transmission_no == "0000007"
    assert found.file_sha256 == hashlib.sha256(content).hexdigest()
    assert [group.account for group in found.assignments] == [ACCOUNT]


def test_a_transaction_knows_the_line_it_begins_on():
    found = read(written(payment(text="Takk"), payment()))

    assert [one.line_no for one in found.transactions] == [3, 6]


def test_a_reversal_is_negative_and_is_not_deducted_from_the_sums():
    content = written(payment(500), payment(-200))

    assert [one.amount_ore for one in read(content).transactions] == [500, -200]
    assert content.split(b"\n")[-2][24:41] == b"00000000000000700"


def test_a_reversal_is_negative_also_where_the_agreement_has_no_signs():
    found = read(put(written(payment(-200)), 3, 32, "0"))

    assert [one.amount_ore for one in found.transactions] == [-200]


def test_a_blank_sign_is_as_good_as_a_zero():
    assert read(put(written(payment(200)), 3, 32, " ")).transactions[0].amount_ore == 200


@pytest.mark.parametrize("sign", ["-", "+", "1"])
def test_a_payment_that_is_no_reversal_has_no_sign(sign):
    refused(put(written(payment(200)), 3, 32, sign), "bad_sign", 3)


def test_an_order_date_left_out_is_the_day_of_settlement_and_says_so():
    given_one = read(written(payment())).transactions[0]
    left_out = read(put(written(payment()), 4, 42, "000000")).transactions[0]

    assert (given_one.ordered_on, given_one.ordered_on_given) == (date(2026, 1, 19), True)
    assert (left_out.ordered_on, left_out.ordered_on_given) == (DAY, False)


def test_a_mod11_kid_may_end_in_a_hyphen():
    assert read(written(payment(kid="6-"))).transactions[0].kid == "6-"


@pytest.mark.parametrize("kid", ["", "-", "12 34", "1-2", "12A4", "\u00b2\u00b3"])
def test_a_kid_that_is_not_digits_is_refused(kid):
    refused(put(written(payment()), 3, 50, kid.rjust(25)), "bad_kid", 3)


@given(FILES)
def test_references_differ_within_a_file_and_stay_in_the_next_transmission(paid):
    again = write(paid, account=ACCOUNT, transmission_no=8, written_on=DAY + timedelta(days=1))
    references = [one.reference for one in read(written(*paid)).transactions]

    assert len(set(references)) == len(paid)
    assert references == [one.reference for one in read(again).transactions]


def test_first_payments_of_two_files_of_one_day_are_not_the_same_payment():
    morning = read(written(payment(100))).transactions[0]
    evening = read(written(payment(200))).transactions[0]

    assert morning.reference != evening.reference


@given(FILES, st.data())
def test_a_wrong_digit_in_any_amount_is_refused(paid, data):
    content = written(*paid)
    lines = content.split(b"\n")
    starts = {b"30": 33, b"88": 25, b"89": 25}
    line_no = data.draw(
        st.sampled_from([n for n, line in enumerate(lines, 1) if line[6:8] in starts])
    )
    column = starts[lines[line_no - 1][6:8]] + data.draw(st.integers(0, 16))
    digit = data.draw(st.sampled_from("0123456789"))
    assume(digit != chr(lines[line_no - 1][column - 1]))

    with pytest.raises(BankFileError, match="sum mismatch"):
        read(put(content, line_no, column, digit))


@given(FILES, st.data())
def test_a_file_that_has_lost_a_line_is_refused(paid, data):
    lines = written(*paid).split(b"\n")[:-1]
    del lines[data.draw(st.integers(0, len(lines) - 1))]

    with pytest.raises(BankFileError):
        read(b"\n".join(lines) + b"\n")


@given(FILES, st.data())
def test_a_file_with_a_line_twice_is_refused(paid, data):
    lines = written(*paid).split(b"\n")[:-1]
    place = data.draw(st.integers(0, len(lines) - 1))

    with pytest.raises(BankFileError):
        read(b"\n".join([*lines[: place + 1], *lines[place:]]) + b"\n")


@given(FILES, st.data())
def test_a_file_cut_short_anywhere_is_refused(paid, data):
    content = written(*paid)
    length = data.draw(st.integers(0, len(content) - 2))

    with pytest.raises(BankFileError):
        read(content[:length])


@given(st.binary(max_size=400))
def test_bytes_that_are_no_file_are_refused(content):
    with pytest.raises(BankFileError):
        read(content)


def test_only_the_last_newline_may_be_missing():
    content = written(payment())

    assert read(content[:-1]).transactions == read(content).transactions


def test_windows_line_ends_are_read_as_well():
    content = written(payment())

    assert read(content.replace(b"\n", b"\r\n")).transactions == read(content).transactions


def test_a_trailing_blank_may_be_lost_or_added_but_nothing_else():
    lines = written(payment()).split(b"\n")
    blank = [*lines[:2], lines[2][:74] + b" " * 6, *lines[3:]]
    short = [*lines[:2], lines[2][:74] + b" " * 5, *lines[3:]]
    long = [*lines[:2], lines[2] + b"  ", *lines[3:]]
    known = read(b"\n".join(lines)).transactions[0].amount_ore

    for form in (blank, short, long):
        assert read(b"\n".join(form)).transactions[0].amount_ore == known
    refused(b"\n".join([*lines[:2], lines[2][:79], *lines[3:]]), "truncated", 3)
    refused(b"\n".join([*lines[:2], lines[2] + b"0", *lines[3:]]), "bad_record", 3)


def test_text_in_the_old_code_page_is_read_as_its_letters():
    content = written(payment(text="xyz")).replace(b"xyz", "ÆøÅ".encode("cp865"))

    assert read(content).transactions[0].text == "ÆøÅ"


def test_a_payment_to_an_account_that_is_not_ours_refuses_the_file():
    refused(written(payment(), account="99999999999"), "wrong_account", 2)
    assert ocr_giro.read(written(payment(), account="99999999999"), accounts=None)


def test_the_refusal_names_the_line_and_both_sums():
    message = refused(put(written(payment(500)), 5, 25, f"{501:017}"), "sum_mismatch", 5)

    assert message == "line 5: sum mismatch: found 501, expected 500"


@pytest.mark.parametrize(
    ("line_no", "column", "text", "code"),
    [
        (1, 1, "XY", "bad_record"),
        (2, 3, "21", "bad_record"),
        (2, 25, "1234567890x", "bad_number"),
        (3, 5, "22", "bad_record"),
        (3, 16, "310226", "bad_date"),
        (3, 16, "000000", "bad_date"),
        (3, 33, " ", "bad_amount"),
        (3, 33, "\u00b2", "bad_amount"),
        (4, 5, "11", "bad_transaction_no"),
        (4, 9, "0000009", "bad_transaction_no"),
        (4, 42, "320126", "bad_date"),
        (5, 7, "33", "bad_record"),
        (6, 9, "00000002", "count_mismatch"),
        (6, 17, "00000006", "count_mismatch"),
        (6, 42, "310226", "bad_date"),
        (6, 48, "190126", "date_mismatch"),
        (6, 54, "210126", "date_mismatch"),
        (7, 9, "00000002", "count_mismatch"),
        (7, 17, "00000006", "count_mismatch"),
        (7, 42, "999999", "bad_date"),
    ],
)
def test_one_wrong_field_refuses_the_whole_file_and_names_its_line(line_no, column, text, code):
    content = written(payment(text="Takk"))

    refused(put(content, line_no, column, text), code, line_no)


def test_transaction_numbers_must_rise():
    content = put(put(written(payment(), payment(1)), 5, 9, "0000001"), 6, 9, "0000001")

    refused(content, "bad_transaction_no", 5)


def test_a_text_record_belongs_to_terminal_payments_only():
    with_text = written(payment(text="Takk"))

    for line_no in (3, 4, 5):
        with_text = put(with_text, line_no, 5, "10")
    refused(with_text, "bad_order", 5)


def test_nothing_may_follow_the_end_of_the_transmission():
    content = written(payment())

    refused(content + content, "bad_order", 7)


def test_an_empty_file_is_refused_but_a_day_without_payments_is_not():
    refused(b"", "truncated", 1)
    assert read(written()).transactions == ()


def test_a_transmission_may_hold_several_assignments_and_sums_them_all():
    first, second = (written(payment(amount)).split(b"\n")[:-1] for amount in (100, 23))
    end = b"NY000089" + b"00000002" + b"00000010" + b"00000000000000123" + first[-1][41:]
    content = b"\n".join([*first[:-1], *second[1:-1], end])

    assert [one.amount_ore for one in read(content).transactions] == [100, 23]
    refused(put(content, 10, 25, f"{100:017}"), "sum_mismatch", 10)
