"""What a person is told of who has looked at it."""

from dataclasses import asdict
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from gateways.desk.looked import Look, words_of
from gateways.desk.portrait import portrait_of
from gateways.desk.portrait_page import printed
from gateways.durable import access
from gateways.durable.access import AccessLine, ApiKey, Role
from projections.case_list import CaseRow
from tests.gateways.desk.world import World
from tests.gateways.http.world import OTHERS, ApiWorld, api_world

AT = datetime(2026, 8, 3, 8, tzinfo=UTC)


@pytest.fixture
def api() -> ApiWorld:
    return api_world(World())


def looks(api: ApiWorld, case: CaseRow) -> tuple[Look, ...]:
    (person,) = portrait_of(api.office, [case.debtor_id]).persons
    return person.looks


def key(api: ApiWorld, label: str, role: Role) -> ApiKey:
    made, _ = access.make(
        api.office.durable.access, label=label, role=role, creditor_ids=[], at=AT
    )
    return made


def note(api: ApiWorld, by: ApiKey, route: str, *cases: UUID, person: UUID | None = None) -> None:
    api.office.durable.access.note(
        AccessLine(
            at=AT,
            act="read",
            actor=by.actor,
            role=by.role,
            route=route,
            case_ids=cases,
            person_ids=(person,) if person else (),
        )
    )


@pytest.mark.law("personvernforordningen 2016 art. 15")
def test_a_person_is_told_who_looked_when_by_which_key_and_at_what(api: ApiWorld) -> None:
    case, kari = api.case(), key(api, "Kari i kundesenteret", "case_handler")
    note(api, kari, "GET /v1/cases/{case_id}", case.case_id, person=case.debtor_id)

    (look,) = looks(api, case)

    assert (look.at, look.by, look.key_id) == (AT, "Kari i kundesenteret", kari.key_id)
    assert (look.role, look.act, look.what) == ("Saksbehandler", "read", "Saken")
    assert look.cases == (case.case_number,)


def test_what_is_asked_over_the_api_is_told_of_and_a_creditors_own_look_is_not(
    api: ApiWorld,
) -> None:
    case = api.case()
    path = f"/v1/cases/{case.case_id}"
    api.get(f"{path}/why", "auditor")
    api.post(f"{path}/pause", {"reason": "ring"}, "case_handler")
    api.get(f"{path}/why", "creditor")

    told = [(look.act, look.what) for look in looks(api, case)]
    assert told == [
        ("command", "Sette saken på vent"),
        ("read", "Hvorfor beløp og status er som de er"),
    ]
    (person,) = portrait_of(api.office, [case.debtor_id]).persons
    assert person.cases[0].course[-1].by == "test case_handler", "the same name in both places"


def test_others_on_the_same_list_are_told_nothing_of(api: ApiWorld) -> None:
    case, others = api.case(), api.case(OTHERS)
    by = key(api, "Kari", "case_handler")
    note(api, by, "GET /v1/cases.csv", case.case_id, others.case_id, person=case.debtor_id)
    note(api, by, "GET /v1/cases", others.case_id, person=others.debtor_id)

    (look,) = looks(api, case)

    assert (look.what, look.cases) == ("Liste over saker, som fil", (case.case_number,))
    assert others.case_number not in str(asdict(portrait_of(api.office, [case.debtor_id])))


def test_a_look_at_the_case_alone_is_told_of_too(api: ApiWorld) -> None:
    case = api.case()
    note(api, key(api, "Revisjonen", "auditor"), "GET /v1/events/{event}/causes", case.case_id)

    assert [look.what for look in looks(api, case)] == ["Hva som førte til en hendelse"]


def test_a_key_that_is_revoked_or_unknown_is_told_of_as_far_as_it_is_known(api: ApiWorld) -> None:
    case, gone = api.case(), key(api, "Sluttet", "operator")
    note(api, gone, "GET /v1/of-another-release", case.case_id, person=case.debtor_id)
    api.office.durable.access.revoke(gone.key_id, AT)
    stranger = AccessLine(
        at=AT, act="read", actor=f"key:{uuid4()}", role="clerk", person_ids=(case.debtor_id,)
    )
    api.office.durable.access.note(stranger)

    latest, first = looks(api, case)

    assert (latest.by, latest.key_id, latest.role) == (stranger.actor, None, "clerk")
    assert (first.by, first.what) == ("Sluttet", "GET /v1/of-another-release")


def test_the_page_a_person_is_given_holds_the_looks(api: ApiWorld) -> None:
    case = api.case()
    bare = printed(portrait_of(api.office, [case.debtor_id]), api.office.agency)
    label = "A #strange * label_ $with$ <everything>"
    note(api, key(api, label, "operator"), "GET /v1/cases/{case_id}", case.case_id)
    told = printed(portrait_of(api.office, [case.debtor_id]), api.office.agency)

    assert told.startswith(b"%PDF")
    assert len(told) != len(bare)


def test_what_is_taken_out_as_a_file_is_told_so() -> None:
    assert words_of("GET /v1/cases.xlsx") == "Liste over saker, som fil"
    assert words_of("GET /v1/never.csv") == "GET /v1/never.csv"
