"""`replay causes`: an event with what led to it and what it led to, as trees."""

from collections.abc import Sequence
from typing import Annotated

import typer

from gateways.cli.opening import opened
from gateways.cli.output import emit, norwegian_instant
from gateways.cli.taking import Shared, looks
from gateways.desk.events import find_event
from replay.causes import Causes, Node
from replay.causes import causes as causes_of
from replay.sentences import who
from replay.web import Web

INDENT = "   "


@looks
def causes(
    words: Annotated[
        str,
        typer.Argument(metavar="EVENT", help="Its id; CASE:NUMBER; STREAM:NUMBER; PAYOUT:LINE."),
    ],
    *,
    shared: Shared,
) -> None:
    """Tell what led to an event and what it led to: from a payout's line to the bank's file.

    NUMBER is the event's place in its case or stream, as `replay history` tells it. A payout's
    id alone is the payout as it was prepared.
    """
    with opened(shared.data, shared.today) as office:
        web = Web(office.store, office.rows)
        event, line = find_event(office, web, words)
        told = causes_of(web, event, line)
    if shared.json:
        emit(told, json=True)
        return
    _print(told)


def _print(told: Causes) -> None:
    _say(_line(told.event))
    _say(f"{INDENT}av {who(told.event.actor)}, {norwegian_instant(told.event.recorded_at)}")
    if told.event.source:
        _say(f"{INDENT}{told.event.source}")
    _say("\nHva som førte til den:")
    _print_tree(told.back, 1)
    _say("\nHva den førte til:")
    _print_tree(told.forward, 1)


def _print_tree(nodes: Sequence[Node], depth: int) -> None:
    if not nodes and depth == 1:
        _say(f"{INDENT}ingen hendelse")
    for node in nodes:
        above = " (fortalt over)" if node.repeated else ""
        _say(f"{INDENT * depth}{_line(node)}  [{node.how}]{above}")
        if node.source:
            _say(f"{INDENT * (depth + 1)}{node.source}")
        _print_tree(node.branches, depth + 1)
        if node.left_out:
            _say(f"{INDENT * (depth + 1)}… og {node.left_out} til")


def _line(node: Node) -> str:
    return f"{node.stream.partition('-')[0]} {node.version}: {node.what}"


def _say(sentence: str) -> None:
    emit(sentence.replace("\xa0", " "))
