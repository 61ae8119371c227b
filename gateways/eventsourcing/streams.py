"""The streams of an application's log: each is one originator's, a UUID's or a text's."""

from typing import Final
from uuid import UUID

UUID_PREFIX: Final = "uuid-"
TEXT_PREFIX: Final = "text-"


def stream_of(originator_id: UUID | str) -> str:
    """The stream of an originator. A UUID and the text that spells it have two streams."""
    if isinstance(originator_id, UUID):
        return f"{UUID_PREFIX}{originator_id}"
    return f"{TEXT_PREFIX}{originator_id}"


def originator_of(stream: str) -> UUID | str:
    """The originator whose stream it is, of the type it was recorded with."""
    if stream.startswith(UUID_PREFIX):
        return UUID(stream.removeprefix(UUID_PREFIX))
    return stream.removeprefix(TEXT_PREFIX)
