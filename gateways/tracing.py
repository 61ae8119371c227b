"""Traces for OpenTelemetry, where the extra `telemetry` is installed and an address is set."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, Protocol

from gateways.settings import SettingsError

if TYPE_CHECKING:  # most installations have none of it
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span

NAME: Final = "kravspor"
NEEDED: Final = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")

Attribute = str | int


class Told(Protocol):
    """A span that is under way."""

    def tell(self, name: str, **attributes: Attribute) -> None:
        """Name it, and say more of it: ids, types and codes, and nobody's name."""
        ...


class Tracing(Protocol):
    """Tells what takes how long, within what."""

    def span(self, name: str, headers: Mapping[str, str] = ...) -> AbstractContextManager[Told]:
        """A span until the block is left; `headers` may say what it is within elsewhere."""
        ...

    def close(self) -> None:
        """Send what has not been sent."""
        ...


class Silent:
    """Tells nobody."""

    @contextmanager
    def span(self, name: str, headers: Mapping[str, str] = {}) -> Iterator[Told]:  # noqa: ARG002 - never changed
        """Nothing."""
        yield _Unheard()

    def close(self) -> None:
        """Nothing was kept."""


class _Unheard:
    def tell(self, name: str, **attributes: Attribute) -> None:
        """Nobody listens."""


class Otel:
    """Tells an OpenTelemetry collector."""

    def __init__(self, provider: "TracerProvider") -> None:
        self._provider = provider
        self._tracer = provider.get_tracer(NAME)

    @contextmanager
    def span(self, name: str, headers: Mapping[str, str] = {}) -> Iterator[Told]:
        """A span; one that is left by an error says of what kind, and not its words."""
        from opentelemetry.propagate import extract  # noqa: PLC0415 - an extra
        from opentelemetry.trace import Status, StatusCode  # noqa: PLC0415 - an extra

        within = extract(dict(headers)) if headers else None
        with self._tracer.start_as_current_span(
            name, within, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield _Heard(span)
            except Exception as error:
                span.set_status(Status(StatusCode.ERROR, type(error).__name__))
                raise

    def close(self) -> None:
        """Send what has not been sent."""
        self._provider.shutdown()


class _Heard:
    def __init__(self, span: "Span") -> None:
        self._span = span

    def tell(self, name: str, **attributes: Attribute) -> None:
        """Name it, and say more of it."""
        self._span.update_name(name)
        for key, value in attributes.items():
            self._span.set_attribute(key, value)


def tracing_of(endpoint: str) -> Tracing:
    """Traces to the collector at that address; to nobody, when it is empty.

    Raises SettingsError when the packages are missing.
    """
    if not endpoint:
        return Silent()
    if not all(_installed(name) for name in NEEDED):
        raise SettingsError(
            "KRAVSPOR_OTLP_ENDPOINT is set, and OpenTelemetry is not installed: install the extra "
            "'telemetry', or leave the setting out"
        )
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # type: ignore[import-not-found,unused-ignore]  # noqa: PLC0415 - an extra
        OTLPSpanExporter,
    )
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra

    provider = TracerProvider(resource=Resource.create({"service.name": NAME}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{endpoint}/v1/traces")))
    return Otel(provider)


def _installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False
