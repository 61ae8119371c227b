"""Invoices are handed over, a debtor at a time: new, known, or refused with a code."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid5

from engine.law.deadlines import latest_registration
from engine.loop import fold
from engine.refusal import RefusedError
from engine.registration import CLAIM, ClaimState, OfferClaims, offer_claims
from engine.streams import claim_stream
from events.claim import ClaimOffered
from events.money import ZERO
from events.personal import Clear
from gateways.desk import debtors
from gateways.desk.asking import By, carry
from gateways.desk.debtors import Details
from gateways.desk.refused_rows import RefusedLine, told
from gateways.importing.invoices import InvoiceRow
from gateways.office import Office
from projections.creditor import Creditor

AT_ONCE = 8  # so that their commits share a flush
CHUNK = 500

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Invoice:
    """A row with whose it is: creditor, debtor and the id of the claim."""

    row: InvoiceRow
    creditor: Creditor
    debtor_id: UUID
    claim_id: UUID


@dataclass(frozen=True, slots=True)
class Offering:
    """The invoices of one file, on their way in; of the `changed` debtors it told news."""

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
