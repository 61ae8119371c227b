"""Asks a cluster questions that change nothing, and again while its brokers change places."""

import time
from collections.abc import Callable
from contextlib import suppress
from threading import RLock
from typing import Final, TypeVar

from gateways.kafka.access import Access
from gateways.kafka.failures import told_plainly
from gateways.kafka.library import (
    Admin,
    AuthorizationError,
    KafkaError,
    RetriableError,
    administration,
)

T = TypeVar("T")
PATIENCE_SECONDS: Final = 10.0
PAUSE_SECONDS: Final = 0.2


class Asking:
    """An administrator that is made when first needed, and made anew after it failed."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._admin: Admin | None = None
        self._lock = RLock()

    def ask(self, question: Callable[[Admin], T], *, patience: float = PATIENCE_SECONDS) -> T:
        """The answer; asked again while it fails in a way that may pass, but not for ever.

        Raises UnavailableError, or TopicError when there is no such topic.
        """
        given_up = time.monotonic() + patience
        with told_plainly(self._access):
            while True:
                try:
                    return question(self._opened())
                except (KafkaError, OSError) as error:
                    self.close()
                    if not _may_pass(error) or time.monotonic() > given_up:
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
