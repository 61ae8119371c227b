"""The stream of what happens (server-sent events), resumed from where the reader was."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
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

from gateways.following import Places, here, next_happenings, places_of, written
from gateways.http.access import ALL, Visit, Visiting, for_, router
from gateways.http.problem import ProblemError
from projections.views.happenings import Happening

BEAT_SECONDS: Final = 15
RETRY_MS: Final = 3_000
OF_A_KEY_MOST: Final = 4
MOST: Final = 200
MEDIA_TYPE: Final = "text/event-stream"

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
        """Ring; whoever rings must not suffer when the loop has ended meanwhile."""
        super().set()
        with suppress(RuntimeError):
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
    streams = cast("Streams", request.app.state.streams)
    end = await run_in_threadpool(here, visit.office)
    places = _after(last_event_id) if last_event_id else end
    streams.enter(visit.caller.key_id)
    lines = followed(visit, places, tuple(types or ("",)), streams, follow=follow)
    return StreamingResponse(lines, media_type=MEDIA_TYPE, headers={"X-Accel-Buffering": "no"})


async def followed(
    visit: Visit, places: Places, types: tuple[str, ...], streams: Streams, *, follow: bool = True
) -> AsyncIterator[bytes]:
    """The lines, until the reader leaves, its key is revoked, or the process ends."""
    office, scope, bell = visit.office, visit.caller.creditor_ids, Bell()
    unlisten = office.moves.listen(bell)
    try:
        yield f"retry: {RETRY_MS}\n\n".encode()
        while not streams.ending.is_set():
            found, further = await run_in_threadpool(next_happenings, office, places, scope)
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
                yield f": {written(places)}\n\n".encode()
    finally:
        unlisten()
        streams.leave(visit.caller.key_id)


def _line(each: Happening, places: Places) -> bytes:
    """One line. Its id says where to go on, in every shard."""
    told = Told.model_validate(each, from_attributes=True)
    content = orjson.dumps(told.model_dump(mode="json"))
    mark = written(places).encode()
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (mark, each.type.encode(), content)


def _after(words: str) -> Places:
    """The places an id tells. Raises ProblemError when it is none of ours."""
    try:
        return places_of(words)
    except ValueError:
        raise ProblemError(400, "place_invalid") from None


def _still_opens(visit: Visit) -> bool:
    key_id = visit.caller.key_id
    return any(
        key.key_id == key_id and key.revoked_at is None
        for key in visit.office.durable.access.all_keys()
    )
