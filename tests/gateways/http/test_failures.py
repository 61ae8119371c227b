"""What bad input and bad luck get: a problem document, and nothing half done."""

import pytest

from engine.ports import UnavailableError
from gateways.office import Office
from tests.gateways.http.world import ApiWorld, TestClient


def test_a_fault_of_ours_tells_nothing_of_where_it_was(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("Ola Nordmann")

    monkeypatch.setattr(Office, "carry", broken)
    answer = api.post(f"/v1/cases/{api.case().case_id}/pause", {"reason": "ring"})

    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "Ola" not in answer.text
    assert "Traceback" not in answer.text


def test_a_store_out_of_reach_says_when_to_ask_again(
    api: ApiWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise UnavailableError("the database is away")

    monkeypatch.setattr(Office, "carry", away)
    answer = api.post(f"/v1/cases/{api.case().case_id}/pause", {"reason": "ring"})

    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["retry-after"]) > 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "json_invalid"),
        (b"[]", "model_attributes_type"),
        (b'{"reason": 1.5}', "string_type"),
        (b'{"reason": "a\\u0000b"}', "string_pattern_mismatch"),
        (b'{"reason": "   "}', "string_pattern_mismatch"),
        (b'{"reason": "x", "who": "y"}', "extra_forbidden"),
        (b'{"reason": "' + b"x" * 10_000 + b'"}', "string_too_long"),
        (b'{"reason": "\\ud800"}', "string_unicode"),
    ],
)
def test_a_body_that_is_not_understood_is_told_with_its_place(
    api: ApiWorld, body: bytes, code: str
) -> None:
    end = api.world.end
    json = {"Content-Type": "application/json"}
    path = f"/v1/cases/{api.case().case_id}/pause"
    answer = api.post(path, content=body, headers=json)

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert [each["code"] for each in answer.json()["errors"]] == [code]
    assert answer.json()["errors"][0]["pointer"].startswith("/body")
    assert "xxxx" not in answer.text
    assert api.world.end == end


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "", "multipart/mixed"])
def test_a_body_of_another_media_type_is_not_guessed_at(api: ApiWorld, kind: str) -> None:
    path = f"/v1/cases/{api.case().case_id}/pause"
    answer = api.post(path, content=b'{"reason": "ring"}', headers={"Content-Type": kind})

    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")
    assert not api.case().paused


def test_a_body_that_is_too_large_is_not_read(api: ApiWorld) -> None:
    answer = api.post("/v1/cases/x/pause", content=b"x" * (1 << 20 | 1))

    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/", 404), ("PUT", "/v1/me", 405)])
def test_what_is_not_there_is_a_problem_too(
    api: ApiWorld, method: str, path: str, status: int
) -> None:
    answer = api.ask(method, path)

    assert answer.status_code == answer.json()["status"] == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_answer_has_safe_headers_and_an_id(api: ApiWorld) -> None:
    for answer in (api.get("/v1/me"), api.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert len(answer.headers["kravspor-request-id"]) == 36


def test_who_may_not_is_told_who_may(api: ApiWorld) -> None:
    answer = api.post(f"/v1/cases/{api.case().case_id}/pause", {"reason": "ring"}, "auditor")

    assert (answer.status_code, answer.json()["code"]) == (403, "role_not_allowed")
    assert "case_handler" in answer.json()["facts"]["allowed"]


def test_an_outcome_nobody_waits_for_is_not_there(api: ApiWorld) -> None:
    answer = api.get("/v1/outcomes/0d3c3d7a-6d55-4b3e-8a2f-9d0a3c1a7f11")

    assert (answer.status_code, answer.json()["code"]) == (404, "outcome_unknown")


def test_the_description_is_open_to_all(api: ApiWorld) -> None:
    assert isinstance(api.client, TestClient)
    told = api.client.get("/v1/openapi.json").json()

    assert "/v1/cases/{case_id}/pause" in told["paths"]
    assert "Problem" in told["components"]["schemas"]
    assert "HTTPValidationError" not in str(told)
