"""Holds a world's history against the twelve invariants, by a reading of the log of its own."""

# Nothing of the engine is imported here: the format and the rule are told a second time, so
# that a mistake in the one is not repeated in the other.

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from gateways.chaos.history import Checkpoint, EventRow, IndexFound, Operation, Past, VerdictRow

Body = dict[str, Any]


@dataclass(slots=True)
class Replayed:
    """What the log says, read from its first record on."""

    events: list[EventRow] = field(default_factory=list)
    heads: dict[str, tuple[int, str]] = field(default_factory=dict)
    verdicts: dict[str, VerdictRow] = field(default_factory=dict)
    commands: dict[tuple[str, str], str] = field(default_factory=dict)
    tracking: dict[tuple[str, str], int] = field(default_factory=dict)
    read: dict[str, Body] = field(default_factory=dict)
    shard: int = 0
    passed: dict[int, str] = field(default_factory=dict)
    stopped_at: int | None = None
    last_hash: str = ""
    leaves: list[bytes] = field(default_factory=list)


def violations(past: Past) -> list[str]:
    """What is wrong with a world, or with one shard of it; nothing, when all invariants hold."""
    found = list(past.broken)
    records = past.records
    if past.halted and past.lost_records is not None:
        records = past.lost_records
    replayed = replay(records[: past.index.next_offset], records, past.shard)
    differs = list(_index_differs(past.index, replayed))
    found += differs
    if past.lost_records is None and past.halted:
        found.append("the shard is halted, and the log has lost nothing")
    elif differs and past.lost_records is not None and not past.halted:
        found.append("the log lost records the index had, and nobody halted")
    if past.halted:
        return found + list(_told(past.operations, replayed, whole=False))
    if not past.rebuilt_the_same:
        found.append("12: a rebuild does not give the same index")
    if past.unresolved:
        found.append(f"11: {past.unresolved} operations are unknown for ever")
    if list(past.offsets) != list(range(len(past.records))):
        found.append("9: the offsets of the log have a gap")
    found += _rows_differ(past.index, replayed)
    found += _told(past.operations, replayed, whole=True)
    found += _real_time(past.operations, replayed)
    found += _chains(replayed)
    found += _once(past.operations, replayed)
    found += _seen(past, replayed)
    found += _checkpoints(past)
    found += _keys(past, replayed)
    return found


def replay(records: Sequence[bytes], whole_log: Sequence[bytes], shard: int = 0) -> Replayed:
    """The verdicts, events and heads that follow from `records`, a beginning of the log."""
    told = Replayed(shard=shard)
    for offset, raw in enumerate(records):
        bodies = _bodies(raw, shard)
        if bodies is None:
            sha = sha256(raw).hexdigest()
            if (offset, sha) not in _quarantined(whole_log[offset + 1 :], shard):
                told.stopped_at = offset
                return told
            told.passed[offset] = sha
            bodies = []
        for line, body in bodies:
            _judge(told, offset, line, body)
        told.last_hash = sha256(raw).hexdigest()
        told.leaves += _leaves(raw)
    return told


def _bodies(raw: bytes, shard: int) -> list[tuple[bytes, Body]] | None:
    found = []
    for line in raw.split(b"\n"):
        try:
            body = json.loads(line)
        except ValueError:
            return None
        if not isinstance(body, dict) or (body.get("fmt"), body.get("rules")) != (1, 1):
            return None
        if body["shard"] != shard or _compact(body) != line:
            return None
        found.append((line, body))
    return found


def _compact(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()


def _quarantined(records: Sequence[bytes], shard: int) -> Iterator[tuple[int, str]]:
    for raw in records:
        for _, body in _bodies(raw, shard) or ():
            if body["kind"] == "control":
                for event in _events(body):
                    if event["type"] == "control.quarantined":
                        yield event["data"]["offset"], event["data"]["sha256"]


def _events(body: Body) -> Iterator[Body]:
    for part in body["parts"]:
        yield from part["events"]


def _judge(told: Replayed, offset: int, line: bytes, body: Body) -> None:
    commit_id = body["commit_id"]
    if commit_id in told.verdicts:
        return
    told.read[commit_id] = body
    reason = _why_void(told, body)
    first = len(told.events) + 1
    if reason is None:
        _stand(told, offset, line, body)
    told.verdicts[commit_id] = (
        reason is None,
        reason or "stands",
        offset,
        first,
        len(told.events),
        body["command_id"],
        body["command_mac"],
        _hash(line),
    )


def _why_void(told: Replayed, body: Body) -> str | None:
    parts, tracking = body["parts"], body.get("tracking")
    if any((part["stream"], body["command_id"]) in told.commands for part in parts):
        return "already_done"
    if tracking:
        reached = told.tracking.get((tracking["application"], tracking["upstream"]))
        if reached is not None and tracking["id"] <= reached:
            return "tracking_behind"
    for part in parts:
        stream = part["stream"]
        version, digest = told.heads.get(stream, (None, _genesis(told.shard, stream)))
        if version is not None and part["first_version"] != version + 1:
            return "version_conflict"
        if part["prev_hash"] != digest:
            return "hash_conflict"
    control = {part["stream"] == f"control-{told.shard}" for part in parts}
    if control and control != {body["kind"] == "control"}:
        return "control_misplaced"
    if body["kind"] == "control":
        named = list(_quarantined([_compact(body)], told.shard))
        if any(told.passed.get(offset) != sha for offset, sha in named):
            return "quarantine_void"
    return None


def _genesis(shard: int, stream: str) -> str:
    return sha256(b"kravspor/genesis/1\x00" + f"{shard}\x00{stream}".encode()).hexdigest()


def _hash(line: bytes) -> str:
    return sha256(b"kravspor/commit/1\x00" + line).hexdigest()


def _stand(told: Replayed, offset: int, line: bytes, body: Body) -> None:
    digest = _hash(line)
    for part in body["parts"]:
        stream, version = part["stream"], part["first_version"]
        for event in part["events"]:
            told.events.append(
                (
                    len(told.events) + 1,
                    stream,
                    version,
                    event["event_id"],
                    event["type"],
                    event["schema"],
                    _compact(event["data"]),
                    body["commit_id"],
                    body["command_id"],
                    offset,
                )
            )
            version += 1
        told.heads[stream] = (version - 1, digest)
        told.commands[stream, body["command_id"]] = body["commit_id"]
    if tracking := body.get("tracking"):
        told.tracking[tracking["application"], tracking["upstream"]] = tracking["id"]


def _index_differs(index: IndexFound, replayed: Replayed) -> Iterator[str]:
    if replayed.stopped_at is not None:
        yield f"4: the index went past the unreadable record at offset {replayed.stopped_at}"
        return
    pairs: list[tuple[str, object, object]] = [
        ("events", list(index.events), replayed.events),
        ("heads", index.heads, replayed.heads),
        ("verdicts", index.verdicts, replayed.verdicts),
        ("commands", index.commands, replayed.commands),
        ("tracking", index.tracking, replayed.tracking),
        ("count of events", index.nid, len(replayed.events)),
        ("last hash", index.last_hash, replayed.last_hash),
        ("tree", index.tree, _tree(replayed.leaves)),
    ]
    for what, held, right in pairs:
        if held != right:
            yield f"4: the {what} of the index differ from the log's: {_difference(held, right)}"


def _rows_differ(index: IndexFound, replayed: Replayed) -> Iterator[str]:
    right = _totals(replayed)
    if right != index.totals:
        yield f"4: the rows differ from the log's: {_difference(index.totals, right)}"


def _difference(held: object, right: object) -> str:
    if isinstance(held, Mapping) and isinstance(right, Mapping):
        for key in [*held, *right]:
            if held.get(key) != right.get(key):
                return f"{key}: {held.get(key)} and not {right.get(key)}"
    if isinstance(held, list) and isinstance(right, list):
        for place, (one, other) in enumerate(zip(held, right, strict=False), 1):
            if one != other:
                return f"number {place}: {one} and not {other}"
        return f"{len(held)} and not {len(right)}"
    return f"{held} and not {right}"


def _totals(replayed: Replayed) -> dict[str, tuple[int, int]]:
    totals: dict[str, tuple[int, int]] = {}
    for _, stream, _, _, kind, _, data, *_ in replayed.events:
        if kind.startswith("sim."):
            amount, count = totals.get(stream, (0, 0))
            totals[stream] = (amount + json.loads(data)["amount"], count + 1)
    return totals


def _told(operations: Sequence[Operation], replayed: Replayed, *, whole: bool) -> Iterator[str]:
    """Invariants 1 and 2: what clients were told is what the log says."""
    for op in operations:
        verdict = replayed.verdicts.get(op.commit_id)
        stands = verdict is not None and verdict[0]
        if op.outcome == "ok" and not stands:
            yield f"1: {op.commit_id} was told ok and does not stand"
        if op.outcome in ("conflict", "repeated") and stands:
            yield f"2: {op.commit_id} was told {op.outcome} and stands"
        if op.outcome == "nothing" and verdict is not None:
            yield f"2: {op.commit_id} was told that nothing was written and is in the log"
        parts = replayed.read.get(op.commit_id, {}).get("parts", ())
        done_before = any((p["stream"], op.command_id) in replayed.commands for p in parts)
        if whole and op.outcome == "repeated" and not done_before:
            yield f"7: {op.commit_id} was told it was done before, and it was not"
        if whole and op.outcome == "conflict" and verdict is None:
            yield f"2: {op.commit_id} was told conflict and the log does not know it"


def _real_time(operations: Sequence[Operation], replayed: Replayed) -> Iterator[str]:
    """Invariant 5: who begins after another was told ok reads what that other wrote."""
    done: list[tuple[int, dict[str, int]]] = []
    for op in operations:
        if op.outcome == "ok" and op.done_at is not None and op.commit_id in replayed.read:
            parts = replayed.read[op.commit_id]["parts"]
            wrote = {p["stream"]: p["first_version"] + len(p["events"]) - 1 for p in parts}
            done.append((op.done_at, wrote))
    done.sort(key=lambda pair: pair[0])
    reached: dict[str, int] = {}
    place = 0
    for op in sorted(operations, key=lambda each: each.invoked_at):
        while place < len(done) and done[place][0] < op.invoked_at:
            for stream, version in done[place][1].items():
                reached[stream] = max(reached.get(stream, 0), version)
            place += 1
        for name, read in op.read.items():
            if read < reached.get(name, 0):
                yield f"5: {op.commit_id} read {name} at {read}, behind {reached[name]}"


def _chains(replayed: Replayed) -> Iterator[str]:
    """Invariants 3, 6 and 8: versions, wholeness and notification ids have no gap."""
    versions: dict[str, int] = {}
    of_commit: dict[str, int] = {}
    for number, row in enumerate(replayed.events, 1):
        nid, stream, version, commit_id = row[0], row[1], row[2], row[7]
        of_commit[commit_id] = of_commit.get(commit_id, 0) + 1
        if version != versions.get(stream, 0) + 1:
            yield f"3: {stream} has version {version} after {versions.get(stream, 0)}"
        if nid != number:
            yield f"8: notification id {nid} stands at place {number}"
        versions[stream] = version
    for commit_id, count in of_commit.items():
        if count != len(list(_events(replayed.read[commit_id]))):
            yield f"6: {commit_id} stands in part"


def _once(operations: Sequence[Operation], replayed: Replayed) -> Iterator[str]:
    """Invariant 7: one wish has one effect, however often it is asked."""
    effects: dict[int, str] = {}
    for op in operations:
        verdict = replayed.verdicts.get(op.commit_id)
        if verdict is None or not verdict[0]:
            continue
        if effects.setdefault(op.intent, op.commit_id) != op.commit_id:
            yield f"7: wish {op.intent} stands as {effects[op.intent]} and as {op.commit_id}"


def _seen(past: Past, replayed: Replayed) -> Iterator[str]:
    """Invariant 8, as subscribers saw it."""
    for seen in past.seen:
        for place, (nid, event_id) in enumerate(seen.events, 1):
            if nid != place:
                yield f"8: a subscriber was given {nid} after {place - 1}"
                break
            if nid > len(replayed.events) or replayed.events[nid - 1][3] != event_id:
                yield f"8: notification id {nid} was used for two events"
                break


def _checkpoints(past: Past) -> Iterator[str]:
    """Invariant 10: each published root is the root of a beginning of the log."""
    leaves = [leaf for raw in past.records for leaf in _leaves(raw)]
    reached = 0
    for checkpoint in past.checkpoints:
        if checkpoint.size < reached:
            yield f"10: a checkpoint of {checkpoint.size} lines came after one of {reached}"
        reached = checkpoint.size
        if _tree(leaves[:reached]) != checkpoint and past.lost_records is None:
            yield f"10: the root at {checkpoint.size} lines is no longer what was published"


def _leaves(raw: bytes) -> list[bytes]:
    return [sha256(b"\x00" + line).digest() for line in raw.split(b"\n")]


def _tree(leaves: Sequence[bytes]) -> Checkpoint:
    return Checkpoint(len(leaves), _root(leaves).hex())


def _root(leaves: Sequence[bytes]) -> bytes:
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\x01" + _root(leaves[:half]) + _root(leaves[half:])).digest()


def _keys(past: Past, replayed: Replayed) -> Iterator[str]:
    """No case begins or goes on for a person whose key is ordered destroyed, and the reverse."""
    open_cases: dict[str, set[str]] = {}
    erased: set[str] = set()
    for _, stream, _, _, kind, _, data, *_ in replayed.events:
        if not kind.startswith("sim.case_") and kind != "sim.erasure_ordered":
            continue
        if kind == "sim.erasure_ordered":
            erased.add(stream)
            if open_cases.get(stream):
                yield f"a key was ordered destroyed while {sorted(open_cases[stream])} was open"
        elif stream.startswith("case-"):
            person = json.loads(data)["person"]
            held = open_cases.setdefault(person, set())
            if kind == "sim.case_closed":
                held.discard(stream)
            else:
                held.add(stream)
                if person in erased:
                    yield f"{stream} was opened again after the key of {person} was destroyed"
    for person in past.keys_destroyed - erased:
        yield f"the key of {person} was destroyed and nobody had ordered it"
