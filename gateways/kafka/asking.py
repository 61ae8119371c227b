"""Asks a cluster questions that change nothing, and again while its brokers change places."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import Final, TypeVar

from gateways.kafka.access import Access
from gateways.kafka.failures import TopicMissingError, told_plainly
from gateways.kafka.library import (
    Admin,
    AuthorizationError,
    KafkaError,
    RetriableError,
    administration,
)

T = TypeVar("T")
PATIENCE_SECONDS: Final = 10.0
SPREAD_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 0.1


class Asking:
    """An administrator that is made when first needed, and made anew after it failed."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._admin: Admin | None = None
        self._lock = RLock()

    def ask(self, question: Callable[[Admin], T], *, spread: float = SPREAD_SECONDS) -> T:
        """The answer; asked again while it fails in a way that may pass, but not for ever.

        A cluster that nobody answers for is told at once. A topic that was just made is not
        known to every broker yet: so long is `spread`.
        Raises UnavailableError, or TopicMissingError when there is no such topic.
        """
        begun = time.monotonic()
        with told_plainly(self._access):
            while True:
                admin = self._opened()
                try:
                    return question(admin)
                except TopicMissingError:
                    if time.monotonic() > begun + spread:
                        raise
                except (KafkaError, OSError) as error:
                    self.close()
                    if not _may_pass(error) or time.monotonic() > begun + PATIENCE_SECONDS:
                        raise
                time.sleep(PAUSE_SECONDS)

    def close(self) -> None:
        """End the administrator; the next question makes another."""
        with self._lock:
            admin, self._admin = self._admin, None
        if admin is not None:
            with suppress(KafkaError, OSError):
                admin.close()

    def _opened(self) -> Admin:
        with self._lock:
            if self._admin is None:
                self._admin = administration(self._access.administering())
            return self._admin


def _may_pass(error: BaseException) -> bool:
    """Whether asking again may help: a leader is being chosen, a broker has just gone."""
    if isinstance(error, AuthorizationError):
        return False
    return isinstance(error, (RetriableError, OSError)) or type(error).__name__ in {
        "UnknownBrokerIdError",
        "NodeNotReadyError",
    }
