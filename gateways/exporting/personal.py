"""What is personal in the lines of an export, in clear for who may see it; or "slettet"."""

from collections.abc import Iterator

import orjson

from engine.journal.recorded import Decode
from engine.vault import Vault
from events.personal import Sealed
from replay.choosing import STANDS
from replay.logged import Judged

ERASED = "slettet"


def personal_lines(judged: Judged, number: int, vault: Vault, decode: Decode) -> Iterator[bytes]:
    """Each sealed field of a standing line, opened; the person's key may be gone for ever."""
    line = judged.placed.line
    if line is None or judged.verdict != STANDS:
        return
    for part in line.commit.parts:
        for event in part.events:
            if b'"key_id"' not in event.data:
                continue
            for name, box in decode(event.type, event.schema, event.data):
                if not isinstance(box, Sealed):
                    continue
                text = vault.open(box, part.stream, event.event_id, name)
                told = {
                    "line": number,
                    "event_id": event.event_id,
                    "type": event.type,
                    "person_id": box.key_id,
                    "field": name,
                    "text": ERASED if text is None else text,
                }
                yield orjson.dumps(told) + b"\n"
