"""Who owes: name and address as last recorded, opened for those who may see them."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from engine.journal.recorded import Recorded
from engine.vault import Vault
from events.case.lifecycle import DebtorKind
from events.person import ErasureOrdered, KeyDestroyed, PersonRecorded
from projections.fold import Fold, known, subject_id
from projections.opening import ERASED, opened, opened_if
from projections.projection import Key, Projection, Row, Table
from projections.wording import parts_of, sort_name


class Debtor(Row, frozen=True, kw_only=True):
    """One row a debtor. Text is "slettet" once the person is to be forgotten.

    `key_due_on` is the day from which the person's keys are to be destroyed, and empty when
    nothing is to be done. `search_name` is the name in small letters, `name_parts` what any
    three letters of it are found by; `sort_name` sorts as Norwegians do. The identity number
    is not copied here.
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
    key_due_on: date | None = None


TABLE: Final = Table(
    "debtor",
    key=("debtor_id",),
    row=Debtor,
    indexes=(
        "sort_name, debtor_id",
        "recorded_on, debtor_id",
        "search_name",
        "gin name_parts",
        "key_due_on",
    ),
    one_stream=True,
)
OF_PERSON: Final = (PersonRecorded, ErasureOrdered, KeyDestroyed)


def projection(vault: Vault) -> Projection[Debtor]:
    """The debtors, read with the keys of `vault`."""
    return Fold(TABLE, keys, partial(evolve, vault))


def keys(recorded: Recorded) -> Sequence[Key]:
    """The person's row, when something was recorded of it, or it is forgotten."""
    return [(subject_id(recorded),)] if isinstance(recorded.event, OF_PERSON) else []


def evolve(vault: Vault, row: Debtor | None, recorded: Recorded) -> Debtor | None:
    """The debtor as last recorded; what is known of it is always recorded whole."""
    event = recorded.event
    match event:
        case PersonRecorded():
            return _recorded(vault, event, recorded)
        case ErasureOrdered():
            return _forgotten(known(row, recorded), event)
        case KeyDestroyed():
            return replace(known(row, recorded), key_due_on=None)
        case _:
            return row


def _forgotten(row: Debtor, event: ErasureOrdered) -> Debtor:
    """The row as the log will give it without the key: what was empty stays empty."""
    return replace(
        row,
        name=ERASED,
        sort_name=sort_name(ERASED),
        search_name=ERASED,
        name_parts=parts_of(ERASED),
        address=ERASED,
        postcode=ERASED,
        city=ERASED,
        email=row.email and ERASED,
        mobile=row.mobile and ERASED,
        erased=True,
        key_due_on=event.ordered_on,
    )


def _recorded(vault: Vault, event: PersonRecorded, recorded: Recorded) -> Debtor:
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
