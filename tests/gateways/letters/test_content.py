"""What a letter says, and its fingerprint."""

import json
from dataclasses import fields, replace
from datetime import date

import pytest

from gateways.letters.content import DemandLetter, canonical_json, content_hmac

KEY = b"0123456789abcdef"


def test_the_same_content_has_the_same_fingerprint(inkassovarsel):
    twin = replace(inkassovarsel, debtor=replace(inkassovarsel.debtor))
    assert content_hmac(inkassovarsel, KEY) == content_hmac(twin, KEY)


def test_another_key_gives_another_fingerprint(inkassovarsel):
    assert content_hmac(inkassovarsel, KEY) != content_hmac(inkassovarsel, KEY[::-1])


@pytest.mark.parametrize("field", [field.name for field in fields(DemandLetter)])
def test_every_field_is_in_the_content(inkassovarsel, field):
    assert field in json.loads(canonical_json(inkassovarsel))["content"]


def test_a_changed_day_an_oere_or_a_letter_of_the_name_changes_the_fingerprint(inkassovarsel):
    changed = [
        replace(inkassovarsel, pay_by=date(2026, 8, 18)),
        replace(inkassovarsel, owed=replace(inkassovarsel.owed, total_ore=506150)),
        replace(inkassovarsel, debtor=replace(inkassovarsel.debtor, name="Kari Nordman")),
    ]
    prints = {content_hmac(letter, KEY) for letter in (inkassovarsel, *changed)}
    assert len(prints) == 4


def test_content_is_spelled_in_one_way_only(settlement):
    content = canonical_json(settlement)
    told = json.loads(content)
    again = json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    assert content == again.encode()
    assert told["letter"] == "SettlementLetter"


def test_a_short_key_is_no_key(withdrawal):
    with pytest.raises(ValueError, match="16 bytes"):
        content_hmac(withdrawal, b"short")
