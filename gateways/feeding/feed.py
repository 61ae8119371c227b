"""Publishes what stands in the log, from where it left off; some of it again after a mishap."""

from collections.abc import Iterator, Sequence
from typing import Final, Protocol

from engine.journal.recorded import Decode, recorded
from engine.ports import Index
from gateways.feeding.telling import Tell, Told

LIMIT: Final = 1000
CONTROL: Final = "control-"  # what the log says about itself is nobody else's matter


class Sink(Protocol):
    """Where the feed goes."""

    def identity(self) -> str:
        """The sink's own name for ever; one that was made anew has another."""
        ...

    def publish(self, wave: Sequence[Told]) -> None:
        """Have all of these taken, in whatever order: no two have one key.

        Raises UnavailableError when it is not known that they all were.
        """
        ...


class FeedStore(Protocol):
    """How far each feed has come."""

    def position(self, feed: str, shard: int) -> int:
        """The nid of the last event of the shard that was published; 0 when none was."""
        ...

    def reached(self, feed: str, shard: int, nid: int) -> None:
        """All up to that nid has been published."""
        ...


class Feed:
    """The feed of one log to one sink.

    The position is noted after what it stands for was taken, so that nothing is left out:
    whoever is stopped in between publishes some of it again.
    """

    def __init__(self, index: Index, decode: Decode, store: FeedStore, sink: Sink, tell: Tell):
        self._index = index
        self._decode = decode
        self._store = store
        self._sink = sink
        self._tell = tell

    def round(self, shard: int) -> int:
        """Publish what stands beyond the position, some of it at least; how many events.

        Raises UnavailableError when the sink cannot take it; and what decoding raises, for
        an event of a newer release must not be left out.
        """
        feed = self._sink.identity()
        entries = self._index.entries(shard, self._store.position(feed, shard), LIMIT)
        told = [
            self._tell(recorded(entry, self._decode))
            for entry in entries
            if not entry.stream.startswith(CONTROL)
        ]
        for wave in waves(told):
            self._sink.publish(wave)
        if entries:
            self._store.reached(feed, shard, entries[-1].nid)
        return len(entries)


def waves(told: Sequence[Told]) -> Iterator[Sequence[Told]]:
    """The same in waves, each key at most once in one: its next is sent when that one is taken.

    A client that sends two at a time may lose the first of them and deliver the second.
    """
    left = told
    while left:
        wave: dict[str, Told] = {}
        later = [each for each in left if wave.setdefault(each.key, each) is not each]
        yield list(wave.values())
        left = later
