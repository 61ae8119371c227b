"""A served API whose database is killed: told as such, and each command has one effect."""

import os
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from events.case.contacts import ContactRecorded
from gateways.cli.opening import begin, opened
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from gateways.desk.invoices import take_in
from gateways.postgres.server import Server
from tests.gateways.cli.serving import serving
from tests.gateways.desk.world import AGREEMENT, csv_of, row
from tests.gateways.http.world import secret_of

pytestmark = pytest.mark.postgres

WISHES = 12
AT_ONCE = 4
KILLED_AFTER = 5
PATIENCE_SECONDS = 60


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A PostgreSQL of its own, which the house takes for one somebody else runs."""
    with Server.start(tmp_path / "theirs") as server:
        monkeypatch.setenv("KRAVSPOR_DATABASE", server.ensure_database("killed"))
        monkeypatch.setenv("KRAVSPOR_KEYS_DATABASE", server.ensure_database("killed_keys"))
        monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path / "house"))
        yield server


@pytest.fixture
def house(server: Server) -> tuple[UUID, str]:  # noqa: ARG001 - it has to run
    """A case, and the secret of a key that may note contacts on it."""
    begin()
    with opened() as office:
        by = By("user:kari", office.today)
        creditor_id = creditors.create(office, 1, Details(name="Lys og Varme AS"), by)
        creditors.accept_terms(office, creditor_id, "1", "daglig leder", by)
        creditors.agree(office, creditor_id, AGREEMENT, by)
        taken = take_in(office, csv_of(row()), "f.csv", today=office.today, actor="user:kari")
        return taken.cases[0].case_id, secret_of(office, "case_handler")


def test_a_killed_database_is_503_and_the_same_commands_again_have_one_effect_each(
    server: Server, house: tuple[UUID, str]
) -> None:
    case_id, secret = house
    with serving() as (_, address):
        client = httpx.Client(
            base_url=address, headers={"Authorization": f"Bearer {secret}"}, timeout=60
        )
        with client:
            first = note_all(client, case_id, lambda n: kill(server, at=n == KILLED_AFTER))
            assert {answer.status_code for answer in first} <= {200, 202, 503}
            lost = [answer for answer in first if answer.status_code == 503]
            assert lost
            assert all(int(answer.headers["retry-after"]) > 0 for answer in lost)
            assert {answer.json()["code"] for answer in lost} == {"unavailable"}
            with Server.start(server.cluster.home):
                until_ready(client)
                again = note_all(client, case_id, lambda _: None)
                assert {answer.status_code for answer in again} == {200}
                with opened() as office:
                    events = office.store.read(f"case-{case_id}").events
    notes = [each.command_id for each in events if isinstance(each.event, ContactRecorded)]
    assert len(notes) == len(set(notes)) == WISHES


def note_all(
    client: httpx.Client, case_id: UUID, meanwhile: Callable[[int], None]
) -> Sequence[httpx.Response]:
    """Every note under its own key, a few at a time."""

    def note(number: int) -> httpx.Response:
        meanwhile(number)
        return client.post(
            f"/v1/cases/{case_id}/contacts",
            headers={"Idempotency-Key": f"note-number-{number}"},
            json={
                "contacted_on": "2026-08-03",
                "kind": "phone",
                "direction": "in",
                "who": "debtor",
                "note": f"Samtale {number}",
            },
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(note, range(WISHES)))


def kill(server: Server, *, at: bool) -> None:
    if at:
        pid_file = server.cluster.pgdata / "postmaster.pid"
        os.kill(int(pid_file.read_text().splitlines()[0]), signal.SIGKILL)


def until_ready(client: httpx.Client) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while client.get("/v1/me").status_code != 200:
        assert time.monotonic() < deadline, "it never came back"
        time.sleep(0.2)
