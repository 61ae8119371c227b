"""A subscription to an application's log: the library's, woken by our bell."""

from collections.abc import Callable, Sequence

from eventsourcing.persistence import ApplicationRecorder, ListenNotifySubscription
from typing_extensions import override

from gateways.eventsourcing.reading import Bell


class JournalSubscription(ListenNotifySubscription[ApplicationRecorder]):
    """Gives every notification beyond `gt` in order, and waits for those to come."""

    def __init__(
        self, recorder: ApplicationRecorder, bell: Bell, gt: int | None, topics: Sequence[str]
    ) -> None:
        self._unlisten: Callable[[], None] | None = None
        super().__init__(recorder, gt, topics)  # reads on a thread of its own from here on
        self._unlisten = bell.listen(self._has_been_notified)
        if self._has_been_stopped:
            self._unlisten()
        self._has_been_notified.set()  # what came between the first reading and the bell

    @override
    def stop(self) -> None:
        """End it, from whatever thread."""
        super().stop()
        if self._unlisten is not None:
            self._unlisten()
