"""Which debtor somebody is: the same with the same creditor, until it is forgotten."""

from collections.abc import Callable, Iterable
from uuid import UUID

from engine.journal.shards import child_id
from engine.loop import fold
from engine.registration import PERSON
from engine.streams import person_stream
from gateways.importing.invoices import InvoiceRow
from gateways.office import Office
from projections import creditor, debtor

CHUNK = 500
AGAIN = "after erasure"  # what makes the next id of a person who was forgotten


def debtor_id_of(office: Office, creditor_id: UUID, row: InvoiceRow) -> UUID:
    """The id of the row's debtor: the same number, or else name and address, is the same debtor.

    What is hashed is personal, so it is hashed under the agency's key.
    """
    if number := row.orgnr or row.national_id:
        return _debtor_id(office, creditor_id, f"number {number}")
    words = f"{row.debtor_name} {row.postcode} {row.address}".casefold()
    kept = "".join(letter if letter.isalnum() else " " for letter in words)
    return _debtor_id(office, creditor_id, f"name {' '.join(kept.split())}")


def debtor_ids_of_number(office: Office, number: str) -> list[UUID]:
    """The debtors, one a creditor at the most and again after an erasure, with that number."""
    found = []
    for owner in office.rows.find(creditor.TABLE):
        debtor_id = _debtor_id(office, owner.creditor_id, f"number {number}")
        while office.rows.get(debtor.TABLE, (debtor_id,)) is not None:
            found.append(debtor_id)
            debtor_id = child_id(debtor_id, AGAIN)
    return found


def present_ids(office: Office, debtor_ids: Iterable[UUID]) -> Callable[[UUID], UUID]:
    """What each is called now: one who was forgotten has another id, and nothing ties the two."""
    asked = set(debtor_ids)
    renamed: dict[UUID, UUID] = {}
    while forgotten := _forgotten(office, asked):
        renamed |= {debtor_id: child_id(debtor_id, AGAIN) for debtor_id in forgotten}
        asked = {renamed[debtor_id] for debtor_id in forgotten}

    def present(debtor_id: UUID) -> UUID:
        while debtor_id in renamed:
            debtor_id = renamed[debtor_id]
        return debtor_id

    return present


def _debtor_id(office: Office, creditor_id: UUID, identity: str) -> UUID:
    return child_id(creditor_id, office.vault.hmac("person", identity.encode()))


def _forgotten(office: Office, debtor_ids: Iterable[UUID]) -> list[UUID]:
    """Those of the debtors whose erasure has been ordered."""
    asked = sorted(debtor_ids)
    found = []
    for start in range(0, len(asked), CHUNK):
        names = {person_stream(each): each for each in asked[start : start + CHUNK]}
        histories = office.store.read_many(list(names))
        found += [
            names[name]
            for name, history in histories.items()
            if fold(PERSON, history).erasure is not None
        ]
    return found
