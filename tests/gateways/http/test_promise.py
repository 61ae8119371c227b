"""Nothing in the API breaks silently: what was described stays, and may only grow."""

import json
from copy import deepcopy
from typing import Any

import pytest

from gateways.cli import docs
from gateways.cli.docs import broken
from gateways.http.promise import breaks
from gateways.settings import CHECKOUT

PROMISED = json.loads((CHECKOUT / docs.PROMISED).read_text("utf-8"))
PAUSE = "/v1/cases/{case_id}/pause"


def test_the_api_keeps_what_its_description_promised() -> None:
    found = broken()

    assert found == [], "\n".join(found)


def pausing(told: Any) -> Any:
    return told["components"]["schemas"]["Pausing"]


def carried(told: Any) -> Any:
    return told["components"]["schemas"]["Carried"]["properties"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t["paths"].pop(PAUSE), "is gone"),
        (lambda t: t["paths"][PAUSE]["post"].update(operationId="x"), "called otherwise"),
        (lambda t: t["paths"][PAUSE]["post"]["x-roles"].remove("adviser"), "for adviser"),
        (lambda t: t["paths"][PAUSE]["post"]["responses"].pop("200"), "no longer answers 200"),
        (lambda t: t["paths"][PAUSE]["post"]["parameters"].pop(), "is gone"),
        (lambda t: pausing(t)["properties"].pop("reason"), "reason is gone"),
        (lambda t: pausing(t)["required"].append("why"), "why has to be told now"),
        (lambda t: pausing(t)["properties"]["reason"].update(type="integer"), "was string"),
        (lambda t: carried(t).pop("commit_id"), "commit_id is gone"),
    ],
)
def test_what_would_break_a_program_is_seen(change: Any, words: str) -> None:
    now = deepcopy(PROMISED)
    change(now)

    assert any(words in found for found in breaks(PROMISED, now)), breaks(PROMISED, now)


def test_what_only_grows_breaks_nothing() -> None:
    now = deepcopy(PROMISED)
    now["paths"]["/v1/more"] = now["paths"][PAUSE]
    pausing(now)["properties"]["more"] = {"type": "string"}
    carried(now)["more"] = {"type": "string"}
    now["paths"][PAUSE]["post"]["x-roles"].append("auditor")

    assert breaks(PROMISED, now) == []
