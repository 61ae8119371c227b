"""Taking in a creditor's invoice file: each row is offered, waits, or is refused, whole."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid5

from engine.journal.shards import child_id
from engine.law.deadlines import latest_registration
from engine.loop import fold
from engine.pump import RipeClaims, registration
from engine.refusal import RefusedError
from engine.registration import CLAIM, PERSON, ClaimState, OfferClaims, offer_claims
from engine.streams import claim_id_of, claim_stream, person_stream
from events.claim import ClaimOffered
from events.money import ZERO
from events.personal import Clear
from gateways.desk import debtors
from gateways.desk.asking import DESK, By, carry
from gateways.desk.debtors import Details
from gateways.desk.finding import Creditors
from gateways.desk.refused_rows import RefusedLine, of_file, told
from gateways.importing.invoices import InvoiceFile, InvoiceRow, read_invoices
from gateways.importing.reasons import write_reasons
from gateways.office import Office
from projections import candidate, case_list, creditor, debtor
from projections.creditor import Creditor

# As many commands are under way at once, so that their commits share a flush.
AT_ONCE = 8
CHUNK = 500
AGAIN = "after erasure"  # what makes the next id of a person who was forgotten

Progress = Callable[[int], None]
Decided = Sequence[tuple["Invoice", str]]


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """An invoice that is taken in and may be registered from `ripe_on`."""

    line_no: int
    invoice_number: str
    ripe_on: date


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that the file led to."""

    case_id: UUID
    case_number: str
    kid: str


@dataclass(frozen=True, slots=True)
class StuckDebtor:
    """Ripe invoices that could not be registered today; they stay, and are tried every day."""

    debtor_id: UUID
    invoice_numbers: tuple[str, ...]
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of a file: its rows are offered, known already, or refused.

    `waiting` and `cases` tell what became of those offered or known. `refused_later` are the
    rows that could be read and were refused all the same. `changed` are the known debtors of
    whom the file told a new name, address or contact point.
    """

    sha256: str
    rows: int
    offered: int
    known: int
    waiting: tuple[WaitingLine, ...]
    cases: tuple[NewCase, ...]
    stuck: tuple[StuckDebtor, ...]
    changed: tuple[UUID, ...]
    refused: tuple[RefusedLine, ...]
    refused_later: tuple[RefusedLine, ...]
    unread_sheets: tuple[str, ...]
    file: InvoiceFile


@dataclass(frozen=True, slots=True)
class Invoice:
    """A row with whose it is: creditor, debtor and the id of the claim."""

    row: InvoiceRow
    creditor: Creditor
    debtor_id: UUID
    claim_id: UUID


def take_in(  # noqa: PLR0913 - a file, how to read it, and who hands it in when
    office: Office,
    content: bytes,
    filename: str,
    *,
    today: date,
    actor: str,
    mapping: Mapping[str, str] | None = None,
    allow_synthetic: bool = False,
    progress: Progress | None = None,
    dry_run: bool = False,
    of: Sequence[UUID] | None = None,
    causation: UUID | None = None,
) -> Taken:
    """Offer the file's invoices and register those that are ripe; the rest wait for their day.

    The same file again changes nothing. `allow_synthetic` lets the official test persons'
    numbers through; `progress` is told of rows as they are done; `dry_run` only tells what
    would become of each. `of` are the only creditors whose invoices are taken, None is all:
    a row of another creditor is refused as one of a creditor nobody knows.
    Raises ImportFileError when the file as a whole cannot be read.
    """
    file = read_invoices(
        content, filename, mapping=mapping, today=today, allow_synthetic=allow_synthetic
    )
    by = By(actor, today, causation=causation)
    desk = _Import(office, by, uuid5(DESK, file.sha256), progress or _untold)
    owned, unknown = _owned(office, file.rows, of)
    new, known, refused = desk.sorted_out(owned)
    offered: Decided = [(each, "") for each in new] if dry_run else desk.offered(new)
    taken = [each for each, code in offered if not code]
    later = [*unknown, *refused, *(told(each.row, code) for each, code in offered if code)]
    owing = () if dry_run else _debtors([*taken, *known])
    cases, stuck = desk.registered(owing)
    return Taken(
        sha256=file.sha256,
        rows=len(file.rows) + len(file.refused),
        offered=len(taken),
        known=len(known),
        waiting=_waiting(office, [*taken, *known], today),
        cases=cases,
        stuck=stuck,
        changed=tuple(sorted(desk.changed)),
        refused=_all_refused(file, later),
        refused_later=tuple(sorted(later)),
        unread_sheets=file.unread_sheets,
        file=file,
    )


def write_refused(taken: Taken, path: Path) -> None:
    """Write the refused rows with their reasons, to be corrected and imported again."""
    extra = [(line.line_no, line.code, line.text) for line in taken.refused_later]
    write_reasons(taken.file, extra, path)


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


def _debtor_id(office: Office, creditor_id: UUID, identity: str) -> UUID:
    return child_id(creditor_id, office.vault.hmac("person", identity.encode()))


@dataclass(frozen=True, slots=True)
class _Import:
    office: Office
    by: By
    import_id: UUID
    progress: Progress
    changed: set[UUID] = field(default_factory=set)

    def sorted_out(
        self, owned: Sequence[Invoice]
    ) -> tuple[list[Invoice], list[Invoice], list[RefusedLine]]:
        """The invoices that are new, those there already, and those that cannot be taken."""
        new, known, refused = [], [], []
        states = self._states(owned)
        for each in owned:
            code = _refusal(each, states[each.claim_id], self.by.today)
            if code:
                refused.append(told(each.row, code))
            elif states[each.claim_id].offered is None:
                new.append(each)
            else:
                known.append(each)
        self.progress(len(refused) + len(known))
        return new, known, refused

    def _states(self, owned: Sequence[Invoice]) -> dict[UUID, ClaimState]:
        states = {}
        for start in range(0, len(owned), CHUNK):
            names = {claim_stream(e.claim_id): e.claim_id for e in owned[start : start + CHUNK]}
            histories = self.office.store.read_many(list(names))
            states.update({names[name]: fold(CLAIM, found) for name, found in histories.items()})
        return states

    def offered(self, new: Sequence[Invoice]) -> list[tuple[Invoice, str]]:
        """Hand the new invoices over, a debtor at a time; each with the code that refused it."""
        groups: dict[UUID, list[Invoice]] = {}
        for each in new:
            groups.setdefault(each.debtor_id, []).append(each)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(self._offer, groups.values()))
        return [each for group in done for each in group]

    def _offer(self, group: list[Invoice]) -> list[tuple[Invoice, str]]:
        try:
            self._carry_offer(group)
        except RefusedError as refusal:
            if len(group) == 1:
                self.progress(1)
                return [(group[0], refusal.code)]
            return [found for each in group for found in self._offer([each])]
        self.progress(len(group))
        return [(each, "") for each in group]

    def _carry_offer(self, group: list[Invoice]) -> None:
        first = group[0]
        # What is on the invoice that was made last is what the creditor knows now.
        latest = max(group, key=lambda each: (each.row.issued_on, each.row.line_no))
        told = _details(latest.row)
        news = debtors.with_news(debtors.told_of(self.office, first.debtor_id), told)
        command = OfferClaims(
            creditor_id=first.creditor.creditor_id,
            debtor_id=first.debtor_id,
            debtor=debtors.recording(first.debtor_id, news or told, self.by.today),
            claims={each.claim_id: _claim(each, self.by.today) for each in group},
            today=self.by.today,
            details_are_new=news is not None,
        )
        claims = " ".join(sorted(str(each.claim_id) for each in group))
        command_id = uuid5(self.import_id, f"{self.by.today} {first.debtor_id} {claims}")
        ids = (command_id, self.import_id)
        carry(self.office, offer_claims(command), command, self.by, ids=ids)
        if news is not None:
            self.changed.add(first.debtor_id)

    def registered(
        self, debtors: Sequence[tuple[Creditor, UUID]]
    ) -> tuple[tuple[NewCase, ...], tuple[StuckDebtor, ...]]:
        """Register what is ripe on these debtors."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            done = list(pool.map(self._register, debtors))
        cases = tuple(each for each in done if isinstance(each, NewCase))
        return cases, tuple(each for each in done if isinstance(each, StuckDebtor))

    def _register(self, debtor: tuple[Creditor, UUID]) -> NewCase | StuckDebtor | None:
        owner, debtor_id = debtor
        today = self.by.today
        of_debtor = {"creditor_id": owner.creditor_id, "debtor_id": debtor_id}
        found = self.office.rows.find(
            candidate.TABLE, equals=of_debtor, at_most={"ripe_on": today}
        )
        ripe = [row for row in found if today <= row.too_old_after]
        if not ripe:
            return None
        claim_ids = tuple(sorted(row.claim_id for row in ripe))
        claims = RipeClaims(owner.creditor_id, owner.number, debtor_id, claim_ids)
        asked = registration(claims, today)
        try:
            self.office.carry(asked)
        except RefusedError as refusal:
            numbers = tuple(row.invoice_number for row in ripe)
            return StuckDebtor(debtor_id, numbers, refusal.code)
        case = self.office.rows.get(case_list.TABLE, (asked.correlation,))
        return None if case is None else NewCase(case.case_id, case.case_number, case.kid)


def _owned(
    office: Office, rows: Sequence[InvoiceRow], of: Sequence[UUID] | None
) -> tuple[list[Invoice], list[RefusedLine]]:
    among = {} if of is None else {"creditor_id": of}
    creditors = Creditors(office.rows.find(creditor.TABLE, among=among))
    owned, refused = [], []
    for row in rows:
        called = creditors.called(row.creditor)
        if len(called) != 1:
            code = "creditor_ambiguous" if called else "creditor_unknown"
            refused.append(told(row, code))
            continue
        owner = called[0]
        debtor_id = debtor_id_of(office, owner.creditor_id, row)
        claim_id = claim_id_of(owner.creditor_id, row.invoice_number)
        owned.append(Invoice(row, owner, debtor_id, claim_id))
    return _not_forgotten(office, owned), refused


def _not_forgotten(office: Office, owned: Sequence[Invoice]) -> list[Invoice]:
    """The invoices, those on a person who was forgotten under another id: nothing ties the two."""
    asked = {each.debtor_id for each in owned}
    renamed: dict[UUID, UUID] = {}
    while forgotten := _forgotten(office, asked):
        renamed |= {debtor_id: child_id(debtor_id, AGAIN) for debtor_id in forgotten}
        asked = {renamed[debtor_id] for debtor_id in forgotten}

    def present(debtor_id: UUID) -> UUID:
        while debtor_id in renamed:
            debtor_id = renamed[debtor_id]
        return debtor_id

    return [replace(each, debtor_id=present(each.debtor_id)) for each in owned]


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


def _refusal(each: Invoice, state: ClaimState, today: date) -> str:
    """Why the invoice cannot be offered, seen before it is; empty when nothing is seen."""
    known = state.offered
    if known is not None:
        if known.debtor_id != each.debtor_id:
            return "debtor_differs"
        same = (known.due_on, known.principal_ore) == (each.row.due_on, each.row.amount_ore)
        return "" if same else "already_offered"
    if each.creditor.terms_version is None:
        return "terms_not_accepted"
    return "too_old" if today > latest_registration(each.row.due_on) else ""


def _details(row: InvoiceRow) -> Details:
    return Details(
        kind=row.debtor_kind,
        name=row.debtor_name,
        address=row.address,
        postcode=row.postcode,
        city=row.city or "",
        country=row.country,
        identity_number=row.orgnr or row.national_id,
        email=row.email,
        mobile=row.mobile,
    )


def _claim(each: Invoice, today: date) -> ClaimOffered:
    row = each.row
    return ClaimOffered(
        creditor_id=each.creditor.creditor_id,
        debtor_id=each.debtor_id,
        invoice_number=row.invoice_number,
        issued_on=row.issued_on,
        due_on=row.due_on,
        principal_ore=row.amount_ore,
        consumer=row.debtor_kind == "person" if row.consumer is None else row.consumer,
        varsel_sent_on=row.varsel_sent_on,
        varsel_pay_by=row.varsel_pay_by,
        varsel_fee_ore=row.varsel_fee_ore or ZERO,
        description=(
            Clear(person_id=each.debtor_id, text=row.description) if row.description else None
        ),
        offered_on=today,
    )


def _debtors(taken: Sequence[Invoice]) -> list[tuple[Creditor, UUID]]:
    return [
        (each.creditor, each.debtor_id)
        for each in {each.debtor_id: each for each in taken}.values()
    ]


def _waiting(office: Office, taken: Sequence[Invoice], today: date) -> tuple[WaitingLine, ...]:
    owners = {each.creditor.creditor_id for each in taken}
    ripe_on = {
        row.claim_id: row.ripe_on
        for owner in sorted(owners)
        for row in office.rows.find(
            candidate.TABLE, equals={"creditor_id": owner}, more_than={"ripe_on": today}
        )
    }
    waiting = (
        WaitingLine(each.row.line_no, each.row.invoice_number, ripe_on[each.claim_id])
        for each in taken
        if each.claim_id in ripe_on
    )
    return tuple(sorted(waiting, key=lambda line: line.line_no))


def _all_refused(file: InvoiceFile, later: Sequence[RefusedLine]) -> tuple[RefusedLine, ...]:
    return tuple(sorted([*of_file(file), *later]))


def _untold(_rows: int) -> None:
    """Progress nobody asked for."""
