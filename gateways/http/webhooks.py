"""Webhooks over HTTP: who is told, how it proves to be us, and the log of what was told."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Annotated, Any, Final
from uuid import UUID, uuid5

from fastapi import Header, Query
from pydantic import BaseModel, Field

from engine.refusal import RefusedError, refuse_if
from gateways.durable.access import Role
from gateways.durable.webhooks import Delivery, State, Webhook
from gateways.following import here, written
from gateways.http.access import CREDITORS, Visit, Visiting, for_, router
from gateways.http.bodies import Body
from gateways.http.problem import ProblemError
from gateways.webhooks.posting import secret_of
from gateways.webhooks.target import refuse_bad_url
from projections.views.sql import listed

OWNERS: Final[tuple[Role, ...]] = (*CREDITORS, "operator")
HOOKS_MOST: Final = 10
PAGE: Final = 50
PAGE_MOST: Final = 200
URL_LENGTH_MOST: Final = 2000

routes = router("webhooks")

Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{8,200}$",
        description="Made by the caller: sent again it makes no second webhook.",
        examples=["2b6a1c9e-0f53-4f2b-9a3e-5d1f9f0c7711"],
    ),
]
Beginning = Annotated[str, Field(pattern=r"^[a-z_.]{1,60}$", examples=["case.payment"])]


class Hooking(Body):
    """Where to, and which types: all, when none is named."""

    url: str = Field(
        min_length=1, max_length=URL_LENGTH_MOST, examples=["https://portal.example.no/kravspor"]
    )
    types: tuple[Beginning, ...] = Field(default=(), max_length=20)


class Hook(BaseModel):
    """A webhook. One that was stopped is told nothing until it is started again."""

    webhook_id: UUID
    url: str
    types: list[str]
    creditor_ids: list[UUID] | None
    added_at: datetime
    stopped_at: datetime | None
    place: str = Field(description="How far the log has been looked through for it.")


class HookWithSecret(Hook):
    """A webhook with the secret it is signed with, which is shown here and nowhere else."""

    secret: str = Field(description="Standard Webhooks: `whsec_` and base64.")


class Hooks(BaseModel):
    """The webhooks of the caller; an operator sees everybody's."""

    webhooks: list[Hook]


class Told(BaseModel):
    """One thing a webhook was told, or is to be told. `answer` is the last status, or why none."""

    event_id: UUID
    place: str
    type: str
    state: State
    attempts: int
    added_at: datetime
    tried_at: datetime | None
    next_at: datetime | None
    answer: str


class Log(BaseModel):
    """A page of the log of deliveries, the latest first; `next` asks for the one after it."""

    deliveries: list[Told]
    next: str | None


@routes.post("/webhooks", response_model=HookWithSecret, **for_(*OWNERS, also=(413, 415, 422)))
def add_webhook(said: Hooking, visit: Visiting, key: Key) -> Any:
    """Be told of what happens from now on, at `url`, signed as Standard Webhooks has it.

    Refuses: webhook_url_invalid, webhook_url_not_tls, webhook_url_private, webhooks_too_many.
    """
    store = visit.office.durable.webhooks
    refuse_bad_url(said.url, local=visit.local_webhooks)
    webhook_id = uuid5(visit.caller.key_id, f"webhook {key}")
    own = _own(visit)
    known = any(hook.webhook_id == webhook_id for hook in own)
    refuse_if(len(own) >= HOOKS_MOST and not known, "webhooks_too_many", most=HOOKS_MOST)
    hook = Webhook(
        webhook_id=webhook_id,
        key_id=visit.caller.key_id,
        url=said.url,
        creditor_ids=visit.caller.creditor_ids,
        types=said.types,
        places=written(here(visit.office)),
        added_at=visit.office.clock.now(),
    )
    kept = store.add(hook)
    refuse_if((kept.url, kept.types) != (hook.url, hook.types), "key_reused")
    refuse_if(kept.removed_at is not None, "webhook_unknown")
    return _with_secret(visit, kept)


@routes.get("/webhooks", response_model=Hooks, **for_(*OWNERS))
def webhooks(visit: Visiting) -> Any:
    """The webhooks there are."""
    return Hooks(webhooks=[_hook(hook) for hook in _own(visit)])


@routes.delete("/webhooks/{webhook_id}", response_model=Hook, **for_(*OWNERS))
def remove_webhook(webhook_id: UUID, visit: Visiting) -> Any:
    """Tell it nothing more, for good.

    Refuses: webhook_unknown.
    """
    hook = _one(visit, webhook_id)
    visit.office.durable.webhooks.remove(webhook_id, visit.office.clock.now())
    return _hook(hook)


@routes.post("/webhooks/{webhook_id}/rotate", response_model=HookWithSecret, **for_(*OWNERS))
def rotate_webhook(webhook_id: UUID, visit: Visiting) -> Any:
    """Sign with another secret from now on.

    Refuses: webhook_unknown.
    """
    _one(visit, webhook_id)
    visit.office.durable.webhooks.rotate(webhook_id)
    return _with_secret(visit, _one(visit, webhook_id))


@routes.post("/webhooks/{webhook_id}/start", response_model=Hook, **for_(*OWNERS))
def start_webhook(webhook_id: UUID, visit: Visiting) -> Any:
    """Start one that was stopped because it took nothing for days; it misses nothing.

    Refuses: webhook_unknown.
    """
    _one(visit, webhook_id)
    visit.office.durable.webhooks.stop(webhook_id, None)
    return _hook(_one(visit, webhook_id))


@routes.get("/webhooks/{webhook_id}/deliveries", response_model=Log, **for_(*OWNERS))
def deliveries(
    webhook_id: UUID,
    visit: Visiting,
    limit: Annotated[int, Query(ge=1, le=PAGE_MOST)] = PAGE,
    after: Annotated[str | None, Query(description="`next` of the page before.")] = None,
) -> Any:
    """What it was told, each try's outcome, the latest first.

    Refuses: webhook_unknown.
    """
    _one(visit, webhook_id)
    before = None if after is None else _read(after)
    found = visit.office.durable.webhooks.told(webhook_id, before, limit + 1)
    page = found[:limit]
    more = _mark(page[-1]) if len(found) > limit else None
    return Log(deliveries=[_told(each) for each in page], next=more)


@routes.post("/webhooks/{webhook_id}/deliveries/{event_id}", response_model=Hook, **for_(*OWNERS))
def deliver_again(webhook_id: UUID, event_id: UUID, visit: Visiting) -> Any:
    """Have one thing told again, whatever became of it.

    Refuses: webhook_unknown, delivery_unknown.
    """
    hook = _one(visit, webhook_id)
    again = visit.office.durable.webhooks.again(webhook_id, event_id, visit.office.clock.now())
    refuse_if(not again, "delivery_unknown")
    return _hook(hook)


def _own(visit: Visit) -> list[Webhook]:
    """The caller's webhooks. What another key has made is not there, but for an operator."""
    everybody = visit.caller.role == "operator"
    hooks = visit.office.durable.webhooks.all_hooks()
    return [hook for hook in hooks if everybody or hook.key_id == visit.caller.key_id]


def _one(visit: Visit, webhook_id: UUID) -> Webhook:
    for hook in _own(visit):
        if hook.webhook_id == webhook_id:
            return hook
    raise RefusedError("webhook_unknown")


def _hook(hook: Webhook) -> Hook:
    return Hook(
        webhook_id=hook.webhook_id,
        url=hook.url,
        types=list(hook.types),
        creditor_ids=listed(hook.creditor_ids),
        added_at=hook.added_at,
        stopped_at=hook.stopped_at,
        place=hook.places,
    )


def _with_secret(visit: Visit, hook: Webhook) -> HookWithSecret:
    secret = secret_of(visit.office.vault, hook)
    return HookWithSecret(**_hook(hook).model_dump(), secret=secret)


def _told(each: Delivery) -> Told:
    return Told(
        event_id=each.event_id,
        place=each.place,
        type=each.type,
        state=each.state,
        attempts=each.attempts,
        added_at=each.added_at,
        tried_at=each.tried_at,
        next_at=each.next_at if each.state == "waiting" else None,
        answer=each.answer,
    )


def _mark(last: Delivery) -> str:
    words = f"{last.added_at.isoformat()} {last.event_id}"
    return urlsafe_b64encode(words.encode()).decode().rstrip("=")


def _read(mark: str) -> tuple[datetime, UUID]:
    try:
        words = urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode()
        at, _, event_id = words.partition(" ")
        return datetime.fromisoformat(at).astimezone(UTC), UUID(event_id)
    except (ValueError, OverflowError):
        raise ProblemError(400, "page_invalid") from None
