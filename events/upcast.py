"""Old shapes of events are made new here, once, before anything reads them."""

from collections.abc import Callable
from uuid import UUID

import orjson

Step = Callable[[dict[str, object]], dict[str, object]]

NOBODY = UUID(int=0)


def _reason_sealed(value: dict[str, object]) -> dict[str, object]:
    """Why a case rests was once written in clear, under nobody's key."""
    return {**value, "reason": {"person_id": str(NOBODY), "text": value["reason"]}}


# (type, schema it starts from) -> the step to the next schema.
STEPS: dict[tuple[str, int], Step] = {("case.paused", 1): _reason_sealed}


def upcast(event_type: str, schema: int, data: bytes) -> bytes:
    """`data` in the newest shape of its type, step by step."""
    value: dict[str, object] = orjson.loads(data)
    while (step := STEPS.get((event_type, schema))) is not None:
        value, schema = step(value), schema + 1
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
