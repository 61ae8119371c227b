"""The files of what people do: read as they were written, and nothing else."""

import pytest

from events.money import Ore
from gateways.demo import acts, messages
from gateways.demo.acts import Act, Course
from gateways.demo.messages import Message

HEADER = b"kreditor;fakturanr;adferd;etter;dager;hva\r\n"


def test_courses_are_read_as_they_were_written():
    courses = {
        ("Tannlege Prøvesen", "T1"): Course("pays", (Act("varsel", 3, "pay"),)),
        ("Tannlege Prøvesen", "T2"): Course("never", ()),
    }

    assert acts.read(acts.write(courses)) == courses


@pytest.mark.parametrize("row", [b"A;1;x;varsel;3;dance\r\n", b"A;1;x;lunch;3;pay\r\n"])
def test_what_nobody_can_do_is_an_error(row):
    with pytest.raises(ValueError, match="nobody can do"):
        acts.read(HEADER + row)


def test_another_header_is_an_error():
    with pytest.raises(ValueError, match="header"):
        acts.read(b"a;b\r\n")


def test_messages_are_read_as_they_were_written():
    told = [
        Message(case_number="00101-0000001", what="object", invoice="T1", text="Nei; aldri.\nÆ"),
        Message(case_number="00101-0000002", what="pay_direct", amount_ore=Ore(12_345)),
    ]

    assert messages.read(messages.write(told)) == told
