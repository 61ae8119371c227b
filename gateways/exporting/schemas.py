"""The shape of every event there is, as JSON Schema, for whoever reads the log without us."""

from collections.abc import Iterator
from typing import Any, Final

import orjson

from engine.journal.control import CONTROL_EVENTS
from events.base import Event
from events.registry import ALL

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
CLEAR: Final = "Clear"


def schemas() -> Iterator[tuple[str, bytes]]:
    """Each event's name, `type.schema`, and its JSON Schema as bytes."""
    for event in sorted((*ALL, *CONTROL_EVENTS.values()), key=lambda each: each.TYPE):
        body = orjson.dumps(_schema(event), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
        yield f"{event.TYPE}.{event.SCHEMA}", body + b"\n"


def _schema(event: type[Event]) -> dict[str, Any]:
    told: dict[str, Any] = _sealed(event.model_json_schema(mode="serialization"))
    told.get("$defs", {}).pop(CLEAR, None)
    told |= {"$schema": DIALECT, "title": f"{event.TYPE}, schema {event.SCHEMA}"}
    return told


def _sealed(told: Any) -> Any:
    """What is personal is sealed in the log: the clear form is none of its shapes."""
    if isinstance(told, list):
        return [_sealed(each) for each in told if each != {"$ref": f"#/$defs/{CLEAR}"}]
    if isinstance(told, dict):
        return {name: _sealed(each) for name, each in told.items()}
    return told
