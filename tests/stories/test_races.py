"""Two who act in the same instant: over seeded interleavings the log's order decides, and well."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Condition, Thread
from uuid import UUID, uuid5

import pytest

from engine.asking import Asked, on_case
from engine.case.notices import OrderInkassovarsel
from engine.case.objections import RaiseObjection
from engine.case.sending import ConfirmLetterSent, ReleaseLetter
from engine.creditor import (
    AcceptTerms,
    CreateCreditor,
    CreditorCommand,
    SetAgreement,
    create_creditor,
    on_creditor,
)
from engine.decider import Ask
from engine.journal.store import EventStore
from engine.refusal import RefusedError
from engine.registration import OfferClaims, RegisterCase, offer_claims, register_case
from engine.streams import case_id_of, case_stream, claim_id_of
from events.case import InkassovarselSent, LetterReleased, LetterStopped, ObjectionRaised
from events.claim import ClaimOffered
from events.creditor import AgreementSet
from events.money import Ore
from events.person import PersonRecorded
from events.personal import Clear
from gateways.office import Office
from gateways.settings import Agency
from gateways.wiring import SimulatedClock, in_memory

LETTERS = 2_000
IMPORTS = 500
TODAY = date(2026, 8, 3)
CREDITOR = UUID(int=1)
WORLD = UUID(int=99)


class Baton:
    """Lets one of several threads go on at a time, chosen by a seed at every step."""

    def __init__(self, seed: int, names: Sequence[str]) -> None:
        self._choose = random.Random(seed)  # noqa: S311 - a seed is to be repeated
        self._waiting: set[str] = set()
        self._running = set(names)
        self._turn: str | None = None
        self._changed = Condition()

    def step(self, name: str) -> None:
        """Wait until it is this thread's turn."""
        with self._changed:
            self._waiting.add(name)
            self._pick()
            while self._turn != name:
                self._changed.wait()
            self._turn = None
            self._waiting.discard(name)

    def leave(self, name: str) -> None:
        """Be done; the others go on."""
        with self._changed:
            self._running.discard(name)
            self._pick()

    def _pick(self) -> None:
        if self._turn is None and self._waiting and self._waiting == self._running:
            self._turn = self._choose.choice(sorted(self._waiting))
            self._changed.notify_all()


class SteppingStore:
    """A store that waits for its turn before every read and every append."""

    def __init__(self, store: EventStore, baton: Baton, name: str) -> None:
        self._store, self._baton, self._name = store, baton, name

    def read_many(self, streams: Sequence[str]) -> object:
        """Read, in turn."""
        self._baton.step(self._name)
        return self._store.read_many(streams)

    def append(self, *args: object, **kwargs: object) -> object:
        """Append, in turn."""
        self._baton.step(self._name)
        return self._store.append(*args, **kwargs)

    def __getattr__(self, name: str) -> object:
        """Everything else is the store's own."""
        return getattr(self._store, name)


def race(office: Office, seed: int, work: Mapping[str, Callable[[Office], None]]) -> None:
    """Run the pieces of work side by side, interleaved as the seed has it."""
    baton = Baton(seed, list(work))
    failures: list[BaseException] = []

    def run(name: str) -> None:
        try:
            work[name](replace(office, store=SteppingStore(office.store, baton, name)))
        except RefusedError:
            pass
        except BaseException as error:  # noqa: BLE001 - told by the test's own thread
            failures.append(error)
        finally:
            baton.leave(name)

    threads = [Thread(target=run, args=(name,)) for name in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def carry(office: Office, ask: Ask, command: object, command_id: UUID) -> None:
    office.carry(
        Asked(ask=ask, command=command, command_id=command_id, actor="test", correlation=WORLD)
    )


@pytest.fixture(scope="module")
def office() -> Office:
    clock = SimulatedClock(datetime(2026, 8, 3, 10, tzinfo=UTC))
    office = in_memory(clock, Agency())
    create = CreateCreditor(
        creditor_id=CREDITOR,
        number=1,
        name=Clear(person_id=CREDITOR, text="Fjordvarme AS"),
        orgnr=None,
        address=None,
        email=None,
        today=TODAY,
    )
    carry(office, create_creditor(create), create, UUID(int=2))
    agreement = AgreementSet(
        valid_from=TODAY,
        deducts_vat=True,
        allocation="practice",
        free_withdrawal_days=14,
        withdrawal_fee_ore=Ore(0),
        settlement="weekly",
        small_balance_ore=Ore(100),
        due_date_shift=True,
        claim_letter_fees=True,
        claim_compensation=False,
        letters="earliest",
    )
    commands: tuple[CreditorCommand, ...] = (
        AcceptTerms(version="1", accepted_by="creditor", today=TODAY),
        SetAgreement(agreement=agreement),
    )
    for number, command in enumerate(commands):
        carry(office, on_creditor(CREDITOR, command), command, UUID(int=3 + number))
    return office


def offered(office: Office, seed: int) -> tuple[UUID, UUID]:
    """A debtor with one invoice handed over; the debtor's and the claim's id."""
    debtor_id = uuid5(WORLD, f"debtor {seed}")
    claim_id = claim_id_of(CREDITOR, str(seed))

    def clear(text: str) -> Clear:
        return Clear(person_id=debtor_id, text=text)

    offer = OfferClaims(
        creditor_id=CREDITOR,
        debtor_id=debtor_id,
        debtor=PersonRecorded(
            kind="person",
            recorded_on=TODAY,
            name=clear("Kari"),
            address=clear("Storgata 1"),
            postcode=clear("0155"),
            city=clear("Oslo"),
            country="NO",
            identity_number=None,
            email=None,
            mobile=None,
        ),
        claims={
            claim_id: ClaimOffered(
                creditor_id=CREDITOR,
                debtor_id=debtor_id,
                invoice_number=str(seed),
                issued_on=date(2026, 7, 6),
                due_on=date(2026, 7, 20),
                principal_ore=Ore(500_000),
                consumer=True,
                varsel_sent_on=None,
                varsel_pay_by=None,
                varsel_fee_ore=Ore(0),
                description=None,
                offered_on=TODAY,
            )
        },
        today=TODAY,
    )
    carry(office, offer_claims(offer), offer, uuid5(WORLD, f"offer {seed}"))
    return debtor_id, claim_id


def register(office: Office, debtor_id: UUID, claim_id: UUID, command_id: UUID) -> UUID:
    command = RegisterCase(
        case_id=case_id_of(CREDITOR, command_id),
        creditor_id=CREDITOR,
        debtor_id=debtor_id,
        claim_ids=(claim_id,),
        named=True,
        today=TODAY,
    )
    carry(office, register_case(command, 1), command, command_id)
    return command.case_id


@pytest.mark.law("inkassoloven 1988 § 8")
def test_no_letter_is_released_after_an_objection_stands_and_one_that_crossed_is_told(
    office: Office,
) -> None:
    seen = set()
    for seed in range(LETTERS):
        debtor_id, claim_id = offered(office, seed)
        case_id = register(office, debtor_id, claim_id, uuid5(WORLD, f"register {seed}"))
        letter_id = uuid5(case_id, "letter")
        order = OrderInkassovarsel(letter_id=letter_id, today=TODAY)
        carry(office, on_case(case_id, order), order, uuid5(letter_id, "order"))

        def send(own: Office, case_id: UUID = case_id, letter_id: UUID = letter_id) -> None:
            release = ReleaseLetter(
                letter_id=letter_id, worker="a", today=TODAY, debtor_version=1, creditor_version=1
            )
            carry(own, on_case(case_id, release), release, uuid5(letter_id, "release"))
            sent = ConfirmLetterSent(letter_id=letter_id, sent_on=TODAY, content_hmac="x")
            carry(own, on_case(case_id, sent), sent, uuid5(letter_id, "sent"))

        def object_(own: Office, case_id: UUID = case_id, debtor_id: UUID = debtor_id) -> None:
            raised = RaiseObjection(
                objection_id=uuid5(case_id, "objection"),
                claim_ids=(),
                reason=Clear(person_id=debtor_id, text="Varen kom aldri"),
                groundless=False,
                today=TODAY,
            )
            carry(own, on_case(case_id, raised), raised, uuid5(case_id, "object"))

        race(office, seed, {"post": send, "debtor": object_})
        seen.add(_order_held(office, case_id))

    assert seen == {"stopped", "crossed", "sent before"}


def _order_held(office: Office, case_id: UUID) -> str:
    events = [recorded.event for recorded in office.store.read(case_stream(case_id)).events]
    kinds = [type(event) for event in events]
    objected = kinds.index(ObjectionRaised)

    assert LetterReleased not in kinds[objected:]

    if LetterReleased not in kinds:
        assert LetterStopped in kinds[objected:]
        return "stopped"
    assert LetterStopped not in kinds
    sent = next(event for event in events if isinstance(event, InkassovarselSent))
    crossed = kinds.index(InkassovarselSent) > objected
    assert sent.crossed == ("objection" if crossed else None)
    return "crossed" if crossed else "sent before"


def test_two_imports_racing_with_the_same_invoice_make_one_case(office: Office) -> None:
    for seed in range(LETTERS, LETTERS + IMPORTS):
        debtor_id, claim_id = offered(office, seed)
        asked = [uuid5(WORLD, f"import {name} {seed}") for name in "ab"]

        def import_(
            own: Office,
            command_id: UUID,
            debtor_id: UUID = debtor_id,
            claim_id: UUID = claim_id,
        ) -> None:
            register(own, debtor_id, claim_id, command_id)

        race(
            office,
            seed,
            {
                "a": lambda own, i=asked[0], run=import_: run(own, i),
                "b": lambda own, i=asked[1], run=import_: run(own, i),
            },
        )

        streams = [case_stream(case_id_of(CREDITOR, command_id)) for command_id in asked]
        registered = [name for name in streams if office.store.read(name).head is not None]
        assert len(registered) == 1
