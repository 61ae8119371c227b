"""Forgetting a person: what holds it is told, the key is destroyed, and what was printed goes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from engine.decider import States
from engine.erasure import (
    Basis,
    Hold,
    OrderErasure,
    ReportKeyDestroyed,
    holds,
    looked_at,
    order_erasure,
    report_key_destroyed,
)
from engine.loop import decide, fold
from engine.refusal import RefusedError, refuse_if
from engine.registration import PERSON, PersonState
from engine.streams import case_stream, person_stream
from gateways.desk.asking import By, carry, version_id
from gateways.desk.debtor_ids import debtor_ids_of_number
from gateways.desk.finding import find_case, id_in
from gateways.dispatch.printing import OutboxPrinter
from gateways.identity_numbers import normal_orgnr, parse_foedselsnummer
from gateways.office import Office
from projections import debtor, kept, payment, payout

CLERK = "saga:retention"


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """A person who has been forgotten, and what was removed from the outbox."""

    debtor_id: UUID
    basis: Basis
    files_removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotForgotten:
    """A person whose time had come and who could not be forgotten yet; `code` says why."""

    debtor_id: UUID
    code: str


def find_persons(office: Office, words: str) -> list[UUID]:
    """The debtors that are meant: by identity number, by debtor id, or by one of its cases.

    A person who owes several creditors is a debtor of each; the number finds them all.
    Refuses: debtor_unknown, and as finding a case does.
    """
    number = normal_orgnr(words) or _national_number(words)
    if number is not None:
        found = debtor_ids_of_number(office, number)
        refuse_if(not found, "debtor_unknown")
        return found
    debtor_id = id_in(words.strip())
    if debtor_id is not None and office.rows.get(debtor.TABLE, (debtor_id,)) is not None:
        return [debtor_id]
    return [find_case(office, words).debtor_id]


def holds_on(office: Office, debtor_id: UUID, today: date) -> list[Hold]:
    """All that must be kept on the person, what has run out by now too; the longest first.

    Refuses: debtor_unknown.
    """
    command = _order(office, debtor_id, "request", today)
    streams = looked_at(command)
    histories = office.store.read_many(list(streams)) if streams else {}
    states = States({name: fold(streams[name], histories[name]) for name in histories})
    return sorted(holds(command, states), key=lambda hold: hold.until or date.max, reverse=True)


def refuse_if_held(office: Office, debtor_id: UUID, today: date) -> None:
    """Refuse while anything must be kept on the person; nothing is written.

    Refuses: as ordering an erasure does.
    """
    if _person(office, debtor_id).erasure is None:
        ask = order_erasure(_order(office, debtor_id, "request", today))
        histories = office.store.read_many(list(ask.streams))
        decide(ask, histories)


def forget(
    office: Office, outbox: Path, debtor_id: UUID, by: By, *, basis: Basis = "request"
) -> Forgotten:
    """Forget the person, now and for ever: order it, destroy the keys, remove what was printed.

    Given again after it was cut short, it goes on where it stopped.
    Refuses: as ordering an erasure does.
    """
    if _person(office, debtor_id).erasure is None:
        command = _order(office, debtor_id, basis, by.today)
        command_id = version_id(office, person_stream(debtor_id), by, "forget")
        carry(office, order_erasure(command), command, by, ids=(command_id, debtor_id))
    forgotten = finish(office, outbox, debtor_id, by)
    office.scrub()
    return forgotten


def finish(office: Office, outbox: Path, debtor_id: UUID, by: By) -> Forgotten:
    """Do what an ordered erasure still lacks; done again, it changes nothing.

    Refuses: erasure_not_ordered.
    """
    ordered = _person(office, debtor_id).erasure
    if ordered is None:
        raise RefusedError("erasure_not_ordered")
    for key_id in (debtor_id, *ordered.payment_ids):
        office.vault.forget(key_id)
    printer = OutboxPrinter(outbox)
    removed = sum(printer.forget(each) for each in _letters(office, ordered.case_ids))
    command = ReportKeyDestroyed(debtor_id=debtor_id, today=by.today)
    ids = (uuid5(debtor_id, "key destroyed"), debtor_id)
    carry(office, report_key_destroyed(command), command, by, ids=ids)
    return Forgotten(debtor_id=debtor_id, basis=ordered.basis, files_removed=removed)


def retention_day(
    office: Office, outbox: Path, today: date
) -> tuple[list[Forgotten], list[NotForgotten]]:
    """Forget everybody on whom nothing has to be kept any more, and finish what was cut short."""
    by = By(CLERK, today)
    cut_short = office.rows.due(debtor.TABLE, "key_due_on", today, kept.DEBTORS_MOST)
    ours = [row.debtor_id for row in cut_short if office.mine(person_stream(row.debtor_id))]
    done = [finish(office, outbox, debtor_id, by) for debtor_id in ours]
    left: list[NotForgotten] = []
    for each in kept.forgettable(office.rows, today - kept.DAY):
        if not office.mine(person_stream(each.debtor_id)):
            continue
        try:
            command = _order(office, each.debtor_id, "retention", today)
            command_id = version_id(office, person_stream(each.debtor_id), by, "forget")
            carry(office, order_erasure(command), command, by, ids=(command_id, each.debtor_id))
        except RefusedError as refusal:
            left.append(NotForgotten(debtor_id=each.debtor_id, code=refusal.code))
        else:
            done.append(finish(office, outbox, each.debtor_id, by))
    if done:
        office.scrub()
    return done, left


def _national_number(words: str) -> str | None:
    found = parse_foedselsnummer(words, allow_synthetic=True)
    return found.number if found else None


def _order(office: Office, debtor_id: UUID, basis: Basis, today: date) -> OrderErasure:
    person = _person(office, debtor_id)
    refuse_if(person.recorded is None, "debtor_unknown")
    rows = office.rows.find(kept.TABLE, equals={"debtor_id": debtor_id})
    claims = {row.subject_id for row in rows} - set(person.case_ids)
    payments = {
        row.payment_id
        for case_id in person.case_ids
        for row in office.rows.find(payment.TABLE, equals={"case_id": case_id})
    }
    return OrderErasure(
        debtor_id=debtor_id,
        case_ids=person.case_ids,
        claim_ids=tuple(sorted(claims)),
        payment_ids=tuple(sorted(payments)),
        basis=basis,
        today=today,
    )


def _person(office: Office, debtor_id: UUID) -> PersonState:
    return fold(PERSON, office.store.read(person_stream(debtor_id)))


def _letters(office: Office, case_ids: Sequence[UUID]) -> set[UUID]:
    """The letters of the cases, and the settlement letters that name their debtor."""
    found: set[UUID] = set()
    for case_id in case_ids:
        events = office.store.read(case_stream(case_id)).events
        found |= {each for e in events if (each := getattr(e.event, "letter_id", None))}
        lines = office.rows.find(payout.LINES, equals={"case_id": case_id})
        found |= {line.payout_id for line in lines}
    return found
