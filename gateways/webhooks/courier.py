"""The courier: looks through the log for each webhook, and calls until it was taken."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Thread
from typing import Final
from uuid import UUID

import orjson

from engine.ports import HaltedError, UnavailableError
from gateways.durable.webhooks import PAUSES, STOPPED_AFTER, Delivery, Webhook
from gateways.following import next_happenings, places_of, written
from gateways.office import Office
from gateways.webhooks import posting
from gateways.webhooks.posting import Postman
from projections.views.happenings import Happening

AT_ONCE: Final = 8
BATCH: Final = 100
LOOK_SECONDS: Final = 5.0  # retries come due although nothing happens


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to."""

    gathered: int
    delivered: int
    refused: int


class Courier:
    """Tells every webhook everything it may hear, at least once."""

    def __init__(self, office: Office, *, local: bool = False) -> None:
        self._office = office
        self._hooks = office.durable.webhooks
        self._local = local

    def round(self) -> Round:
        """Gather what has happened, and call whoever is to be called now."""
        now = self._office.clock.now()
        hooks = {hook.webhook_id: hook for hook in self._allowed(now)}
        awake = [hook for hook in hooks.values() if hook.stopped_at is None]
        gathered = sum(self._gather(hook, now) for hook in awake)
        due = self._hooks.due(now, BATCH) if awake else ()
        with posting.client_of() as client, ThreadPoolExecutor(AT_ONCE) as pool:
            postman = Postman(client, self._office.vault, self._local)
            rows = [(postman, hooks[hook_id], row) for hook_id, row in _by_hook(due).items()]
            answers = [
                taken for told in pool.map(lambda call: self._tell(*call), rows) for taken in told
            ]
        for hook_id in {each.webhook_id for each in due}:
            self._stop_if_deaf(hooks[hook_id], now)
        delivered = sum(answers)
        return Round(gathered, delivered, len(answers) - delivered)

    def _tell(self, postman: Postman, hook: Webhook, row: Sequence[Delivery]) -> list[bool]:
        """Call in the order of the log; what is behind a call that failed waits for a round."""
        answers: list[bool] = []
        for at, each in enumerate(row, 1):
            answers.append(self._call(postman, hook, each))
            if not answers[-1]:
                now = self._office.clock.now()
                for left in row[at:]:
                    self._hooks.tried(replace(left, next_at=now))
                break
        return answers

    def _allowed(self, now: datetime) -> list[Webhook]:
        """The webhooks of keys that still open; whoever's key was revoked hears nothing more."""
        keys = self._office.durable.access.all_keys()
        revoked = {key.key_id for key in keys if key.revoked_at is not None}
        allowed = []
        for hook in self._hooks.all_hooks():
            if hook.key_id in revoked:
                self._hooks.remove(hook.webhook_id, now)
            else:
                allowed.append(hook)
        return allowed

    def _gather(self, hook: Webhook, now: datetime) -> int:
        """Keep what comes next for the webhook; how much that was."""
        places = places_of(hook.places)
        found, further = next_happenings(self._office, places, hook.creditor_ids)
        if further == places:
            return 0
        wanted = [each for each in found if each.type.startswith(hook.types or ("",))]
        deliveries = [_delivery(hook, each, now) for each in wanted]
        return len(deliveries) if self._hooks.take(hook, written(further), deliveries) else 0

    def _call(self, postman: Postman, hook: Webhook, delivery: Delivery) -> bool:
        now = self._office.clock.now()
        answer = postman.post(hook, delivery, now)
        tried = replace(delivery, attempts=delivery.attempts + 1, tried_at=now, answer=answer)
        if posting.taken(answer):
            self._hooks.tried(replace(tried, state="delivered"))
            return True
        if posting.gone(answer):
            self._hooks.stop(hook.webhook_id, now)
        if tried.attempts > len(PAUSES):
            self._hooks.tried(replace(tried, state="given_up"))
        else:
            self._hooks.tried(replace(tried, next_at=now + PAUSES[tried.attempts - 1]))
        return False

    def _stop_if_deaf(self, hook: Webhook, now: datetime) -> None:
        since = self._hooks.refusing_since(hook.webhook_id)
        if since is not None and now - since > STOPPED_AFTER:
            self._hooks.stop(hook.webhook_id, now)


@contextmanager
def delivering(courier: Courier, office: Office) -> Iterator[None]:
    """Rounds in a thread until the block is left; woken by whatever happens."""
    stop, woken = Event(), Event()

    def rounds() -> None:
        while not stop.is_set():
            woken.clear()
            try:
                done = courier.round()
            except (UnavailableError, HaltedError):  # the work beside tells it; tried again
                done = Round(0, 0, 0)
            if not done.gathered:
                woken.wait(LOOK_SECONDS)

    unlisten = office.moves.listen(woken)
    thread = Thread(target=rounds, name="courier")
    thread.start()
    try:
        yield
    finally:
        stop.set()
        woken.set()
        thread.join()
        unlisten()


def _by_hook(due: Sequence[Delivery]) -> dict[UUID, list[Delivery]]:
    """What each webhook is to be told, in the order of the log."""
    rows: dict[UUID, list[Delivery]] = {}
    for each in sorted(due, key=lambda each: _place(each.place)):
        rows.setdefault(each.webhook_id, []).append(each)
    return rows


def _place(told: str) -> tuple[int, ...]:
    """A place as its shard and its nid."""
    return tuple(map(int, told.split(":")))


def _delivery(hook: Webhook, each: Happening, now: datetime) -> Delivery:
    told = {
        "type": each.type,
        "timestamp": each.recorded_at,
        "data": {
            "event_id": each.event_id,
            "place": each.place,
            "creditor_id": each.creditor_id,
            "case_id": each.case_id,
            "case_number": each.case_number,
            "happened_on": each.happened_on,
            "what": each.what,
        },
    }
    return Delivery(
        webhook_id=hook.webhook_id,
        event_id=each.event_id,
        place=each.place,
        type=each.type,
        body=orjson.dumps(told),
        next_at=now,
        added_at=now,
    )
