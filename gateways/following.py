"""Following the log from outside: how far one has come in each shard, and what comes next."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

from engine.journal.shards import SHARD_COUNT, in_use
from gateways.office import Office
from projections.views.happenings import WINDOW, Happening, happenings
from projections.views.sql import SqlReader

Places = dict[int, int]  # by shard: the last place that has been told


def written(places: Places) -> str:
    """The places as a follower keeps them: "0:4711,1:3"."""
    return ",".join(f"{shard}:{nid}" for shard, nid in sorted(places.items()))


def places_of(words: str) -> Places:
    """The places that `written` gave. Raises ValueError when it gave no such words."""
    places = {}
    for pair in words.split(",", SHARD_COUNT):
        shard, nid = pair.split(":")
        places[int(shard)] = int(nid)
    if any(shard not in range(SHARD_COUNT) or nid < 0 for shard, nid in places.items()):
        raise ValueError(words)
    return places


def here(office: Office) -> Places:
    """Where the log stands now."""
    index = office.runner.index
    return {shard: index.meta(shard).nid for shard in in_use(office.store.index)}


def next_happenings(
    office: Office, places: Places, creditor_ids: Sequence[UUID] | None
) -> tuple[list[Happening], Places]:
    """What comes next in each shard for these creditors (None: all), and how far that is."""
    found, further = list[Happening](), dict(places)
    for shard, end in here(office).items():
        after = places.get(shard, 0)
        if after < end:
            reader = cast("SqlReader", office.rows)
            found += happenings(reader, shard, after, creditor_ids)
            further[shard] = min(after + WINDOW, end)
    return found, further
