"""Signed notes and checkpoints, in the C2SP text forms that others' tools read too."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519: Final = b"\x01"
KEY_ID_BYTES: Final = 4
DASH: Final = "\u2014"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Who signs, and the Ed25519 key of 32 bytes that the signature is held against."""

    name: str
    key: bytes

    @property
    def key_id(self) -> bytes:
        """What a signature names its key by."""
        return sha256(f"{self.name}\n".encode() + ED25519 + self.key).digest()[:KEY_ID_BYTES]

    @property
    def text(self) -> str:
        """The key on one line, as it is published."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(ED25519 + self.key).decode()}"

    def opened(self, note: str) -> str | None:
        """The text of the note, or None when this key has not signed it."""
        text, _, signatures = note.partition("\n\n")
        for line in signatures.splitlines():
            words = line.split(" ")
            if words[:2] == [DASH, self.name] and self._signed(text + "\n", words[-1]):
                return text + "\n"
        return None

    def _signed(self, text: str, encoded: str) -> bool:
        try:
            signed = b64decode(encoded, validate=True)
            key = Ed25519PublicKey.from_public_bytes(self.key)
            key.verify(signed[KEY_ID_BYTES:], text.encode())
        except (ValueError, InvalidSignature):
            return False
        return signed[:KEY_ID_BYTES] == self.key_id


class Signer:
    """Signs notes with a key of 32 secret bytes; the same text gives the same note."""

    def __init__(self, name: str, seed: bytes) -> None:
        if not name or "+" in name or any(letter.isspace() for letter in name):
            raise ValueError(f"{name!r} cannot be the name of a key")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, self._private.public_key().public_bytes_raw())

    def sign(self, text: str) -> str:
        """The text as a signed note. It ends in a newline and has no empty line."""
        if not text.endswith("\n") or "\n\n" in text:
            raise ValueError("such a text cannot be signed as a note")
        signature = self.public.key_id + self._private.sign(text.encode())
        return f"{text}\n{DASH} {self.public.name} {b64encode(signature).decode()}\n"


def log_name(log_id: str) -> str:
    """The name of a log to others, and of the key that signs for it."""
    return f"kravspor/{log_id}"


def origin(log_id: str, shard: int) -> str:
    """The name of one shard's tree."""
    return f"{log_name(log_id)}/{shard}"


def checkpoint_text(log_id: str, shard: int, size: int, root: bytes) -> str:
    """What is signed of a shard: its name, how many lines it has, and their root."""
    return f"{origin(log_id, shard)}\n{size}\n{b64encode(root).decode()}\n"
