"""What every event is: a frozen record with a type written by hand and a numbered shape."""

from typing import ClassVar

import orjson
from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A value inside an event: frozen, strict, and closed to fields it does not know."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Event(Value):
    """Something that has happened.

    `TYPE` and `SCHEMA` are the storage format: once released they never change. A new
    shape gets a new number and an upcaster in `events.upcast`.
    """

    TYPE: ClassVar[str]
    SCHEMA: ClassVar[int] = 1


def canonical(event: Event) -> bytes:
    """The one way to write an event's data: JSON with sorted keys and no white space."""
    return orjson.dumps(event.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS)
