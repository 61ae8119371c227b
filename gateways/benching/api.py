"""Many clients against one `serve`, over read models of more and more cases."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from pathlib import Path
from threading import Event, Thread
from typing import Any, Final
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from events.creditor import AgreementSet
from events.money import ZERO
from gateways.benching.many_cases import Many
from gateways.benching.row import Row, row
from gateways.benching.timing import timed
from gateways.desk import creditors, invoices
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.durable import access
from gateways.office import Office
from gateways.postgres.database import Database
from gateways.settings import Settings
from gateways.wiring import on_postgres

CLIENTS: Final = 8
OWN_CASES: Final = 200
OWN_NUMBER: Final = 1
WORDS: Final = ("Skissestad", "Ragnhild", "Utkastsen", "Mønsterås 1", "Zofia", "Oddny K")
COMMON: Final = ("Ragnhild", "e", "Skissestad", "a")
MOVING: Final = ", while it moves"
ROOMY: Final = "1000000"
HEADER: Final = (
    "Kreditor;Debitors navn;Adresse;Postnr;Poststed;Fakturanr;Fakturadato;Forfallsdato;Beløp"
)
ADDRESS: Final = re.compile(r"http://[0-9.:]+")

Answer = httpx.Response
Do = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A database with many cases, some of which have a log behind them; and keys to it."""

    settings: Settings
    agency: str
    creditor: str
    largest: str
    own: Sequence[UUID]


def measured(dsns: tuple[str, str], folder: Path, cases: int, seconds: float) -> Iterator[Row]:
    """Each kind of request for a while, by several clients at once.

    Raises httpx.HTTPError or AssertionError when an answer is not what it should be.
    """
    house = _house(dsns, folder, cases)
    with _serving(house) as address, ExitStack() as opened:
        clients = _Clients(address, opened)
        command = _commanding(clients, house.agency, house.own)
        for work, start in _works(house, clients):
            with _moving(command(0)) if work.endswith(MOVING) else nullcontext():
                took = timed(CLIENTS, seconds, start)
            told = f"{work}, {cases} cases"
            yield row(told, "requests/s", took.per_second)
            yield row(f"{told}, p50", "ms", took.p50_ms, better="less")
            yield row(f"{told}, p99", "ms", took.p99_ms, better="less")


def _house(dsns: tuple[str, str], folder: Path, cases: int) -> House:
    database, keys = (SecretStr(dsn) for dsn in dsns)
    settings = Settings(data=folder, database=database, keys_database=keys)
    office = on_postgres(settings)
    try:
        largest_id, own = _own_cases(office)
        many = Many(cases, largest=largest_id)
        with Database(dsns[0]) as filled:
            many.fill(filled)
        at = office.clock.now()
        made = office.durable.access
        _, agency = access.make(made, label="bench", role="case_handler", creditor_ids=[], at=at)
        middle = many.creditor_ids[len(many.creditor_ids) // 2]
        creditor, largest = (
            access.make(made, label="bench", role="creditor", creditor_ids=[each], at=at)[1]
            for each in (middle, largest_id)
        )
        return House(
            settings=settings,
            agency=agency,
            creditor=creditor,
            largest=largest,
            own=own,
        )
    finally:
        office.close()


def _own_cases(office: Office) -> tuple[UUID, list[UUID]]:
    """A creditor with cases that were registered as any case is: commands can be given on them."""
    by = By("bench", office.today)
    creditor_id = creditors.create(office, OWN_NUMBER, Details(name="Bench AS"), by)
    creditors.accept_terms(office, creditor_id, "1", "bench", by)
    creditors.agree(office, creditor_id, _agreement(by), by)
    issued_on, due_on = by.today - timedelta(days=74), by.today - timedelta(days=60)
    lines = [
        f"Bench AS;Skyldner {at};Eksempelveien 1;0150;Oslo;{at};{issued_on};{due_on};1000"
        for at in range(OWN_CASES)
    ]
    content = "\n".join((HEADER, *lines)).encode()
    taken = invoices.take_in(office, content, "bench.csv", today=by.today, actor=by.actor)
    return creditor_id, [case.case_id for case in taken.cases]


def _agreement(by: By) -> AgreementSet:
    return AgreementSet(
        valid_from=by.today - timedelta(days=365),
        deducts_vat=True,
        allocation="practice",
        free_withdrawal_days=14,
        withdrawal_fee_ore=ZERO,
        settlement="weekly",
        small_balance_ore=ZERO,
        due_date_shift=True,
        claim_letter_fees=True,
        claim_compensation=False,
        letters="earliest",
    )


@contextmanager
def _serving(house: House) -> Iterator[str]:
    """`kravspor serve` as a process of its own; its address."""
    settings = house.settings
    given = {
        "KRAVSPOR_DATA": str(settings.data),
        "KRAVSPOR_DATABASE": _told(settings.database),
        "KRAVSPOR_KEYS_DATABASE": _told(settings.keys_database),
        "KRAVSPOR_REQUESTS_PER_SECOND": ROOMY,
        "KRAVSPOR_REQUESTS_AT_ONCE": ROOMY,
        "KRAVSPOR_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "gateways.cli", "serve", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, env={**os.environ, **given}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            out = process.stdout
            found = ADDRESS.search(out.readline()) if out is not None else None
            if out is None or found is None:
                raise RuntimeError("serve told no address")
            Thread(target=out.read, daemon=True).start()
            yield found[0]
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _moving(command: Do) -> Iterator[None]:
    """Commands one after the other, on cases of the largest creditor, while the block lasts."""
    stopped = Event()
    failed: list[BaseException] = []

    def work() -> None:
        try:
            while not stopped.is_set():
                command()
        except BaseException as error:  # noqa: BLE001 - raised again below
            failed.append(error)

    thread = Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
    for error in failed:
        raise error


def _told(secret: SecretStr | None) -> str:
    return "" if secret is None else secret.get_secret_value()


@dataclass(frozen=True, slots=True)
class _Clients:
    """Makes clients of one address, which are closed with `opened`."""

    address: str
    opened: ExitStack

    def of(self, secret: str) -> httpx.Client:
        """A client with that key."""
        headers = {"Authorization": f"Bearer {secret}"}
        client = httpx.Client(base_url=self.address, headers=headers, timeout=60)
        return self.opened.enter_context(client)


def _works(house: House, clients: _Clients) -> Iterator[tuple[str, Callable[[int], Do]]]:
    """What clients do, by name: reads of an agency and of a creditor, and commands."""
    agency, creditor = house.agency, house.creditor
    sorts = ("oldest_due_on", "total_ore", "debtor_name", "status")

    def page(turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/cases", {"sort": sorts[turn % 4], "descending": str(turn % 3 == 0).lower()}

    def search(turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/cases", {"search": f"{WORDS[turn % len(WORDS)]}"}

    def one(turn: int) -> tuple[str, dict[str, Any]]:
        return f"/v1/cases/{house.own[turn % len(house.own)]}", {}

    def first(_turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/dashboard", {}

    def counts(turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/cases/facets", {} if turn % 2 else {"group": "pågående"}

    def common(turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/cases", {"search": COMMON[turn % len(COMMON)], "sort": sorts[turn % 4]}

    def debtors(turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/debtors", {"descending": str(turn % 2 == 0).lower()}

    def activities(_turn: int) -> tuple[str, dict[str, Any]]:
        return "/v1/activities", {}

    yield "dashboard of the agency", _getting(clients, agency, first)
    yield "dashboard of a creditor", _getting(clients, creditor, first)
    yield f"dashboard of the largest creditor{MOVING}", _getting(clients, house.largest, first)
    yield "facets of the agency", _getting(clients, agency, counts)
    yield "case list of the agency", _getting(clients, agency, page)
    yield "case list of a creditor", _getting(clients, creditor, page)
    yield "search in the case list", _getting(clients, agency, search)
    yield "search for a common name", _getting(clients, agency, common)
    yield "debtors of a creditor", _getting(clients, creditor, debtors)
    yield "activities of a creditor", _getting(clients, creditor, activities)
    yield "one case", _getting(clients, agency, one)
    yield "a command", _commanding(clients, agency, house.own)


def _getting(
    clients: _Clients, secret: str, ask: Callable[[int], tuple[str, dict[str, Any]]]
) -> Callable[[int], Do]:
    def start(worker: int) -> Do:
        client = clients.of(secret)
        turns = count(worker * 1_000)

        def do() -> None:
            path, params = ask(next(turns))
            client.get(path, params=params).raise_for_status()

        return do

    return start


def _commanding(clients: _Clients, secret: str, own: Sequence[UUID]) -> Callable[[int], Do]:
    def start(worker: int) -> Do:
        client = clients.of(secret)
        turns = count(worker)

        def do() -> None:
            turn = next(turns)
            body = {
                "contacted_on": "2026-08-03",
                "kind": "phone",
                "direction": "in",
                "who": "debtor",
                "note": f"Ringte, {worker} {turn}",
            }
            path = f"/v1/cases/{own[(worker * 25 + turn) % len(own)]}/contacts"
            headers = {"Idempotency-Key": str(uuid4())}
            client.post(path, json=body, headers=headers).raise_for_status()

        return do

    return start
