"""What happens to brokers and to the network: killed, paused, cut off, one or all."""

import time
from collections.abc import Callable, Mapping

from gateways.chaos.clustered import cutting
from gateways.chaos.clustered.field import (
    FULL_SECONDS,
    LONG_SECONDS,
    SHORT_SECONDS,
    Field,
    Strike,
)
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
            field, cutting.apart, draw, SHORT_SECONDS
        ),
        "the leader's broker cut off from the others, longer than its session": lambda draw: _cut(
            field, cutting.apart, draw, LONG_SECONDS
        ),
        "the leader's broker not heard by the others, and hearing them": lambda draw: _cut(
            field, cutting.unheard, draw, LONG_SECONDS
        ),
        "clients cut off from the leader's broker, shortly": lambda draw: _cut(
            field, cutting.clients_from, draw, SHORT_SECONDS
        ),
        "clients cut off from the leader's broker, for long": lambda draw: _cut(
            field, cutting.clients_from, draw, LONG_SECONDS
        ),
        "clients not answered by the leader's broker, which hears them": lambda draw: _cut(
            field, cutting.clients_unanswered, draw, LONG_SECONDS
        ),
        "workers and the leader's broker on one side, all others on the other": lambda draw: (
            _sided(field, draw)
        ),
        **_full(field),
    }


def _full(field: Field) -> Mapping[str, Strike]:
    """Full disks, where disks can be made that others do not use too."""
    if not field.disks:
        return {}
    return {
        "the disk of the leader's broker full": lambda draw: _filled(
            field, [_leader(field, draw)]
        ),
        "the disks of all brokers full": lambda _: _filled(
            field, [node.number for node in field.cluster.nodes]
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


def _filled(field: Field, numbers: list[int]) -> None:
    """A broker whose disk is full ends; with room again it is started again."""
    field.disks.fill(*(field.cluster.node(number).records for number in numbers))
    time.sleep(FULL_SECONDS)
    field.heal()


def _sided(field: Field, draw: Draw) -> None:
    """Workers come to be on one side with a leader that does not know that it is none any more."""
    leader = _leader(field, draw)
    field.network.cut(cutting.apart(leader))
    time.sleep(LONG_SECONDS)
    field.network.cut(cutting.beside(leader, "worker"))
    time.sleep(LONG_SECONDS)
    field.network.heal()


def _cut(field: Field, how: Callable[[int], Cut], draw: Draw, seconds: float) -> None:
    field.network.cut(how(_leader(field, draw)))
    time.sleep(seconds)
    field.network.heal()
