"""Old shapes of events are made new here, once, before anything reads them."""

from collections.abc import Callable

import orjson

Step = Callable[[dict[str, object]], dict[str, object]]

# (type, schema it starts from) -> the step to the next schema. Empty until a shape changes.
STEPS: dict[tuple[str, int], Step] = {}


def upcast(event_type: str, schema: int, data: bytes) -> bytes:
    """`data` in the newest shape of its type, step by step."""
    value: dict[str, object] = orjson.loads(data)
    while (step := STEPS.get((event_type, schema))) is not None:
        value, schema = step(value), schema + 1
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
