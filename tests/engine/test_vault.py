"""The vault: personal text is readable with its key, in its place, and never otherwise."""

from typing import ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ports import KeyDestroyedError
from engine.vault import ClearTextError, Vault
from events.base import Event, Value, canonical
from events.personal import Clear, Sealed
from gateways.memory.keys import MemoryKeys

KARI, OLA, EVENT_ID = UUID(int=1), UUID(int=2), UUID(int=3)


class Noted(Event):
    TYPE: ClassVar[str] = "test.noted"

    name: Sealed | Clear
    note: Sealed | Clear | None = None
    amount: int = 0


class Address(Value):
    street: Sealed | Clear


class Moved(Event):
    TYPE: ClassVar[str] = "test.moved"

    addresses: tuple[Address, ...]


def sealed(vault: Vault, text: str, person: UUID = KARI, event_id: UUID = EVENT_ID) -> Sealed:
    event, _ = vault.seal(Noted(name=Clear(person_id=person, text=text)), "s", event_id)
    assert isinstance(event, Noted)
    assert isinstance(event.name, Sealed)
    return event.name


@given(st.text())
def test_what_is_sealed_is_opened_again(text: str) -> None:
    vault = Vault(MemoryKeys())

    assert vault.open(sealed(vault, text), "s", EVENT_ID, "name") == text


def test_nothing_of_the_text_is_in_the_bytes() -> None:
    vault = Vault(MemoryKeys())
    event = Noted(name=Clear(person_id=KARI, text="Kari"), note=Clear(person_id=OLA, text="Ola"))
    _, data = vault.seal(event, "s", EVENT_ID)

    assert b"Kari" not in data
    assert b"Ola" not in data


def test_the_same_text_in_the_same_place_gives_the_same_bytes() -> None:
    vault = Vault(MemoryKeys())

    assert sealed(vault, "Kari") == sealed(vault, "Kari")


def test_another_text_or_place_or_person_gives_another_nonce() -> None:
    vault = Vault(MemoryKeys())
    boxes = [
        sealed(vault, "Kari"),
        sealed(vault, "Kari "),
        sealed(vault, "Kari", person=OLA),
        sealed(vault, "Kari", event_id=UUID(int=4)),
    ]

    assert len({box.nonce for box in boxes}) == len({box.box for box in boxes}) == 4


@pytest.mark.parametrize(
    ("stream", "event_id", "field"),
    [("t", EVENT_ID, "name"), ("s", UUID(int=4), "name"), ("s", EVENT_ID, "note")],
)
def test_a_box_moved_to_another_place_is_not_opened(
    stream: str, event_id: UUID, field: str
) -> None:
    vault = Vault(MemoryKeys())

    with pytest.raises(ValueError, match="was not sealed here"):
        vault.open(sealed(vault, "Kari"), stream, event_id, field)


def test_without_its_key_a_text_is_gone_and_no_new_key_is_made() -> None:
    keys = MemoryKeys()
    vault = Vault(keys)
    box = sealed(vault, "Kari")
    keys.destroy(KARI)

    assert vault.open(box, "s", EVENT_ID, "name") is None
    with pytest.raises(KeyDestroyedError):
        sealed(vault, "Kari")
    with pytest.raises(KeyDestroyedError):
        vault.prepare([Noted(name=Clear(person_id=KARI, text="Kari"))])


def test_personal_text_below_an_events_own_fields_is_never_written() -> None:
    event = Moved(addresses=(Address(street=Clear(person_id=KARI, text="Storgata 1")),))

    with pytest.raises(ClearTextError, match=r"test\.moved"):
        Vault(MemoryKeys()).seal(event, "s", EVENT_ID)


def test_an_event_without_personal_text_is_left_as_it_is() -> None:
    event = Moved(addresses=())

    kept, data = Vault(MemoryKeys()).seal(event, "s", EVENT_ID)

    assert kept is event
    assert data == canonical(event)


def test_a_keyed_hash_differs_by_purpose_and_by_agency() -> None:
    vault = Vault(MemoryKeys())

    assert vault.hmac("person", b"1") == vault.hmac("person", b"1")
    assert vault.hmac("person", b"1") != vault.hmac("letter", b"1")
    assert vault.hmac("a", b"b1") != vault.hmac("ab", b"1")
    assert vault.hmac("person", b"1") != Vault(MemoryKeys()).hmac("person", b"1")
