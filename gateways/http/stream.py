"""The stream of what happens (server-sent events), resumed from where the reader was."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, datetime
from threading import Event, Lock
from typing import Annotated, Any, Final, cast
from uuid import UUID

import orjson
from fastapi import Header, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from typing_extensions import override

from engine.journal.shards import in_use
from gateways.http.access import ALL, Visit, Visiting, for_, router
from gateways.http.problem import ProblemError
from gateways.office import Office
from projections.views.happenings import WINDOW, Happening, happenings
from projections.views.sql import SqlReader

BEAT_SECONDS: Final = 15
RETRY_MS: Final = 3_000
OF_A_KEY_MOST: Final = 4
MOST: Final = 200
MEDIA_TYPE: Final = "text/event-stream"

Places = dict[int, int]  # by shard: the last place that has been told

routes = router("stream")


class Told(BaseModel):
    """What one line of the stream says. Amounts and people are asked for by its ids."""

    place: str
    event_id: UUID
    type: str
    creditor_id: UUID
    case_id: UUID | None
    case_number: str | None
    happened_on: date | None
    recorded_at: datetime
    what: str | None


@dataclass
class Streams:
    """How many streams are open, by key; `ending` is set when the process is to end."""

    ending: Event = field(default_factory=Event)
    _lock: Lock = field(default_factory=Lock)
    _open: Counter[UUID] = field(default_factory=Counter)

    def enter(self, key_id: UUID) -> None:
        """One more of the key. Raises ProblemError when it has too many, or all have."""
        with self._lock:
            if self._open[key_id] >= OF_A_KEY_MOST or self._open.total() >= MOST:
                raise ProblemError(429, "too_many_requests", headers={"Retry-After": "30"})
            self._open[key_id] += 1

    def leave(self, key_id: UUID) -> None:
        """One less."""
        with self._lock:
            self._open[key_id] -= 1
            self._open += Counter()  # what is at none is forgotten


class Bell(Event):
    """Set from any thread, heard in one event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._loop = asyncio.get_running_loop()
        self._rung = asyncio.Event()

    @override
    def set(self) -> None:
        """Ring."""
        super().set()
        self._loop.call_soon_threadsafe(self._rung.set)

    async def heard(self, seconds: float) -> bool:
        """Wait for a ring; False when there was none in time."""
        try:
            async with asyncio.timeout(seconds):
                await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True


@routes.get(
    "/stream",
    responses={200: {"content": {MEDIA_TYPE: {}}, "description": "Lines, until one leaves."}},
    response_class=StreamingResponse,
    **{k: v for k, v in for_(*ALL).items() if k != "responses"},
)
async def stream(
    request: Request,
    visit: Visiting,
    last_event_id: Annotated[
        str | None, Header(description="Where to go on: the `id` of the last line read.")
    ] = None,
    types: Annotated[
        list[str] | None, Query(description="Only types that begin so, such as `case.payment`.")
    ] = None,
    *,
    follow: Annotated[
        bool, Query(description="False ends the stream where nothing more has happened yet.")
    ] = True,
) -> Any:
    """What happens from now on, or after `Last-Event-ID`, as server-sent events.

    Each line comes at least once, in the order of the log; the same `event_id` twice is the same
    event. A line every 15 seconds says that nothing has.
    """
    office, streams = visit.office, cast("Streams", request.app.state.streams)
    shards = await run_in_threadpool(in_use, office.store.index)
    end = await run_in_threadpool(_end, office, shards)
    places = _after(last_event_id) if last_event_id else end
    streams.enter(visit.caller.key_id)
    lines = followed(visit, places, tuple(types or ("",)), streams, follow=follow)
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


async def followed(
    visit: Visit, places: Places, types: tuple[str, ...], streams: Streams, *, follow: bool = True
) -> AsyncIterator[bytes]:
    """The lines, until the reader leaves, its key is revoked, or the process ends."""
    office, bell = visit.office, Bell()
    unlisten = office.moves.listen(bell)
    try:
        yield f"retry: {RETRY_MS}\n\n".encode()
        while not streams.ending.is_set():
            found, further = await run_in_threadpool(_next, visit, places)
            moved = further != places
            for each in found:
                places = {**places, each.shard: each.nid}  # what follows it has not been told
                if each.type.startswith(types):
                    yield _line(each, places)
            places = further
            if not (moved or follow):
                return
            if not moved and not await bell.heard(BEAT_SECONDS):
                if not await run_in_threadpool(_still_opens, visit):
                    return
                yield f": {_written(places)}\n\n".encode()
    finally:
        unlisten()
        streams.leave(visit.caller.key_id)


def _next(visit: Visit, places: Places) -> tuple[list[Happening], Places]:
    """What comes next in each shard, and how far that is."""
    office, found, further = visit.office, list[Happening](), dict(places)
    for shard in in_use(office.store.index):
        end = office.runner.index.meta(shard).nid
        after = places.get(shard, 0)
        if after < end:
            reader = cast("SqlReader", office.rows)
            found += happenings(reader, shard, after, visit.caller.creditor_ids)
            further[shard] = min(after + WINDOW, end)
    return found, further


def _line(each: Happening, places: Places) -> bytes:
    """One line. Its id says where to go on, in every shard."""
    told = Told.model_validate(each, from_attributes=True)
    content = orjson.dumps(told.model_dump(mode="json"))
    mark = _written(places).encode()
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (mark, each.type.encode(), content)


def _written(places: Places) -> str:
    return ",".join(f"{shard}:{nid}" for shard, nid in sorted(places.items()))


def _after(words: str) -> Places:
    """The places an id tells. Raises ProblemError when it is none of ours."""
    try:
        pairs = [each.split(":") for each in words.split(",")]
        places = {int(shard): int(nid) for shard, nid in pairs}
    except ValueError:
        places = {-1: 0}
    if len(words) > 2_000 or any(shard < 0 or nid < 0 for shard, nid in places.items()):  # noqa: PLR2004 - 64 shards are less
        raise ProblemError(400, "place_invalid")
    return places


def _end(office: Office, shards: tuple[int, ...]) -> Places:
    return {shard: office.runner.index.meta(shard).nid for shard in shards}


def _still_opens(visit: Visit) -> bool:
    key_id = visit.caller.key_id
    return any(
        key.key_id == key_id and key.revoked_at is None
        for key in visit.office.durable.access.all_keys()
    )
