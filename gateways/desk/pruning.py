"""What is kept beside the log goes when its time has come: requests, deliveries, looks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from engine.law.retention import looks_kept_since
from gateways.office import OSLO, Office
from projections import debtor

AT_ONCE: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """How much is past its time.

    Requests held to their key; what webhooks were told and took; lines of the record of access.
    """

    requests: int = 0
    deliveries: int = 0
    access_lines: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is anything."""
        return bool(self.requests or self.deliveries or self.access_lines)


def prune(office: Office, today: date, *, trial: bool = False) -> Past:
    """Remove what is past its time on that day; in a trial it is only counted.

    A line of the record of access stays as long as anybody it names is held, for that one may
    ask who looked. What a webhook has not taken stays for ever.
    """
    requests = _at(today - timedelta(days=office.keep_requests_days))
    deliveries = _at(today - timedelta(days=office.keep_deliveries_days))
    looks = _at(looks_kept_since(today))
    kept = office.durable
    return Past(
        requests=kept.requests.prune(requests, trial=trial),
        deliveries=kept.webhooks.prune(deliveries, trial=trial),
        access_lines=kept.access.prune(looks, _held(office, looks), trial=trial),
    )


def _held(office: Office, before: datetime) -> list[UUID]:
    """Those named in lines from before the moment who are not forgotten."""
    named = office.durable.access.named(before)
    return [
        row.debtor_id
        for first in range(0, len(named), AT_ONCE)
        for row in office.rows.find(
            debtor.TABLE, among={"debtor_id": named[first : first + AT_ONCE]}
        )
        if not row.erased
    ]


def _at(day: date) -> datetime:
    """When the day begins in Oslo."""
    return datetime.combine(day, time(), tzinfo=OSLO)
