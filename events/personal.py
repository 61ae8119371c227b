"""Personal data inside an event: clear in memory, sealed under its key in the log."""

from uuid import UUID

from events.base import Value


class Clear(Value):
    """Text about a person that has not been sealed yet; it may never reach the log."""

    person_id: UUID
    text: str


class Sealed(Value):
    """Text about a person as the log holds it: AES-256-GCM under the person's key.

    `nonce` and `box` are base64. Without the key nothing can be read from it.
    """

    key_id: UUID
    nonce: str
    box: str


Personal = Sealed | Clear
