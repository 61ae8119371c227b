"""The whole description held against the API itself: what it says is what happens."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as examples
from hypothesis.strategies import one_of
from pydantic import SecretStr
from schemathesis.generation import GenerationMode

from gateways.http.app import create_app
from gateways.http.reads import reading
from gateways.settings import Settings
from gateways.wiring import on_postgres
from tests.conftest import emptied
from tests.gateways.desk.world import World
from tests.gateways.http.world import ApiWorld, api_world

pytestmark = pytest.mark.postgres

# A longer run by hand: KRAVSPOR_EXAMPLES=500 ./kravspor test tests/gateways/http -k description
EXAMPLES = int(os.environ.get("KRAVSPOR_EXAMPLES", "8"))
# What is well formed and yet refused by the rules of the house is 422, and told of as such.
REFUSED = "422"
# Nobody has come to a position that is made up: that is a refusal, too.
NOT_REACHED = "412"


# An answer that does not end is followed in test_stream.py.
ENDLESS = {"/v1/stream"}


def operations() -> Iterator[tuple[str, str]]:
    for path, methods in create_app(World().office).openapi()["paths"].items():
        if path not in ENDLESS:
            yield from ((method.upper(), path) for method in methods)


def whole(case: Any) -> Any:
    """The case with 607 where JSON Schema would have 607.0: we take no decimal point in money.

    A cursor and a position are what an earlier answer named: neither can be made up.
    """
    case.body = _whole(case.body)
    for made_up in ("cursor", "at_least"):
        (case.query or {}).pop(made_up, None)
    return case


def _whole(value: Any) -> Any:
    match value:
        case float() if value.is_integer():
            return int(value)
        case dict():
            return {name: _whole(each) for name, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case _:
            return value


@pytest.fixture(scope="module")
def fuzzed(
    _databases: tuple[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ApiWorld]:
    """One office on PostgreSQL for the whole description, since lists are asked in SQL."""
    database, keys = (SecretStr(emptied(dsn)) for dsn in _databases)
    data: Path = tmp_path_factory.mktemp("fuzzed")
    settings = Settings(data=data, database=database, keys_database=keys)
    world = World(lambda clock: on_postgres(settings, clock))
    try:
        with pytest.MonkeyPatch.context() as patched:
            # Positions are made up here: nobody will write what is waited for.
            patched.setattr(reading, "WAIT_SECONDS_MOST", 0.01)
            yield api_world(world)
    finally:
        world.office.close()


@pytest.fixture(scope="module")
def description(fuzzed: ApiWorld) -> Any:
    schema = schemathesis.openapi.from_asgi("/v1/openapi.json", fuzzed.client.app)
    schema.config.checks.positive_data_acceptance.expected_statuses.append(REFUSED)
    schema.config.checks.negative_data_rejection.expected_statuses.append(NOT_REACHED)
    return schema


@pytest.mark.parametrize(("method", "path"), list(operations()))
def test_an_operation_does_what_its_description_says(
    method: str, path: str, fuzzed: ApiWorld, description: Any
) -> None:
    operation = description[path][method]
    known = {"case_id": str(fuzzed.case().case_id)} if "{case_id}" in path else {}
    wrong = operation.as_strategy(GenerationMode.NEGATIVE)
    right = operation.as_strategy().map(whole)
    near = operation.as_strategy(path_parameters=known).map(whole)

    @given(one_of(wrong, right, near))
    @examples(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def holds(case: Any) -> None:
        # A member without a value is not sent at all, so that nothing would be wrong with it.
        assume([] not in (case.query or {}).values())
        case.call_and_validate(
            headers={"Authorization": f"Bearer {fuzzed.secrets['case_handler']}"}
        )

    holds()
