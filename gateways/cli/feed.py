"""`kravspor feed`: tells other systems what stands in the log, until it is told to stop."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from threading import Event
from typing import TYPE_CHECKING, Annotated

import typer
from structlog.typing import FilteringBoundLogger

from engine.journal.shards import in_use
from engine.ports import UnavailableError
from events import registry
from gateways.cli.journal_opening import Journal, journal_opened
from gateways.cli.log_lines import log_failure, log_to
from gateways.cli.opening import settings_of
from gateways.cli.output import emit
from gateways.cli.stopping import stopping
from gateways.cli.taking import Folder, Json
from gateways.feeding.feed import Feed
from gateways.feeding.telling import telling
from gateways.postgres.feeds import PostgresFeeds
from gateways.postgres.holding import Holding
from gateways.postgres.listening import Listening
from gateways.settings import Settings
from gateways.stores import access_of

if TYPE_CHECKING:  # as the command itself does it, when it is called
    from gateways.kafka.access import Access

TOPIC = "inkasso.feed"
COPIES = 3
REST_SECONDS = 1.0


def feed(  # noqa: PLR0913 - each is an option
    *,
    topic: Annotated[str, typer.Option(help="The topic to publish to.")] = TOPIC,
    servers: Annotated[
        str | None,
        typer.Option(help="The cluster, HOST:PORT,…; else the one that has the log."),
    ] = None,
    personal: Annotated[
        bool, typer.Option("--personal", help="Tell names and other personal data, in clear.")
    ] = False,
    create: Annotated[
        bool, typer.Option("--create", help="Make the topic if there is none.")
    ] = False,
    copies: Annotated[int, typer.Option(help="On how many brokers, when it is made.")] = COPIES,
    once: Annotated[bool, typer.Option("--once", help="What there is now, and stop.")] = False,
    data: Folder = None,
    json: Json = False,
) -> None:
    """Publish every standing event as a CloudEvent, in order for each case, once at least.

    It goes on where it left off, also after the index was rebuilt. What is personal is left
    out unless --personal is given. Several of these share the shards, as workers do. On
    stderr there is a log, one JSON object a line.
    """
    settings = settings_of(data)
    log = log_to(level=settings.log_level)
    access = _access(settings, topic, servers)
    with (
        stopping() as stop,
        journal_opened(data) as journal,
        _publishing(journal, access, (create, copies), personal=personal) as part,
    ):
        if not (once or json):
            emit(f"publishing to {topic}; SIGTERM or Ctrl-C ends it")
        count = part.once() if once else part.until(stop, log)
    if json:
        emit({"topic": topic, "published": count}, json=True)
    else:
        emit(f"published {count} events")


@dataclass(frozen=True, slots=True)
class _Publishing:
    """A feed, the shards it has, and what tells it that there is more."""

    feed: Feed
    holding: Holding
    woken: Event

    def once(self) -> int:
        """Publish all that stands; how many events."""
        count = 0
        while done := self._round():
            count += done
        return count

    def until(self, stop: Event, log: FilteringBoundLogger) -> int:
        """Publish what stands and what comes, until `stop`; how many events."""
        count = 0
        while not stop.is_set():
            self.woken.clear()
            try:
                done = self._round()
            except UnavailableError as error:
                log_failure(log, error, REST_SECONDS)
                stop.wait(REST_SECONDS)
                continue
            if done:
                log.info("feed.published", events=done)
            else:
                self.woken.wait(REST_SECONDS)
            count += done
        return count

    def _round(self) -> int:
        return sum(self.feed.round(shard) for shard in sorted(self.holding.held()))


@contextmanager
def _publishing(
    journal: Journal, access: "Access", made: tuple[bool, int], *, personal: bool
) -> Iterator[_Publishing]:
    from gateways.kafka.failures import TopicError  # noqa: PLC0415 - slow to load
    from gateways.kafka.publishing import KafkaSink, make_topic  # noqa: PLC0415 - as above

    create, copies = made
    if create:
        make_topic(access, copies=copies)
    with ExitStack() as stack:
        try:
            sink = stack.enter_context(closing(KafkaSink(access)))
        except TopicError as error:
            raise UnavailableError(
                f"Kafka at {access.named} has no topic {access.topic} that can be published to: "
                "make it, or say --create"
            ) from error
        log_id = journal.log.identity()
        tell = telling(log_id, journal.vault if personal else None)
        store = PostgresFeeds(journal.database, log_id)
        listening = stack.enter_context(closing(Listening(journal.database)))
        holding = Holding(
            journal.database,
            lambda: in_use(journal.index),
            f"{socket.gethostname()}-{os.getpid()}",
            purpose=f" feed {sink.identity()}",
        )
        stack.enter_context(closing(holding))
        holding.begin()
        woken = Event()
        stack.callback(listening.moves.listen(woken))
        yield _Publishing(Feed(journal.index, registry.decode, store, sink, tell), holding, woken)


def _access(settings: Settings, topic: str, servers: str | None) -> "Access":
    from gateways.kafka.access import Access  # noqa: PLC0415 - as above

    if servers is not None:
        return Access(servers=tuple(servers.split(",")), topic=topic)
    return replace(access_of(settings), topic=topic)
