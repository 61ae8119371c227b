"""Webhooks: who is told by HTTP of what happens, and each thing that is to be told."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Literal, Protocol
from uuid import UUID

# After so long each try is followed by the next: for about three days, and then no more.
PAUSES: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# A hook that has refused everything for so long is stopped until its owner starts it again.
STOPPED_AFTER: Final = timedelta(days=5)
LEASE: Final = timedelta(minutes=2)

State = Literal["waiting", "delivered", "given_up"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """An address that is told. `creditor_ids` None is every creditor; `types` are beginnings.

    `places` is how far the log has been looked through for it. A stopped one is told nothing
    until it is started again, and then nothing is missed.
    """

    webhook_id: UUID
    key_id: UUID
    url: str
    creditor_ids: tuple[UUID, ...] | None
    types: tuple[str, ...]
    places: str
    secret_version: int = 1
    added_at: datetime
    removed_at: datetime | None = None
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event for one webhook. `answer` is the last status, or why there was none."""

    webhook_id: UUID
    event_id: UUID
    place: str
    type: str
    body: bytes = field(repr=False)
    state: State = "waiting"
    attempts: int = 0
    next_at: datetime
    tried_at: datetime | None = None
    answer: str = ""
    added_at: datetime


class WebhookStore(Protocol):
    """Keeps webhooks and the log of what they were told."""

    def add(self, hook: Webhook) -> Webhook:
        """Keep the webhook unless its id is known; what is kept under it."""
        ...

    def all_hooks(self) -> Sequence[Webhook]:
        """All that are not removed, in the order they were added."""
        ...

    def rotate(self, webhook_id: UUID) -> None:
        """Give it another secret; the one before is right no more."""
        ...

    def remove(self, webhook_id: UUID, at: datetime) -> None:
        """Tell it nothing more."""
        ...

    def stop(self, webhook_id: UUID, at: datetime | None) -> None:
        """Tell it nothing until it is started again; None starts it."""
        ...

    def take(self, hook: Webhook, places: str, deliveries: Sequence[Delivery]) -> bool:
        """Keep what is to be told, and how far the log has been looked through, in one.

        False, with nothing kept, when another has looked further than `hook` knows.
        """
        ...

    def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """What is to be told now, the longest waiting first; nobody else gets it for `LEASE`."""
        ...

    def tried(self, delivery: Delivery) -> None:
        """Keep what became of a try."""
        ...

    def again(self, webhook_id: UUID, event_id: UUID, now: datetime) -> bool:
        """Have something told again, whatever became of it; False when there is no such thing."""
        ...

    def told(
        self, webhook_id: UUID, before: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Delivery]:
        """What a webhook was told, the latest first, from before that one on."""
        ...

    def refusing_since(self, webhook_id: UUID) -> datetime | None:
        """When the oldest thing came that was never taken, if nothing was taken since."""
        ...

    def prune(self, before: datetime, *, trial: bool = False) -> int:
        """Remove what was taken before that moment; how much. In a trial it all stays.

        What was never taken stays, and of each webhook the last that was: by it one knows that
        somebody listens.
        """
        ...
