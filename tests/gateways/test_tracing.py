"""Traces: a request and the command within it, by ids and types, and nobody's name."""

from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from gateways.http.app import create_app
from gateways.settings import SettingsError
from gateways.tracing import Otel, Silent, tracing_of
from tests.gateways.desk.world import World
from tests.gateways.http.world import ApiWorld, TestClient, api_world

ELSEWHERE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.fixture
def told() -> InMemorySpanExporter:
    """What a collector would be told."""
    return InMemorySpanExporter()


@pytest.fixture
def api(told: InMemorySpanExporter) -> ApiWorld:
    """An API that is traced."""
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(told))
    made = api_world(World())
    office = replace(made.office, tracing=Otel(provider))
    made.client = TestClient(create_app(office), raise_server_exceptions=True)
    told.clear()
    return made


def test_a_command_is_within_its_request_and_that_within_what_asked(
    api: ApiWorld, told: InMemorySpanExporter
) -> None:
    case = api.case().case_id
    answer = api.post(
        f"/v1/cases/{case}/pause",
        {"reason": "Kunde av 1001 ligger syk"},
        headers={"traceparent": ELSEWHERE},
    )
    assert answer.status_code == 200, answer.text

    command, request = told.get_finished_spans()

    assert (command.name, request.name) == ("PauseCase", "POST /v1/cases/{case_id}/pause")
    assert command.parent is not None
    assert request.parent is not None
    assert command.parent.span_id == request.context.span_id
    assert f"{request.parent.span_id:016x}" == ELSEWHERE.split("-")[2]
    assert request.attributes is not None
    assert request.attributes["request_id"] == answer.headers["kravspor-request-id"]
    assert "Kunde" not in f"{command.to_json()}{request.to_json()}"


def test_a_refusal_tells_its_kind_and_not_its_words(
    api: ApiWorld, told: InMemorySpanExporter
) -> None:
    api.post(f"/v1/cases/{api.case().case_id}/approval", {"approved": True})
    command = told.get_finished_spans()[0]
    assert (command.status.is_ok, command.status.description) == (False, "RefusedError")
    assert command.events == ()


def test_nobody_is_told_unless_somebody_asks() -> None:
    assert isinstance(tracing_of(""), Silent)


def test_an_address_without_the_packages_is_told_with_what_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gateways.tracing.find_spec", lambda _name: None)
    with pytest.raises(SettingsError, match="extra 'telemetry'"):
        tracing_of("http://127.0.0.1:4318")
