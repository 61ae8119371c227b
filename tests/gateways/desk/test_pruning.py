"""What is kept beside the log goes when its time has come, and not a day before."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from json import loads
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from events.money import Ore
from gateways.cli.log_lines import log_day, log_to
from gateways.desk.finding import find_case
from gateways.desk.forgetting import forget
from gateways.desk.invoices import take_in
from gateways.desk.payments import Paid, report_direct
from gateways.desk.pruning import Past, prune
from gateways.durable.access import AccessLine
from gateways.durable.requests import Request
from gateways.durable.webhooks import Delivery, State, Webhook
from gateways.working import Worker
from tests.gateways.desk.world import World, csv_of, row

FORGOTTEN_ON = date(2032, 1, 1)  # five years after 2026, when it was paid
LAST_LOOK = date(2031, 11, 20)
NOTHING = Past()


class Nobodys:
    """No shard is this process's."""

    def held(self) -> tuple[int, ...]:
        return ()


@pytest.fixture
def world() -> World:
    world = World()
    world.creditor()
    return world


def at(world: World, day: date) -> date:
    world.clock.at = datetime.combine(day, time(8), tzinfo=UTC)
    return day


def paid(world: World) -> UUID:
    """The debtor of a case that is paid."""
    taken = take_in(world.office, csv_of(row()), "f.csv", today=world.today, actor="user:kari")
    case = find_case(world.office, taken.cases[0].case_number)
    told = Paid(
        amount_ore=Ore(503_800), ordered_on=world.today, received_on=world.today, reference="1"
    )
    report_direct(world.office, case, told, world.by)
    return case.debtor_id


def looked(world: World, *persons: UUID) -> None:
    line = AccessLine(
        at=world.clock.at, act="read", actor="key:1", role="auditor", person_ids=persons
    )
    world.office.durable.access.note(line)


def asked(world: World) -> None:
    request = Request(command_id=uuid4(), key_id=uuid4(), mac="m", asked_at=world.clock.at)
    world.office.durable.requests.first(request)


def told(world: World, *, taken: int, waiting: int) -> UUID:
    """A webhook that took so many things now, and is still to be told so many."""
    hook = Webhook(
        webhook_id=uuid4(),
        key_id=uuid4(),
        url="https://portal.example.no/kravspor",
        creditor_ids=None,
        types=(),
        places="0:0",
        added_at=world.clock.at,
    )
    states: list[State] = [*["delivered"] * taken, *["waiting"] * waiting]
    deliveries = [
        Delivery(
            webhook_id=hook.webhook_id,
            event_id=uuid4(),
            place=f"0:{nid}",
            type="case.registered",
            body=b"{}",
            state=state,
            next_at=world.clock.at,
            tried_at=world.clock.at + timedelta(seconds=nid),
            added_at=world.clock.at,
        )
        for nid, state in enumerate(states, 1)
    ]
    webhooks = world.office.durable.webhooks
    webhooks.take(webhooks.add(hook), f"0:{len(states)}", deliveries)
    return hook.webhook_id


@pytest.mark.law("personvernforordningen 2016 art. 5")
def test_who_looked_is_known_while_the_person_is_held_and_for_years_after_the_look(
    world: World, tmp_path: Path
) -> None:
    person = paid(world)
    looked(world, person)
    at(world, LAST_LOOK)
    looked(world, person)
    at(world, FORGOTTEN_ON)

    assert prune(world.office, world.today) == NOTHING, "five years, and the person may still ask"
    forget(world.office, tmp_path, person, world.by)
    assert prune(world.office, world.today, trial=True) == Past(access_lines=1)
    assert prune(world.office, world.today) == Past(access_lines=1)
    last = date(2035, 5, 20)
    assert prune(world.office, at(world, last)) == NOTHING
    assert prune(world.office, at(world, last + timedelta(days=1))) == Past(access_lines=1)
    assert world.office.durable.access.about(person) == []


def test_a_list_with_one_who_is_held_is_kept_for_that_one(world: World, tmp_path: Path) -> None:
    person, gone = paid(world), uuid4()
    looked(world, person, gone)
    looked(world, gone)
    at(world, date(2040, 1, 1))

    assert prune(world.office, world.today) == Past(access_lines=1)
    assert len(world.office.durable.access.about(person)) == 1
    forget(world.office, tmp_path, person, world.by)
    assert prune(world.office, world.today) == Past(access_lines=1)


def test_requests_are_kept_for_as_many_days_as_the_setting_says(world: World) -> None:
    office = replace(world.office, keep_requests_days=7)
    asked(world)
    first = world.today

    assert prune(office, first + timedelta(days=7)) == NOTHING
    assert prune(office, first + timedelta(days=8)) == Past(requests=1)


def test_what_webhooks_took_is_kept_for_as_many_days_as_the_setting_says(world: World) -> None:
    office = replace(world.office, keep_deliveries_days=7)
    hook, first = told(world, taken=3, waiting=2), world.today

    assert prune(office, first + timedelta(days=7)) == NOTHING
    assert prune(office, first + timedelta(days=8)) == Past(deliveries=2)
    left = office.durable.webhooks.told(hook, None, 10)
    assert sorted(each.state for each in left) == ["delivered", "waiting", "waiting"]
    assert prune(office, first + timedelta(days=4000)) == NOTHING, "what was not taken stays"


def test_the_days_work_removes_what_is_past_its_time_once_and_tells_it(
    world: World, tmp_path: Path
) -> None:
    asked(world)
    told(world, taken=2, waiting=0)
    at(world, world.today + timedelta(days=91))
    log, worker = StringIO(), Worker(world.office, tmp_path, "w")
    done = worker.day(world.today)
    log_day(log_to(log), done)

    assert (done.pruned, done.anything) == (Past(requests=1, deliveries=1), True)
    (line,) = [each for each in map(loads, log.getvalue().splitlines()) if "kept" in each["event"]]
    assert line.items() >= {
        *{"event": "kept.pruned", "requests": 1, "access_lines": 0, "deliveries": 1}.items()
    }
    asked(world)
    world.clock.at += timedelta(days=31)
    assert worker.day(done.today).pruned == NOTHING, "once a day"
    assert worker.day(world.today).pruned == Past(requests=1)


def test_who_has_not_the_first_shard_leaves_it_to_who_has(world: World, tmp_path: Path) -> None:
    asked(world)
    at(world, world.today + timedelta(days=31))
    other = Worker(replace(world.office, holds=Nobodys()), tmp_path, "other")

    assert other.day(world.today).pruned == NOTHING
    assert prune(world.office, world.today, trial=True) == Past(requests=1)
