"""What Prometheus is told: how far the log is read, what stands still, and whether money lacks."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from threading import Lock
from typing import Final, cast

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from typing_extensions import override

from gateways.durations import STEPS_SECONDS
from gateways.office import Office
from projections.posting import client_money_missing_ore
from projections.views import watching
from projections.views.sql import SqlReader
from replay.standing import Figures, Standing

# Sums over the whole ledger are asked for this often at the most, however often it is scraped.
MONEY_EVERY: Final = timedelta(minutes=1)
PREFIX: Final = "kravspor"


class Meter:
    """All the figures of one process that serves."""

    def __init__(self, office: Office) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Histogram(
            f"{PREFIX}_http_request_seconds",
            "Requests served, by route and status.",
            ("method", "route", "status"),
            buckets=STEPS_SECONDS,
            registry=self._registry,
        )
        self._registry.register(_House(office))

    def served(self, method: str, route: str, status: int, seconds: float) -> None:
        """A request has been answered."""
        self._requests.labels(method, route, str(status)).observe(seconds)

    def told(self) -> bytes:
        """Everything, in the text format of Prometheus.

        Raises UnavailableError when the database cannot be reached.
        """
        return generate_latest(self._registry)


class _House(Collector):
    """The figures of the house, read when they are asked for."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._lock = Lock()
        self._money: tuple[datetime, list[Metric]] | None = None

    @override
    def collect(self) -> Iterator[Metric]:
        """The figures as they stand."""
        yield _verdicts(self._office)
        if self._office.figures is None:  # an office in memory has no read models in SQL
            return
        told = self._office.figures(self._office.today)
        yield from _of_shards(told, self._office.clock.now())
        yield from _of_projections(told)
        yield from self._of_dispatch()
        yield from self._of_money()

    def _of_dispatch(self) -> Iterator[Metric]:
        count = _gauge(
            "dispatch_backlog", "Acts ordered or released, and not reported.", "kind", "state"
        )
        oldest = _gauge(
            "dispatch_oldest_days", "Days since the oldest was ordered.", "kind", "state"
        )
        for each in watching.backlog(cast("SqlReader", self._office.rows)):
            count.add_metric((each.kind, each.state), each.act_count)
            oldest.add_metric((each.kind, each.state), _days(each.since, self._office.today))
        yield count
        yield oldest

    def _of_money(self) -> list[Metric]:
        now = datetime.now(UTC)
        with self._lock:
            if self._money is None or now - self._money[0] > MONEY_EVERY:
                self._money = now, _money(cast("SqlReader", self._office.rows))
            return self._money[1]


def _verdicts(office: Office) -> Metric:
    counted = office.verdicts.counted()
    steps = [*map(str, STEPS_SECONDS), "+Inf"]
    told = HistogramMetricFamily(
        f"{PREFIX}_verdict_seconds", "From a wish of this process to its answer."
    )
    told.add_metric((), list(zip(steps, counted.at_most, strict=True)), counted.seconds)
    return told


def _of_shards(told: Figures, now: datetime) -> Iterator[Metric]:
    end = _gauge("log_end", "The offset the next record will get.", "shard")
    position = _gauge("runner_position", "The offset that is read next.", "shard")
    lag = _gauge("lag_records", "Records in the log that have not been read.", "shard")
    age = _gauge("lag_seconds", "How long the first of them has waited.", "shard")
    events = _gauge("events", "Standing events.", "shard")
    halted = _gauge("shard_halted", "1 when the shard stands still at a record.", "shard")
    unresolved = _gauge("unresolved_commits", "Commits in the log without a verdict.", "shard")
    for shard in told.shards:
        name = (str(shard.shard),)
        end.add_metric(name, shard.log_end)
        position.add_metric(name, shard.next_offset)
        lag.add_metric(name, shard.lag)
        age.add_metric(name, _waited(shard, now))
        events.add_metric(name, shard.events)
        halted.add_metric(name, 1 if shard.halt else 0)
        unresolved.add_metric(name, len(shard.unresolved))
    yield from (end, position, lag, age, events, halted, unresolved)


def _of_projections(told: Figures) -> Iterator[Metric]:
    parked = _gauge("parked_streams", "Streams a projection could not take.", "projection")
    for each in told.parked:
        parked.add_metric((each.projection,), each.count)
    due = _gauge("due_steps_not_taken", "Cases whose step is due and has not been taken.")
    if told.due_cases is not None:
        due.add_metric((), told.due_cases)
    yield from (parked, due)


def _money(reader: SqlReader) -> list[Metric]:
    totals = dict(watching.account_totals(reader))
    accounts = _gauge("account_ore", "What an account stands at, debits positive.", "account")
    for account, amount in sorted(totals.items()):
        accounts.add_metric((account,), amount)
    unbalanced = _gauge("ledger_unbalanced_ore", "What all accounts add up to: must be 0.")
    unbalanced.add_metric((), sum(totals.values()))
    missing = _gauge("client_money_missing_ore", "What the client account lacks: must be 0.")
    missing.add_metric((), client_money_missing_ore(totals))
    return [accounts, unbalanced, missing]


def _gauge(name: str, about: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"{PREFIX}_{name}", about, labels=labels)


def _waited(shard: Standing, now: datetime) -> float:
    since = shard.unread_since
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())


def _days(since: date, today: date) -> int:
    return (today - since).days
