"""Webhooks and deliveries in the schema `durable` of the journal's database."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg import Connection

from gateways.durable.webhooks import LEASE, Delivery, Webhook
from gateways.postgres.database import Database, Params, counted
from gateways.postgres.queries import query
from projections.views.sql import listed

HOOK = (
    *("webhook_id", "key_id", "url", "creditor_ids", "types", "places"),
    *("secret_version", "added_at", "removed_at", "stopped_at"),
)
DELIVERY = (
    *("webhook_id", "event_id", "place", "type", "body", "state", "attempts"),
    *("next_at", "tried_at", "answer", "added_at"),
)


class PostgresWebhooks:
    """Webhooks by id, deliveries by webhook and event."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, hook: Webhook) -> Webhook:
        """Keep the webhook unless its id is known."""
        params = {name: getattr(hook, name) for name in HOOK}
        params["types"] = list(hook.types)
        params["creditor_ids"] = listed(hook.creditor_ids)
        self._run("add_webhook", params)
        found = self._database.fetch("webhook", {"webhook_id": hook.webhook_id})
        return _hook(found[0])

    def all_hooks(self) -> Sequence[Webhook]:
        """All that are not removed."""
        return [_hook(row) for row in self._database.fetch("webhooks")]

    def rotate(self, webhook_id: UUID) -> None:
        """Give it another secret."""
        self._run("rotate_webhook", {"webhook_id": webhook_id})

    def remove(self, webhook_id: UUID, at: datetime) -> None:
        """Tell it nothing more."""
        self._run("remove_webhook", {"webhook_id": webhook_id, "at": at})

    def stop(self, webhook_id: UUID, at: datetime | None) -> None:
        """Tell it nothing until it is started again."""
        self._run("stop_webhook", {"webhook_id": webhook_id, "at": at})

    def take(self, hook: Webhook, places: str, deliveries: Sequence[Delivery]) -> bool:
        """Keep what is to be told, and how far that is."""
        moved = {"webhook_id": hook.webhook_id, "before": hook.places, "places": places}
        rows = [{name: getattr(each, name) for name in DELIVERY} for each in deliveries]

        def both(connection: Connection) -> bool:
            with connection.transaction():
                if not connection.execute(query("move_webhook"), moved).rowcount:
                    return False
                if rows:
                    connection.cursor().executemany(query("add_delivery"), rows)
                return True

        return self._database.read(both)

    def due(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """What is to be told now."""
        params = {"now": now, "limit": limit, "leased": now + LEASE}
        return [_delivery(row) for row in self._database.fetch("take_deliveries", params)]

    def tried(self, delivery: Delivery) -> None:
        """Keep what became of a try."""
        self._run("tried_delivery", {name: getattr(delivery, name) for name in DELIVERY})

    def again(self, webhook_id: UUID, event_id: UUID, now: datetime) -> bool:
        """Have something told again."""
        params = {"webhook_id": webhook_id, "event_id": event_id, "now": now}
        return bool(self._database.fetch("deliver_again", params))

    def told(
        self, webhook_id: UUID, before: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Delivery]:
        """What a webhook was told, the latest first."""
        at, event_id = before or (None, None)
        params = {"webhook_id": webhook_id, "at": at, "event_id": event_id, "limit": limit}
        return [_delivery(row) for row in self._database.fetch("deliveries", params)]

    def refusing_since(self, webhook_id: UUID) -> datetime | None:
        """When the oldest thing came that was never taken, if nothing was taken since."""
        found = self._database.fetch("refusing_since", {"webhook_id": webhook_id})
        since: datetime | None = found[0][0]
        return since

    def prune(self, before: datetime, *, trial: bool = False) -> int:
        """Remove what was taken before that moment, but for each webhook's last."""
        return counted(self._database, "prune_deliveries", {"before": before, "trial": trial})

    def _run(self, name: str, params: Params) -> None:
        self._database.read(lambda connection: connection.execute(query(name), params))


def _hook(row: Sequence[object]) -> Webhook:
    told = dict(zip(HOOK, row, strict=True))
    for name in ("creditor_ids", "types"):
        told[name] = tuple(held) if isinstance(held := told[name], list) else None
    return Webhook(**told)  # type: ignore[arg-type]  # the columns are typed as the fields are


def _delivery(row: Sequence[object]) -> Delivery:
    told = dict(zip(DELIVERY, row, strict=True))
    return Delivery(**told)  # type: ignore[arg-type]  # as above
