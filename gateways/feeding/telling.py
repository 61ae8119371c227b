"""A standing event as other systems are told of it: a CloudEvent 1.0 in Kafka's binary mode."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from typing import Final
from urllib.parse import quote

import orjson

from engine.journal.recorded import Recorded
from engine.vault import Vault
from events.personal import Sealed

SPEC: Final = "1.0"
TYPE_PREFIX: Final = "kravspor."


@dataclass(frozen=True, slots=True)
class Told:
    """A record of the feed. All that is told under one key is told in its order."""

    key: str
    headers: tuple[tuple[str, str], ...]
    value: bytes


Tell = Callable[[Recorded], Told]


def telling(log_id: str, vault: Vault | None = None) -> Tell:
    """How events of that log are told: with what is personal in clear only if `vault` opens it."""
    source = f"kravspor/{quote(log_id, safe='')}"

    def tell(recorded: Recorded) -> Told:
        event = recorded.event
        headers = {
            "ce_specversion": SPEC,
            "ce_id": f"{recorded.shard}-{recorded.nid}",
            "ce_source": source,
            "ce_type": f"{TYPE_PREFIX}{event.TYPE}",
            "ce_subject": recorded.stream,
            "ce_time": recorded.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "ce_dataschema": f"{TYPE_PREFIX}{event.TYPE}/{event.SCHEMA}",
            "ce_partitionkey": recorded.stream,
            "ce_streamversion": str(recorded.version),
            "ce_correlationid": str(recorded.correlation),
            "ce_causationid": "" if recorded.causation is None else str(recorded.causation),
            "content-type": "application/json",
        }
        kept = tuple((name, value) for name, value in headers.items() if value)
        return Told(recorded.stream, kept, orjson.dumps(_data(recorded, vault)))

    return tell


def _data(recorded: Recorded, vault: Vault | None) -> Mapping[str, object]:
    """The event's fields; a personal one in clear, or not at all."""
    event = recorded.event
    personal = {name: value for name, value in event if isinstance(value, Sealed)}
    told: dict[str, object] = event.model_dump(mode="json", exclude=set(personal))
    if vault is not None:
        for name, sealed in personal.items():
            text = vault.open(sealed, recorded.stream, recorded.event_id, name)
            if text is not None:  # else the person has been erased
                told[name] = text
    return told
