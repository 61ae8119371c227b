"""The rights matrix: every route, every role, one's own and others' data."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr

from gateways.desk.looked import WORDS, words_of
from gateways.durable.access import ROLES
from gateways.http.app import create_app
from gateways.settings import Settings
from gateways.wiring import on_postgres
from tests.conftest import emptied
from tests.gateways.desk.world import World
from tests.gateways.http.rights import AGENCY, CREDITORS, RIGHTS, Right
from tests.gateways.http.world import OTHERS, OURS, ApiWorld, api_world

pytestmark = pytest.mark.postgres


def described() -> dict[str, Any]:
    paths = create_app(World().office).openapi()["paths"]
    return {
        f"{method.upper()} {path}": told
        for path, methods in paths.items()
        for method, told in methods.items()
    }


DESCRIBED = described()


@pytest.fixture(scope="module")
def matrix(
    _databases: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiWorld]:
    """One office on PostgreSQL for the whole matrix: commands are only tried."""
    database, keys = (SecretStr(emptied(dsn)) for dsn in _databases)
    data: Path = tmp_path_factory.mktemp("matrix")
    settings = Settings(data=data, database=database, keys_database=keys)
    world = World(lambda clock: on_postgres(settings, clock))
    try:
        yield api_world(world)
    finally:
        world.office.close()


def test_every_route_has_a_line_in_the_table_and_every_line_a_route() -> None:
    assert sorted(DESCRIBED) == sorted(RIGHTS)


def test_the_description_tells_the_roles_of_every_route() -> None:
    told = {name: frozenset(operation["x-roles"]) for name, operation in DESCRIBED.items()}

    assert told == {name: right.roles for name, right in RIGHTS.items()}


@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_without_a_key_a_route_tells_nothing(matrix: ApiWorld, name: str) -> None:
    assert ask(matrix, name, "", OURS).status_code == 401


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", sorted(RIGHTS))
def test_a_route_is_open_to_its_roles_and_to_no_others(
    matrix: ApiWorld, name: str, role: str
) -> None:
    right, answer = RIGHTS[name], ask(matrix, name, role, OURS)

    if role not in right.roles:
        assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    elif right.nobodys:
        assert answer.status_code == 404
    else:
        assert answer.status_code in {200, 422}, answer.text


@pytest.mark.parametrize("role", sorted(CREDITORS))
@pytest.mark.parametrize("name", [n for n, r in sorted(RIGHTS.items()) if r.roles & CREDITORS])
def test_what_is_anothers_is_not_there(matrix: ApiWorld, name: str, role: str) -> None:
    answer = ask(matrix, name, role, OTHERS)

    if "{" in name:
        assert answer.status_code in {403, 404}, answer.text
    theirs, their_case = matrix.creditor(OTHERS), matrix.case(OTHERS)
    told = answer.text
    for secret in (OTHERS, theirs.creditor_id, their_case.case_number, their_case.kid, "2001"):
        assert not re.search(rf"\b{re.escape(str(secret))}\b", told)  # an id may hold 2001, too
    asked = {theirs.creditor_id, their_case.case_id}
    assert not any(str(each) in told for each in asked)


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (name, role)
        for name, right in sorted(RIGHTS.items())
        for role in sorted(AGENCY & right.roles)
        if "{case_id}" in name and not right.nobodys
    ],
)
def test_what_the_agencys_own_look_at_is_recorded(matrix: ApiWorld, name: str, role: str) -> None:
    answer = ask(matrix, name, role, OURS)
    (line,) = matrix.office.durable.access.lines(1)

    assert str(line.request_id) == answer.headers["kravspor-request-id"]
    assert line.route == name
    assert words_of(name) != name, "the person is told of it in plain words"
    assert matrix.case(OURS).case_id in line.case_ids
    assert matrix.case(OURS).debtor_id in line.person_ids


def test_each_route_with_words_for_whom_it_is_about_is_a_route() -> None:
    assert WORDS.keys() <= DESCRIBED.keys()


def ask(matrix: ApiWorld, name: str, role: str, owner: str) -> Any:
    """A well-formed request to the route, about something of the owner's; commands are tried."""
    method, path = name.split(" ")
    for placed, value in ids(matrix, owner).items():
        path = path.replace(f"{{{placed}}}", value)
    while "{" in path:
        path = path[: path.index("{")] + str(uuid4()) + path[path.index("}") + 1 :]
    more = sent(RIGHTS[name])
    path += RIGHTS[name].query
    if method != "GET":
        path += "?dry_run=true"
        more["headers"] = {"Idempotency-Key": str(uuid4())}
    more.setdefault("headers", {})["Authorization"] = f"Bearer {matrix.secrets.get(role, '')}"
    return matrix.client.request(method, path, **more)


def ids(matrix: ApiWorld, owner: str) -> dict[str, str]:
    case = matrix.case(owner)
    return {
        "case_id": str(case.case_id),
        "creditor_id": str(case.creditor_id),
        "debtor_id": str(case.debtor_id),
    }


def sent(right: Right) -> dict[str, Any]:
    if right.file is not None:
        return {"files": {"file": ("a.csv", right.file)}}
    return {} if right.body is None else {"json": right.body}
