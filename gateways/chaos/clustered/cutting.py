"""What may be cut in the network of a run: between nodes, before clients, before one of them."""

from typing import Final

from gateways.chaos.clustered.relaying import Cut

CLIENT: Final = "client "
DATABASE: Final = "database"


def apart(number: int) -> Cut:
    """Nothing goes between that node and the other nodes; clients reach all of them."""
    return lambda source, target: (
        not _with_a_client(source, target) and _is(number, source) != _is(number, target)
    )


def unheard(number: int) -> Cut:
    """What the node says reaches no other node, and it hears them all."""
    return lambda source, target: (
        not target.startswith(CLIENT) and _is(number, source) and not _is(number, target)
    )


def clients_from(number: int) -> Cut:
    """No client reaches the node, nor hears of it; the nodes reach each other."""
    return lambda source, target: (
        _with_a_client(source, target) and (_is(number, source) or _is(number, target))
    )


def clients_unanswered(number: int) -> Cut:
    """The node takes what clients send, and its answers are lost on the way."""
    return lambda source, target: target.startswith(CLIENT) and _is(number, source)


def one_from(name: str, other: str) -> Cut:
    """That client alone neither reaches the other part nor hears of it."""
    both = {f"{CLIENT}{name}", other}
    return lambda source, target: {source, target} == both


def beside(number: int, kind: str) -> Cut:
    """That node and the clients of that kind are cut off from the other nodes, together."""
    side = f"{CLIENT}{kind}-"

    def cut(source: str, target: str) -> bool:
        if _with_a_client(source, target):
            reached = target if source.startswith(CLIENT) else source
            theirs = source.startswith(side) or target.startswith(side)
            return theirs and reached != DATABASE and not _is(number, reached)
        return _is(number, source) != _is(number, target)

    return cut


def retired(numbers: set[int]) -> Cut:
    """Brokers that show no sign of life and copy nothing, while their controllers go on."""
    parts = {f"broker {number}" for number in numbers}
    return lambda source, target: source in parts and not target.startswith(CLIENT)


def _with_a_client(source: str, target: str) -> bool:
    return source.startswith(CLIENT) or target.startswith(CLIENT)


def _is(number: int, part: str) -> bool:
    return part.endswith(f" {number}")
