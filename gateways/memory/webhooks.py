"""Webhooks and deliveries in dicts."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from threading import RLock
from uuid import UUID

from gateways.durable.webhooks import LEASE, Delivery, Webhook


class MemoryWebhooks:
    """Webhooks by id, deliveries by webhook and event."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._hooks: dict[UUID, Webhook] = {}
        self._deliveries: dict[tuple[UUID, UUID], Delivery] = {}

    def add(self, hook: Webhook) -> Webhook:
        """Keep the webhook unless its id is known."""
        with self._lock:
            return self._hooks.setdefault(hook.webhook_id, hook)

    def all_hooks(self) -> Sequence[Webhook]:
        """All that are not removed."""
        with self._lock:
            return [hook for hook in self._hooks.values() if hook.removed_at is None]

    def rotate(self, webhook_id: UUID) -> None:
        """Give it another secret."""
        with self._lock:
            hook = self._hooks[webhook_id]
            self._hooks[webhook_id] = replace(hook, secret_version=hook.secret_version + 1)

    def remove(self, webhook_id: UUID, at: datetime) -> None:
        """Tell it nothing more."""
        with self._lock:
            self._hooks[webhook_id] = replace(self._hooks[webhook_id], removed_at=at)

    def stop(self, webhook_id: UUID, at: datetime | None) -> None:
        """Tell it nothing until it is started again."""
        with self._lock:
            self._hooks[webhook_id] = replace(self._hooks[webhook_id], stopped_at=at)

    def take(self, hook: Webhook, places: str, deliveries: Sequence[Delivery]) -> bool:
        """Keep what is to be told, and how far that is."""
        with self._lock:
            held = self._hooks[hook.webhook_id]
            if held.places != hook.places:
                return False
            self._hooks[hook.webhook_id] = replace(held, places=places)
            for each in deliveries:
                self._deliveries.setdefault((each.webhook_id, each.event_id), each)
            return True

    def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """What is to be told now."""
        with self._lock:
            able = {h.webhook_id for h in self.all_hooks() if h.stopped_at is None}
            found = [
                each
                for each in self._deliveries.values()
                if each.state == "waiting" and each.next_at <= now and each.webhook_id in able
            ]
            found.sort(key=lambda each: each.next_at)
            for each in found[:limit]:
                self._deliveries[each.webhook_id, each.event_id] = replace(
                    each, next_at=now + LEASE
                )
            return found[:limit]

    def tried(self, delivery: Delivery) -> None:
        """Keep what became of a try."""
        with self._lock:
            self._deliveries[delivery.webhook_id, delivery.event_id] = delivery

    def again(self, webhook_id: UUID, event_id: UUID, now: datetime) -> bool:
        """Have something told again."""
        with self._lock:
            held = self._deliveries.get((webhook_id, event_id))
            if held is None:
                return False
            waiting = replace(held, state="waiting", attempts=0, next_at=now)
            self._deliveries[webhook_id, event_id] = waiting
            return True

    def told(
        self, webhook_id: UUID, before: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Delivery]:
        """What a webhook was told, the latest first."""
        with self._lock:
            of_hook = [d for d in self._deliveries.values() if d.webhook_id == webhook_id]
            of_hook.sort(key=lambda each: (each.added_at, each.event_id), reverse=True)
            after = [d for d in of_hook if before is None or (d.added_at, d.event_id) < before]
            return after[:limit]

    def refusing_since(self, webhook_id: UUID) -> datetime | None:
        """When the oldest thing came that was never taken, if nothing was taken since."""
        with self._lock:
            of_hook = [d for d in self._deliveries.values() if d.webhook_id == webhook_id]
            taken = [d.tried_at for d in of_hook if d.state == "delivered" and d.tried_at]
            refused = [d.added_at for d in of_hook if d.state != "delivered" and d.attempts]
            oldest = min(refused, default=None)
            return None if oldest is None or any(at > oldest for at in taken) else oldest

    def prune(self, before: datetime, *, trial: bool = False) -> int:
        """Remove what was taken before that moment, but for each webhook's last."""
        with self._lock:
            taken = [
                (d.tried_at, key)
                for key, d in self._deliveries.items()
                if d.state == "delivered" and d.tried_at
            ]
            last = {key[0]: at for at, key in sorted(taken)}
            gone = [key for at, key in taken if at < min(before, last[key[0]])]
            if not trial:
                for key in gone:
                    del self._deliveries[key]
            return len(gone)
