"""What is kept beside the log goes when its time has come: requests, and who looked at whom."""

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
    """How much is past its time: requests held to their key, lines of the record of access."""

    requests: int = 0
    access_lines: int = 0

    @property
    def anything(self) -> bool:
        """Whether there is anything."""
        return bool(self.requests or self.access_lines)


def past(office: Office, today: date) -> Past:
    """What is past its time on that day; nothing is removed."""
    looks = _at(looks_kept_since(today))
    return Past(
        requests=office.durable.requests.past(_requests_since(office, today)),
        access_lines=office.durable.access.past(looks, _held(office, looks)),
    )


def prune(office: Office, today: date) -> Past:
    """Remove what is past its time; done again, it removes nothing.

    A line of the record of access stays as long as anybody it names is held, for that one may
    ask who looked.
    """
    looks = _at(looks_kept_since(today))
    return Past(
        requests=office.durable.requests.prune(_requests_since(office, today)),
        access_lines=office.durable.access.prune(looks, _held(office, looks)),
    )


def _requests_since(office: Office, today: date) -> datetime:
    return _at(today - timedelta(days=office.keep_requests_days))


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
