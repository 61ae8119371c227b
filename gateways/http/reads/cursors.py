"""Places in a list as strings that only we can make: sealed, and good for one question alone."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from datetime import date
from typing import Final
from uuid import UUID

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.vault import Vault
from gateways.http.problem import ProblemError
from projections.views.listing import Place, Value

NONCE_BYTES: Final = 12
CURSOR_LENGTH_MOST: Final = 2000


class Cursors:
    """Seals a place under a key of the agency, bound to the question it belongs to.

    A place may hold a debtor's name, and cursors stand in addresses, so they are not only
    signed. Any node opens what another sealed.
    """

    def __init__(self, vault: Vault) -> None:
        self._key = bytes.fromhex(vault.hmac("cursor", b""))

    def seal(self, place: Place, question: bytes) -> str:
        """The place as a string; the same place in the same question is the same string."""
        told = orjson.dumps([_told(place.value), _told(place.key)])
        nonce = hmac.digest(self._key, question + b"\0" + told, "sha256")[:NONCE_BYTES]
        box = AESGCM(self._key).encrypt(nonce, told, question)
        return urlsafe_b64encode(nonce + box).decode().rstrip("=")

    def open(self, cursor: str, question: bytes) -> Place:
        """The place again.

        Raises ProblemError when it was not sealed here for this very question.
        """
        try:
            raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
            told = AESGCM(self._key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], question)
        except (Error, InvalidTag, UnicodeEncodeError, ValueError):
            raise ProblemError(400, "cursor_invalid") from None
        value, key = orjson.loads(told)
        return Place(_value(value), _value(key))


def _told(value: Value) -> list[str | int]:
    match value:
        case UUID():
            return ["id", str(value)]
        case date():
            return ["day", value.isoformat()]
        case _:
            return ["plain", value]


def _value(told: list[str | int]) -> Value:
    kind, value = told
    match kind:
        case "id":
            return UUID(str(value))
        case "day":
            return date.fromisoformat(str(value))
        case _:
            return value
