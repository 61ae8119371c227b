"""Cases, creditors and payments by what people call them."""

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar
from uuid import UUID

from engine.refusal import refuse_if
from engine.streams import case_number_of
from events.kid import parse_kid
from gateways.identity_numbers import normal_orgnr
from gateways.office import Office
from projections import case_list, creditor, payment, payout
from projections.case_list import CaseRow
from projections.creditor import Creditor
from projections.payment import Payment
from projections.payout import Payout

BEGINNING = re.compile(r"[0-9a-f][0-9a-f-]{0,35}")
# Short enough to be typed, too long to be a creditor's number by mistake.
CREDITOR_BEGINNING = re.compile(r"[0-9a-f]{8}[0-9a-f-]{0,28}")
CASE_NUMBER = re.compile(r"\d{5}-\d{7}")
R = TypeVar("R")


def find_case(office: Office, words: str) -> CaseRow:
    """The case by its number, its KID, its id, or the beginning of its id.

    Refuses: case_unknown, case_ambiguous.
    """
    said = words.strip().lower()
    if CASE_NUMBER.fullmatch(said):
        found = office.rows.find(case_list.TABLE, equals={"case_number": said})
    elif case := case_by_kid(office, said):
        found = [case]
    elif (case_id := id_in(said)) is not None:
        found = _some(office.rows.get(case_list.TABLE, (case_id,)))
    elif BEGINNING.fullmatch(said):
        rows = office.rows.find(case_list.TABLE)
        found = [row for row in rows if str(row.case_id).startswith(said)]
    else:
        found = []
    refuse_if(not found, "case_unknown", asked=words)
    refuse_if(len(found) > 1, "case_ambiguous", asked=words, found=len(found))
    return found[0]


def case_by_kid(office: Office, kid: str) -> CaseRow | None:
    """The case that a KID of ours was made for; None when there is none."""
    if parse_kid(kid) is None:
        return None
    numbered = office.rows.find(case_list.TABLE, equals={"case_number": case_number_of(kid)})
    return next((row for row in numbered if row.kid == kid), None)


def find_creditor(office: Office, words: str) -> Creditor:
    """The creditor by number, orgnr, name, id, or the beginning of its id.

    Refuses: creditor_unknown, creditor_ambiguous.
    """
    found = Creditors(office.rows.find(creditor.TABLE)).called(words)
    refuse_if(not found, "creditor_unknown", asked=words)
    refuse_if(len(found) > 1, "creditor_ambiguous", asked=words, found=len(found))
    return found[0]


def find_payment(office: Office, words: str) -> Payment:
    """The payment by its id or the beginning of it; beginnings are looked for in suspense.

    Refuses: payment_unknown, id_ambiguous.
    """
    said = words.strip().lower()
    if (payment_id := id_in(said)) is not None:
        found = _some(office.rows.get(payment.TABLE, (payment_id,)))
    else:
        rows = office.rows.find(payment.TABLE, equals={"state": "suspense"})
        found = [row for row in rows if begins(row.payment_id, said)]
    refuse_if(not found, "payment_unknown", asked=words)
    return only(found, words)


def find_payout(office: Office, words: str) -> Payout:
    """The payout by its id or the beginning of it.

    Refuses: payout_unknown, id_ambiguous.
    """
    said = words.strip().lower()
    if (payout_id := id_in(said)) is not None:
        found = _some(office.rows.get(payout.TABLE, (payout_id,)))
    else:
        found = [row for row in office.rows.find(payout.TABLE) if begins(row.payout_id, said)]
    refuse_if(not found, "payout_unknown", asked=words)
    return only(found, words)


def begins(id_: UUID, said: str) -> bool:
    """Whether the id begins with what was said, which is something."""
    return bool(said) and str(id_).startswith(said)


def only(found: Sequence[R], words: str) -> R:
    """The one that was found.

    Refuses: id_ambiguous.
    """
    refuse_if(len(found) > 1, "id_ambiguous", asked=words, found=len(found))
    return found[0]


class Creditors:
    """The creditors there are, by what a file or a person may call them."""

    def __init__(self, rows: Iterable[Creditor]) -> None:
        self._called: dict[str, list[Creditor]] = {}
        self._ids: list[Creditor] = []
        for row in rows:
            self._ids.append(row)
            for name in {_key(row.name), str(row.number), row.orgnr or _key(row.name)}:
                self._called.setdefault(name, []).append(row)

    def called(self, words: str) -> Sequence[Creditor]:
        """All that are called so; one, when all is well."""
        said = words.strip()
        digits = said.lstrip("0") if said.isdecimal() else None
        for name in (_key(said), digits, normal_orgnr(said)):
            if name and name in self._called:
                return self._called[name]
        if CREDITOR_BEGINNING.fullmatch(said.lower()):
            return [row for row in self._ids if str(row.creditor_id).startswith(said.lower())]
        return []


def id_in(words: str) -> UUID | None:
    """The id that the words are; None when they are none."""
    try:
        return UUID(words)
    except ValueError:
        return None


def _key(name: str) -> str:
    return " ".join(name.casefold().split())


def _some(row: R | None) -> list[R]:
    return [] if row is None else [row]
