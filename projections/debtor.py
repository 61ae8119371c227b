"""Who owes: name and address as last recorded, opened for those who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from engine.journal.recorded import Recorded
from engine.vault import Vault
from events.case.lifecycle import DebtorKind
from events.person import PersonRecorded
from projections.fold import Fold, subject_id
from projections.opening import ERASED, opened, opened_if
from projections.projection import Key, Projection, Table
from projections.wording import parts_of, sort_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Debtor:
    """One row a debtor. Text is "slettet" once the person's key is gone.

    `search_name` is the name in small letters, `name_parts` what any three letters of it are
    found by; `sort_name` sorts as Norwegians do. The identity number is not copied here.
    """

    debtor_id: UUID
    kind: DebtorKind
    name: str
    sort_name: str
    search_name: str
    name_parts: tuple[str, ...]
    address: str
    postcode: str
    city: str
    country: str
    email: str | None
    mobile: str | None
    recorded_on: date
    version: int
    erased: bool


TABLE: Final = Table(
    "debtor",
    key=("debtor_id",),
    row=Debtor,
    indexes=("sort_name, debtor_id", "search_name", "gin name_parts"),
)


def projection(vault: Vault) -> Projection[Debtor]:
    """The debtors, read with the keys of `vault`."""
    return Fold(TABLE, keys, partial(evolve, vault))


def keys(recorded: Recorded) -> Sequence[Key]:
    """The person's row, when something was recorded of it."""
    return [(subject_id(recorded),)] if isinstance(recorded.event, PersonRecorded) else []


def evolve(vault: Vault, row: Debtor | None, recorded: Recorded) -> Debtor | None:
    """The debtor as last recorded; what is known of it is always recorded whole."""
    event = recorded.event
    if not isinstance(event, PersonRecorded):
        return row
    name = opened(vault, event.name, recorded, "name")
    return Debtor(
        debtor_id=subject_id(recorded),
        kind=event.kind,
        name=name,
        sort_name=sort_name(name),
        search_name=name.casefold(),
        name_parts=parts_of(name),
        address=opened(vault, event.address, recorded, "address"),
        postcode=opened(vault, event.postcode, recorded, "postcode"),
        city=opened(vault, event.city, recorded, "city"),
        country=event.country,
        email=opened_if(vault, event.email, recorded, "email"),
        mobile=opened_if(vault, event.mobile, recorded, "mobile"),
        recorded_on=event.recorded_on,
        version=recorded.version,
        erased=name == ERASED,
    )
