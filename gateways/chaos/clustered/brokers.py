"""What happens to brokers and to the network: killed, paused, cut off, one or all."""

import time
from collections.abc import Callable, Mapping

from gateways.chaos.clustered import relaying
from gateways.chaos.clustered.field import LONG_SECONDS, SHORT_SECONDS, Field, Strike
from gateways.chaos.clustered.part import SHARDS
from gateways.chaos.clustered.relaying import Cut
from gateways.chaos.seeded import Draw


def strikes(field: Field) -> Mapping[str, Strike]:
    """The strikes there are, by what is told of them."""
    return {
        "the leader's broker killed": lambda draw: _killed(
            field, [_leader(field, draw)], 1 + draw.below(4)
        ),
        "a broker killed": lambda draw: _killed(field, [_any(field, draw)], 1 + draw.below(4)),
        "all brokers killed": lambda draw: _killed(
            field, [node.number for node in field.cluster.nodes], 1 + draw.below(3)
        ),
        "a broker paused, shorter than its session": lambda draw: _paused(
            field, _any(field, draw), SHORT_SECONDS
        ),
        "the leader's broker paused, longer than its session": lambda draw: _paused(
            field, _leader(field, draw), LONG_SECONDS
        ),
        "the leader's broker cut off from the others, shorter than its session": lambda draw: _cut(
            field, relaying.apart, draw, SHORT_SECONDS
        ),
        "the leader's broker cut off from the others, longer than its session": lambda draw: _cut(
            field, relaying.apart, draw, LONG_SECONDS
        ),
        "the leader's broker not heard by the others, and hearing them": lambda draw: _cut(
            field, relaying.unheard, draw, LONG_SECONDS
        ),
        "clients cut off from the leader's broker, shortly": lambda draw: _cut(
            field, relaying.clients_from, draw, SHORT_SECONDS
        ),
        "clients cut off from the leader's broker, for long": lambda draw: _cut(
            field, relaying.clients_from, draw, LONG_SECONDS
        ),
        "clients not answered by the leader's broker, which hears them": lambda draw: _cut(
            field, relaying.clients_unanswered, draw, LONG_SECONDS
        ),
    }


def _leader(field: Field, draw: Draw) -> int:
    return field.leader(draw.below(SHARDS))


def _any(field: Field, draw: Draw) -> int:
    return 1 + draw.below(len(field.cluster.nodes))


def _killed(field: Field, numbers: list[int], seconds: float) -> None:
    for number in numbers:
        field.cluster.node(number).kill()
    time.sleep(seconds)
    field.heal()


def _paused(field: Field, number: int, seconds: float) -> None:
    node = field.cluster.node(number)
    node.pause()
    time.sleep(seconds)
    node.resume()


def _cut(field: Field, how: Callable[[int], Cut], draw: Draw, seconds: float) -> None:
    field.network.cut(how(_leader(field, draw)))
    time.sleep(seconds)
    field.network.heal()
