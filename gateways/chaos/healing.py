"""The end of a world: no misfortune any more, everything is resolved, and the past is told."""

from typing import Final

from engine.ports import Entry, HaltedError
from gateways.chaos.counting import Total, Totals
from gateways.chaos.disk import SHARD
from gateways.chaos.history import Checkpoint, EventRow, IndexFound, Past
from gateways.chaos.node import Node
from gateways.chaos.world import World
from gateways.memory.index import MemoryIndex

ROUNDS: Final = 3
JUNK_MAX: Final = 100


def past_of(world: World) -> Past:
    """End the misfortunes, let everything come to rest, and tell what was."""
    broken = list(world.broken)
    halted, same, index = False, True, None
    world.calm = world.log.calm = True
    if not broken:
        try:
            halted = _come_to_rest(world)
            before, index = world.index.content, found_in(world.index)
            if not halted:
                _fresh(world).runner.rebuild_index()
                same = world.index.content == before
        except Exception as error:  # noqa: BLE001 - whatever it is, the journal may not do it
            broken.append(f"11: it does not come to rest: {type(error).__name__}: {error}")
    return Past(
        records=world.log.records,
        offsets=[offset for offset, _ in world.log.read(SHARD, 0, len(world.log.records))],
        lost_records=world.log.before_loss,
        operations=[wish.op for wish in world.wishing.past],
        index=index or found_in(world.index),
        rebuilt_the_same=same,
        seen=world.seen,
        checkpoints=world.checkpoints,
        halted=halted,
        unresolved=0 if halted else len(world.pending),
        keys_destroyed=frozenset(world.destroyed),
        broken=broken,
    )


def _fresh(world: World) -> Node:
    node = world.nodes[0]
    node.restart(new=True, together=world.together)
    node.start()
    return node


def _come_to_rest(world: World) -> bool:
    """Whether the shard stands halted because the log lost what the index has."""
    while world.wire:
        raw, _ = world.wire.pop()
        world.log.append(SHARD, raw)
    for _ in range(JUNK_MAX):
        try:
            node = _fresh(world)
            break
        except HaltedError:
            records = len(world.log.records)
            world.quarantine()
            if len(world.log.records) == records:
                return True
    else:
        raise HaltedError(SHARD, world.index.meta(SHARD).next_offset, "quarantine does not help")
    _resolve(world, node)
    for parked in world.index.parked():
        node.runner.retry(parked.projection, parked.stream)
    return False


def _resolve(world: World, node: Node) -> None:
    """Every client that still waits sends the same bytes, a few times at most."""
    for wish in world.clients:
        if wish.sent:
            wish.op.outcome = "unknown"
            world.pending.append(wish)
    world.clients.clear()
    for _ in range(ROUNDS):
        for wish in list(world.pending):
            for decided in node.runner.submit(SHARD, [world.wishing.write(wish)]):
                world.complete(wish, decided)


def event_row(entry: Entry) -> EventRow:
    """An event of an index in plain values."""
    return (
        entry.nid,
        entry.stream,
        entry.version,
        str(entry.event_id),
        entry.type,
        entry.schema,
        entry.data,
        str(entry.commit_id),
        str(entry.command_id),
        entry.offset,
    )


def found_in(index: MemoryIndex) -> IndexFound:
    """All that the index holds, in plain values."""
    held, meta = index.content, index.meta(SHARD)
    return IndexFound(
        next_offset=meta.next_offset,
        nid=meta.nid,
        last_hash=meta.last_hash.rpartition(" ")[2],
        tree=Checkpoint(meta.tree.size, meta.tree.root.hex()),
        events=[event_row(entry) for entry in held.by_nid.get(SHARD, [])],
        heads={stream: (head.version, head.hash) for stream, head in held.heads.items()},
        verdicts={
            str(commit_id): (
                d.stands,
                d.reason,
                d.offset,
                d.first_nid,
                d.last_nid,
                str(d.command_id),
                d.command_mac,
                d.hash,
            )
            for commit_id, d in held.decided.items()
        },
        commands={
            (stream, str(command)): str(commit)
            for (stream, command), commit in held.commands.items()
        },
        tracking=dict(held.tracking),
        totals=_totals(index),
    )


def _totals(index: MemoryIndex) -> dict[str, tuple[int, int]]:
    rows = index.content.rows.get(Totals.table.sql_name, {}).values()
    return {row.stream: (row.amount, row.count) for row in rows if isinstance(row, Total)}
