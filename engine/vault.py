"""Personal data is sealed under its person's key before a byte of it may reach the log."""

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel

from engine.ports import Keys
from events.base import Event, canonical
from events.personal import Clear, Sealed

NONCE_BYTES: Final = 12
# How the fields of a Clear stand in bytes; inside a text their quotes would be escaped.
CLEAR_SIGNS: Final = tuple(f'"{name}":'.encode() for name in Clear.model_fields)


class ClearTextError(Exception):
    """Personal data stands below the top of an event, where nothing would seal it."""


class Vault:
    """Seals and opens personal text; a destroyed key leaves nothing to open it with.

    The nonce is not random. It is a keyed hash of the text and of its place, so that the
    same text in the same place gives the same bytes (a commit can be made again), and no
    two texts ever meet under one nonce: a different text or place is a different nonce.
    """

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def prepare(self, events: Sequence[Event]) -> None:
        """Have a durable key for every person the events speak of.

        Raises KeyDestroyedError when one of them has been erased.
        """
        persons = {clear.person_id for event in events for _, clear in _clear_fields(event)}
        if persons:
            self._keys.make(sorted(persons))

    def seal(self, event: Event, stream: str, event_id: UUID) -> tuple[Event, bytes]:
        """The event with its personal fields sealed for this one place, and its bytes.

        Raises ClearTextError when personal data stands deeper than the event's fields;
        KeyDestroyedError when the person has been erased.
        """
        sealed = {
            name: self._seal(clear, stream, event_id, name) for name, clear in _clear_fields(event)
        }
        result = event.model_copy(update=sealed) if sealed else event
        data = canonical(result)
        # The bytes are what is kept: where they have no sign of it, no clear text is.
        if all(sign in data for sign in CLEAR_SIGNS) and _holds_clear(result):
            raise ClearTextError(f"{event.TYPE} holds personal data below its own fields")
        return result, data

    def open(self, sealed: Sealed, stream: str, event_id: UUID, field: str) -> str | None:
        """The text again, or None when the person has been erased.

        Raises ValueError when the box was not sealed for this very place.
        """
        key = self._keys.key(sealed.key_id)
        if key is None:
            return None
        place = _place(stream, event_id, field, sealed.key_id)
        try:
            text = AESGCM(key).decrypt(b64decode(sealed.nonce), b64decode(sealed.box), place)
        except InvalidTag as error:
            raise ValueError(f"{field} of event {event_id} was not sealed here") from error
        return text.decode()

    def knows(self, person_id: UUID) -> bool:
        """Whether the person has a key: who was never sealed for, or is forgotten, has none."""
        return self._keys.key(person_id) is not None

    def forget(self, person_id: UUID) -> None:
        """Destroy the person's key: all that was sealed under it can never be read again."""
        self._keys.destroy(person_id)

    def hmac(self, purpose: str, data: bytes) -> str:
        """A keyed hash (hex) under the agency's key; other purposes give other hashes.

        It serves to match in clear what may not stand in clear, never a bare hash.
        """
        named = _framed([purpose.encode(), data])
        return hmac.digest(self._keys.agency_key(), named, "sha256").hex()

    def _seal(self, clear: Clear, stream: str, event_id: UUID, field: str) -> Sealed:
        person_id = clear.person_id
        key = self._keys.key(person_id) or self._keys.make([person_id])[person_id]
        place = _place(stream, event_id, field, clear.person_id)
        text = clear.text.encode()
        nonce = hmac.digest(key, _framed([place, text]), "sha256")[:NONCE_BYTES]
        box = AESGCM(key).encrypt(nonce, text, place)
        return Sealed(
            key_id=clear.person_id,
            nonce=b64encode(nonce).decode(),
            box=b64encode(box).decode(),
        )


def _clear_fields(event: Event) -> Iterable[tuple[str, Clear]]:
    fields = vars(event)
    return [(name, value) for name, value in fields.items() if isinstance(value, Clear)]


def _holds_clear(value: object) -> bool:
    if isinstance(value, Clear):
        return True
    if isinstance(value, BaseModel):
        return any(_holds_clear(part) for _, part in value)
    if isinstance(value, dict):
        return any(_holds_clear(part) for part in value.values())
    if isinstance(value, (list, tuple, set, frozenset)):
        return any(_holds_clear(part) for part in value)
    return False


def _place(stream: str, event_id: UUID, field: str, key_id: UUID) -> bytes:
    return _framed([stream.encode(), event_id.bytes, field.encode(), key_id.bytes])


def _framed(parts: Iterable[bytes]) -> bytes:
    """The parts in one, each after its length, so that no two lists look alike."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
