"""Where an event comes from and what it led to, as two trees over every stream."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.journal.recorded import Recorded
from engine.streams import stream_id
from events.settlement import PayoutPrepared
from replay.sentences import told
from replay.web import How, Web, source_of

Links = Callable[[Recorded], list[tuple[How, Recorded]]]

BRANCHES_MOST: Final = 50
CASES: Final = "case-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """An event in the tree, and `how` it hangs from the one above it.

    `source` is where it came into the house from. A node told before is told again without
    its branches (`repeated`); `left_out` counts branches beyond the first ones.
    """

    how: How
    event_id: UUID
    stream: str
    version: int
    type: str
    what: str
    recorded_at: datetime
    actor: str
    source: str
    repeated: bool
    left_out: int
    branches: tuple["Node", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Causes:
    """An event, what led to it (`back`), and what it led to (`forward`)."""

    event: Node
    back: tuple[Node, ...]
    forward: tuple[Node, ...]


def causes(web: Web, of: Recorded, line: int | None = None) -> Causes:
    """The two trees of an event; of a payout's line only what that line came from."""
    back: Links = web.causes if line is None else _of_line(web, of, line)
    seen = {of.event_id}
    return Causes(
        event=_node("", of, ()),
        back=_branches(of, back, web.causes, seen),
        forward=_branches(of, web.effects, web.effects, {of.event_id}),
    )


def cases_of(told: Causes) -> list[UUID]:
    """The cases that the trees tell of, in their order."""
    streams = [node.stream for node in _walk((told.event, *told.back, *told.forward))]
    cases = (stream for stream in dict.fromkeys(streams) if stream.startswith(CASES))
    return [stream_id(stream) for stream in cases]


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.branches)


def _of_line(web: Web, payout: Recorded, line: int) -> Links:
    def only(of: Recorded) -> list[tuple[How, Recorded]]:
        if not isinstance(payout.event, PayoutPrepared):
            return web.causes(of)
        source = payout.event.lines[line - 1].source_event_id
        return [link for link in web.causes(of) if link[1].event_id == source]

    return only


def _branches(of: Recorded, first: Links, then: Links, seen: set[UUID]) -> tuple[Node, ...]:
    links = first(of)
    return tuple(_branch(how, each, then, seen) for how, each in links[:BRANCHES_MOST])


def _branch(how: How, of: Recorded, links: Links, seen: set[UUID]) -> Node:
    if of.event_id in seen:
        return _node(how, of, (), repeated=True)
    seen.add(of.event_id)
    return _node(how, of, _branches(of, links, links, seen), left_out=_beyond(links(of)))


def _beyond(links: list[tuple[How, Recorded]]) -> int:
    return max(0, len(links) - BRANCHES_MOST)


def _node(
    how: How,
    of: Recorded,
    branches: tuple[Node, ...],
    *,
    repeated: bool = False,
    left_out: int = 0,
) -> Node:
    return Node(
        how=how,
        event_id=of.event_id,
        stream=of.stream,
        version=of.version,
        type=of.event.TYPE,
        what=told(of.event),
        recorded_at=of.recorded_at,
        actor=of.actor,
        source=source_of(of),
        repeated=repeated,
        left_out=left_out,
        branches=branches,
    )
