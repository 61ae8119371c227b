"""Looking back at a case: each event with who, why and because of what."""

from datetime import date
from uuid import UUID

import pytest

from engine.streams import case_stream
from events.case import ApprovalRequested
from gateways.desk import cases
from gateways.desk.cases import Objecting
from gateways.desk.finding import find_case
from gateways.desk.invoices import take_in
from projections import case_list, filling
from projections.case_list import CaseRow
from replay.history import Told, history, why
from replay.rebuild import back, names, rebuild
from tests.gateways.desk.world import World, csv_of, refused, row
from tests.replay.cases import EXAMPLE, played


@pytest.fixture
def world() -> World:
    """One case, warned yesterday and disputed today."""
    world = World()
    world.creditor()
    take_in(world.office, csv_of(row()), "f.csv", today=world.today, actor="user:kari")
    world.day()
    cases.raise_objection(world.office, only(world), Objecting(reason="Hemmelig"), world.by)
    return world


def only(world: World) -> CaseRow:
    (case,) = world.office.rows.find(case_list.TABLE)
    return find_case(world.office, case.case_number)


def told(world: World) -> list[Told]:
    return history(world.office.store, only(world).case_id)


def test_every_event_is_told_in_its_order(world: World) -> None:
    found = told(world)
    assert [each.version for each in found] == list(range(1, len(found) + 1))
    assert found[0].what.startswith("Sak 00001-")
    assert {each.type for each in found} >= {"case.inkassovarsel_sent", "case.objection_raised"}


def test_who_did_it_is_told(world: World) -> None:
    actors = {each.type: each.actor for each in told(world)}
    assert actors["case.registered"] == "saga:registration"
    assert actors["case.inkassovarsel_sent"] == "dispatch:test"
    assert actors["case.objection_raised"] == "user:kari"


def test_a_step_tells_its_rule_what_it_looked_at_and_its_first_lawful_day(world: World) -> None:
    (ordered,) = [each for each in told(world) if each.type == "case.inkassovarsel_ordered"]
    assert ordered.why is not None
    assert "1988 §" in ordered.why.rule
    assert ordered.why.inputs
    assert ordered.why.earliest_on <= ordered.on


def test_a_step_tells_the_event_that_made_it_due(world: World) -> None:
    found = told(world)
    (ordered,) = [each for each in found if each.type == "case.inkassovarsel_ordered"]
    (cause,) = ordered.because
    assert (cause.version, cause.what) == (1, found[0].what)


def test_what_stands_on_a_paragraph_names_it_and_what_follows_names_what_it_follows(
    world: World,
) -> None:
    by_type = {each.type: each for each in told(world)}
    barred = by_type["case.costs_barred"]
    assert barred.law == "inkassoloven 1988 § 17"
    assert [cause.version for cause in barred.because] == [
        by_type["case.objection_raised"].version
    ]
    sent = by_type["case.inkassovarsel_sent"]
    assert sent.law == "inkassoloven 1988 § 9"
    assert [cause.what for cause in sent.because] == [by_type["case.letter_released"].what]
    assert by_type["case.inkassovarsel_ordered"].law == (
        "inkassoloven 1988 § 9; inkassoforskriften 1989 § 1-2"
    )


def test_what_came_from_another_stream_names_it(world: World) -> None:
    first, *_ = told(world)
    (offered,) = first.because
    assert (offered.stream.partition("-")[0], offered.version) == ("claim", 1)


def test_who_acted_is_told_in_words(world: World) -> None:
    words = {each.actor: each.who for each in told(world)}
    assert words["user:kari"] == "kari"
    assert words["saga:registration"] == "Kravspor, som registrerer saker"


def test_a_payment_counts_from_before_it_was_recorded() -> None:
    case = played(EXAMPLE)
    found = history(case.office.store, case.case_id)
    (late,) = [each for each in found if each.version == 10]
    assert (late.on, late.counts_from) == (date(2026, 8, 14), date(2026, 8, 14))
    assert late.at.date() == date(2026, 9, 7)
    assert len(found) == len(case.office.store.read(case_stream(case.case_id)).events)


def test_what_is_personal_stays_sealed(world: World) -> None:
    assert "Hemmelig" not in repr(told(world))


def test_a_request_for_approval_has_its_rule_in_itself() -> None:
    asked = ApprovalRequested(
        step="rettslig",
        requested_on=date(2026, 9, 1),
        earliest_on=date(2026, 9, 1),
        rule="inkassoloven 1988 § 11",
    )
    grounds = why(asked)
    assert grounds is not None
    assert (grounds.rule, grounds.earliest_on) == ("inkassoloven 1988 § 11", date(2026, 9, 1))


def test_a_case_that_never_was_has_no_history(world: World) -> None:
    with refused("case_unknown"):
        history(world.office.store, UUID(int=1))


def test_a_projection_made_again_is_as_it_was(world: World) -> None:
    before = only(world)
    told: list[filling.Told] = []
    made_beside = world.office.runner.filling(tell=told.append)
    made = rebuild(made_beside, names(world.office.vault), ["case_list"])

    assert (made.tables, only(world)) == (("case_list",), before)
    assert (made.switched, made.difference_count) == (True, 0)
    assert [each.stage for each in told][-1] == "switching"


def test_all_are_made_again_when_none_is_named(world: World) -> None:
    known = names(world.office.vault)

    assert rebuild(world.office.runner.filling(), known, []).tables == known


def test_a_projection_that_is_not_there_is_told(world: World) -> None:
    with refused("projection_unknown"):
        rebuild(world.office.runner.filling(), names(world.office.vault), ["cases"])


def test_there_is_nothing_to_go_back_to_before_a_rebuild(world: World) -> None:
    with refused("nothing_kept"):
        back(world.office.runner.filling(), names(world.office.vault), [])
