"""What is kept beside the log, in memory and in PostgreSQL alike."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from gateways.durable import access
from gateways.durable.access import AccessLine, ApiKey, digest_of
from gateways.durable.requests import Request
from gateways.durable.stores import Durable
from gateways.durable.webhooks import Delivery, State, Webhook
from gateways.memory import durable as memory
from gateways.postgres.database import open_journal
from gateways.postgres.durable import on_postgres

NOW = datetime(2026, 8, 3, 8, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
CREDITOR = uuid4()


@pytest.fixture(params=["memory", pytest.param("postgres", marks=pytest.mark.postgres)])
def stores(request: pytest.FixtureRequest) -> Iterator[Durable]:
    if request.param == "memory":
        yield memory.in_memory()
        return
    with open_journal(request.getfixturevalue("database")) as database:
        yield on_postgres(database)


def key_of(stores: Durable) -> tuple[ApiKey, str]:
    return access.make(
        stores.access, label="Portalen", role="adviser", creditor_ids=[CREDITOR], at=NOW
    )


def request_of(command_id: UUID, mac: str = "a") -> Request:
    return Request(command_id=command_id, key_id=CREDITOR, mac=mac, asked_at=NOW)


def hook_of() -> Webhook:
    return Webhook(
        webhook_id=uuid4(),
        key_id=CREDITOR,
        url="https://portal.example.no/kravspor",
        creditor_ids=None,
        types=(),
        places="0:0",
        added_at=NOW,
    )


def delivery_of(hook: Webhook, at: datetime, state: State) -> Delivery:
    return Delivery(
        webhook_id=hook.webhook_id,
        event_id=uuid4(),
        place="0:1",
        type="case.registered",
        body=b"{}",
        state=state,
        attempts=1,
        next_at=at,
        tried_at=at,
        added_at=at,
    )


def test_a_key_is_found_by_its_secret_and_by_nothing_else(stores: Durable) -> None:
    key, secret = key_of(stores)

    assert stores.access.opened_by(digest_of(secret)) == key
    assert stores.access.opened_by(digest_of(secret + "x")) is None
    assert key.ends_with == secret[-4:]
    assert key.creditor_ids == (CREDITOR,)


def test_the_agencys_own_key_has_no_scope(stores: Durable) -> None:
    made, secret = access.make(
        stores.access, label="Kari", role="auditor", creditor_ids=[], at=NOW
    )

    assert made.creditor_ids is None
    assert stores.access.opened_by(digest_of(secret)) == made


def test_a_rotated_key_is_the_same_key_with_another_secret(stores: Durable) -> None:
    key, secret = key_of(stores)
    assert stores.access.rotate(key.key_id, digest_of("kvs_other"), "ther", LATER)
    found = stores.access.opened_by(digest_of("kvs_other"))

    assert stores.access.opened_by(digest_of(secret)) is None
    assert found is not None
    assert (found.key_id, found.rotated_at) == (key.key_id, LATER)


def test_a_revoked_key_opens_nothing_and_is_not_rotated_back(stores: Durable) -> None:
    key, secret = key_of(stores)

    assert stores.access.revoke(key.key_id, LATER)
    assert stores.access.opened_by(digest_of(secret)) is None
    assert not stores.access.rotate(key.key_id, digest_of(secret), "xxxx", LATER)
    assert not stores.access.revoke(key.key_id, LATER)
    assert [each.revoked_at for each in stores.access.all_keys()] == [LATER]


def test_lines_of_access_are_found_by_the_person_the_latest_first(stores: Durable) -> None:
    person, other = uuid4(), uuid4()
    lines = [
        AccessLine(at=NOW, act="read", actor="a", role="auditor", person_ids=(person, other)),
        AccessLine(at=LATER, act="command", actor="b", role="operator", person_ids=(person,)),
    ]
    for line in lines:
        stores.access.note(line)

    assert list(stores.access.about(person)) == lines[::-1]
    assert list(stores.access.about(other)) == lines[:1]
    assert list(stores.access.lines(1)) == lines[1:]


def test_lines_of_access_are_found_by_the_cases_too(stores: Durable) -> None:
    person, case, other = uuid4(), uuid4(), uuid4()
    of_case = AccessLine(at=NOW, act="read", actor="a", role="auditor", case_ids=(other, case))
    of_both = AccessLine(
        at=LATER, act="read", actor="b", role="auditor", case_ids=(case,), person_ids=(person,)
    )
    for line in (of_case, of_both):
        stores.access.note(line)

    assert list(stores.access.about(person)) == [of_both]
    assert list(stores.access.about(person, [case])) == [of_both, of_case]
    assert list(stores.access.about(uuid4(), [uuid4()])) == []


def test_old_lines_that_name_nobody_who_is_held_go_and_no_others(stores: Durable) -> None:
    held, forgotten, other = uuid4(), uuid4(), uuid4()

    def line(at: datetime, *persons: UUID) -> AccessLine:
        return AccessLine(at=at, act="read", actor="a", role="auditor", person_ids=persons)

    old = [line(NOW, held), line(NOW, forgotten, held), line(NOW, forgotten), line(NOW)]
    for each in (*old, line(LATER, forgotten)):
        stores.access.note(each)
    stores.access.note(line(LATER, other))

    assert set(stores.access.named(LATER)) == {held, forgotten}
    assert stores.access.prune(LATER, [held], trial=True) == 2
    assert len(stores.access.lines(10)) == 6, "a trial removes nothing"
    assert stores.access.prune(LATER, [held]) == 2
    assert [stores.access.prune(LATER, [held], trial=each) for each in (True, False)] == [0, 0]
    assert list(stores.access.about(held)) == [old[1], old[0]]
    assert len(stores.access.about(forgotten)) == 2
    assert stores.access.prune(LATER, []) == 2


def test_requests_from_before_a_moment_go_and_no_others(stores: Durable) -> None:
    old, young = uuid4(), uuid4()
    stores.requests.first(request_of(old))
    stores.requests.first(replace(request_of(young), asked_at=LATER))

    assert stores.requests.prune(LATER, trial=True) == 1
    assert stores.requests.prune(LATER) == 1
    assert [stores.requests.prune(LATER, trial=each) for each in (True, False)] == [0, 0]
    assert stores.requests.first(request_of(old, "b")).mac == "b", "as if never asked"
    assert stores.requests.first(request_of(young, "b")).mac == "a"


def test_what_a_webhook_took_goes_and_what_it_never_took_does_not(stores: Durable) -> None:
    """The last that was taken stays too: it tells that somebody listens."""
    hook, other = stores.webhooks.add(hook_of()), stores.webhooks.add(hook_of())
    took = [delivery_of(hook, NOW + timedelta(seconds=each), "delivered") for each in range(3)]
    waits, given_up = delivery_of(hook, NOW, "waiting"), delivery_of(hook, NOW, "given_up")
    assert stores.webhooks.take(hook, "0:5", [*took, waits, given_up])
    young = [delivery_of(other, NOW, "delivered"), delivery_of(other, LATER, "delivered")]
    assert stores.webhooks.take(other, "0:2", young)

    assert stores.webhooks.prune(LATER, trial=True) == 3
    assert len(stores.webhooks.told(hook.webhook_id, None, 10)) == 5, "a trial removes nothing"
    assert stores.webhooks.prune(LATER) == 3
    assert [stores.webhooks.prune(LATER, trial=each) for each in (True, False)] == [0, 0]
    left = {each.event_id for each in stores.webhooks.told(hook.webhook_id, None, 10)}
    assert left == {took[2].event_id, waits.event_id, given_up.event_id}
    assert list(stores.webhooks.told(other.webhook_id, None, 10)) == young[1:]


def test_who_took_nothing_for_long_is_not_deaf_when_the_takes_are_pruned(stores: Durable) -> None:
    hook = stores.webhooks.add(hook_of())
    given_up, took = delivery_of(hook, NOW, "given_up"), delivery_of(hook, LATER, "delivered")
    assert stores.webhooks.take(hook, "0:2", [given_up, took])
    stores.webhooks.prune(LATER + timedelta(days=900))

    assert stores.webhooks.refusing_since(hook.webhook_id) is None


def test_the_first_request_under_an_id_is_the_one_that_is_kept(stores: Durable) -> None:
    command_id = uuid4()
    first = stores.requests.first(request_of(command_id))

    assert stores.requests.first(request_of(command_id, "b")) == first
    assert first.mac == "a"


def test_a_request_that_waits_is_found_by_its_commit_and_its_own_key(stores: Durable) -> None:
    command_id, commit_id = uuid4(), uuid4()
    stores.requests.first(request_of(command_id))
    stores.requests.unknown(command_id, commit_id)
    found = stores.requests.waiting(commit_id, CREDITOR)

    assert found is not None
    assert found.command_id == command_id
    assert stores.requests.waiting(commit_id, uuid4()) is None


@pytest.mark.postgres
def test_the_record_of_access_cannot_be_changed(database: str) -> None:
    with open_journal(database) as opened:
        stores = on_postgres(opened)
        stores.access.note(AccessLine(at=NOW, act="read", actor="a", role="auditor"))
    with (
        psycopg.connect(database) as connection,
        pytest.raises(psycopg.errors.RaiseException, match="append-only"),
    ):
        connection.execute("DELETE FROM durable.access_line")


@pytest.mark.postgres
def test_no_secret_stands_in_the_database(database: str) -> None:
    with open_journal(database) as opened:
        _, secret = key_of(on_postgres(opened))
    with psycopg.connect(database) as connection:
        rows = connection.execute("SELECT api_key::text FROM durable.api_key").fetchall()

    assert secret not in str(rows)
    assert secret.removeprefix("kvs_") not in str(rows)
