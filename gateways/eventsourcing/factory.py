"""What every factory over our log does; each store's own stands in a module of its own."""

# The library finds a factory by looking for the one concrete class in a module. This one
# has a type parameter left, so a module may import it and still have one.

from abc import ABC, abstractmethod
from threading import Lock
from typing import Final, TypeVar

from eventsourcing.persistence import (
    ApplicationRecorder,
    InfrastructureFactory,
    InfrastructureFactoryError,
    ProcessRecorder,
    TTrackingRecorder,
)
from eventsourcing.utils import Environment, EnvType, resolve_topic
from typing_extensions import override

from engine.journal.recorded import Decode
from events.base import Event
from gateways.eventsourcing.application_log import ApplicationLog
from gateways.eventsourcing.recorders import JournalApplicationRecorder, JournalProcessRecorder

EVENTS: Final = "events"
UNNAMED: Final = "stored"

R = TypeVar("R", bound=JournalApplicationRecorder)


class JournalFactory(InfrastructureFactory[TTrackingRecorder], ABC):
    """Opens the application's log, and starts its runner, when a recorder is first asked for."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._log: ApplicationLog | None = None
        self._log_lock = Lock()

    @abstractmethod
    def open_log(self, name: str) -> ApplicationLog:
        """The log of the application of that name."""

    @property
    def log(self) -> ApplicationLog:
        """The application's log; all recorders of one factory share it."""
        with self._log_lock:
            if self._log is None:
                self._log = self.open_log(self.env.name or UNNAMED)
            return self._log

    @override
    def application_recorder(self) -> ApplicationRecorder:
        """A recorder over the log."""
        named = self.env.get(self.APPLICATION_RECORDER_TOPIC)
        return _resolved(named, JournalApplicationRecorder)(self.log)

    @override
    def process_recorder(self) -> ProcessRecorder:
        """A recorder over the log that tracks what it follows in the same commits."""
        named = self.env.get(self.PROCESS_RECORDER_TOPIC)
        return _resolved(named, JournalProcessRecorder)(self.log)

    @override
    def close(self) -> None:
        """Give the log's connections back, and those of the library's own recorders."""
        with self._log_lock:
            log, self._log = self._log, None
        if log is not None:
            log.close()
        super().close()


def foreign() -> Decode:
    """The decoding of events that are not ours: they stay bytes, and no projection asks."""

    def decode(kind: str, schema: int, data: bytes) -> Event:
        del schema, data
        raise LookupError(f"{kind} is an application's own")

    return decode


def _resolved(topic: str | None, ours: type[R]) -> type[R]:
    """The recorder class a topic names. Raises InfrastructureFactoryError when not one of ours."""
    if not topic:
        return ours
    found: object = resolve_topic(topic)
    if isinstance(found, type) and issubclass(found, ours):
        return found
    raise InfrastructureFactoryError(f"{topic} is no {ours.__name__}, so it cannot use this log")
