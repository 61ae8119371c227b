"""The bench runs with tiny sizes; what it measured is nobody's business here."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from gateways.benching import course, kafka_running, ours
from gateways.benching.row import percentile, row
from gateways.benching.running import BENCHES, Sizes, ground
from gateways.benching.timing import timed
from gateways.cli import main
from projections import balance

COLUMNS = {"work", "ours", "theirs", "ceiling", "ratio", "unit", "aim", "met"}
TINY = ["--events", "20", "--cases", "20", "--seconds", "0.06"]


def silent(_what: str) -> None:
    """Nobody listens."""


@pytest.mark.postgres
def test_every_bench_gives_rows_and_leaves_nothing_behind(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["bench", *TINY, "--data", str(tmp_path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(set(each) == COLUMNS for each in rows)
    assert all(each["ours"] > 0 for each in rows)
    works = [each["work"] for each in rows]
    for begins in (
        "append, 64 writers",
        "save to visible",
        "rebuild every",
        "memory",
        "append, 8",
        "dashboard of the agency, 20 cases",
        "a command, 20 cases, p99",
    ):
        assert any(work.startswith(begins) for work in works), begins
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
@pytest.mark.kafka
def test_every_bench_on_kafka_gives_rows_and_leaves_nothing_behind(
    kafka_servers: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    del kafka_servers  # where there can be no broker, this says so
    monkeypatch.setattr(kafka_running, "TOGETHER_SECONDS", 0.1)
    assert main(["bench", "--kafka", *TINY, "--data", str(tmp_path), "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    works = [each["work"] for each in rows]
    for begins in (
        "append by kafka-python, 64 writers",
        "append by confluent-kafka, 1 writer, p50",
        "rebuild from Kafka",
        "append, 2 shards and workers",
    ):
        assert any(work.startswith(begins) for work in works), begins
    assert all(each["ours"] > 0 for each in rows)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.postgres
def test_a_seeded_log_is_rebuilt_to_what_appending_it_would_have_made(tmp_path: Path) -> None:
    with ground(tmp_path, Sizes(events=10), silent) as place:
        dsn, count = place.log_of(10)
        with ours.opened(dsn) as journal:
            seeded = journal.rows.get(balance.TABLE, (course.case_of(0),))
            do = journal.appending()
            for _ in range(course.LENGTH):
                do()
            other, appended = sorted(journal.rows.where(balance.TABLE), key=_is_new)[-2:]
        assert ours.parked(dsn) == []
    assert count == 10
    assert seeded is not None
    assert _figures(seeded) == _figures(other) == _figures(appended)


def _is_new(held: balance.Balance) -> bool:
    return held.case_id not in {course.case_of(number) for number in range(2)}


def _figures(held: balance.Balance) -> Sequence[int]:
    return [held.total_ore, held.paid_ore, held.letter_fees_ore, held.principal_ore]


def test_a_bench_nobody_knows_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "sideways"]) == 2
    assert ", ".join(BENCHES) in capsys.readouterr().err


def test_less_is_better_for_what_takes_time() -> None:
    assert row("wait", "ms", 2, 6, better="less").ratio == 3
    assert row("rate", "events/s", 2, 6).ratio == 0.33


def test_an_aim_is_met_only_when_every_part_of_it_is() -> None:
    assert row("both", "events/s", 60, 3, 100, times=20, share=0.5).met is True
    assert row("slow", "events/s", 60, 3, 200, times=20, share=0.5).met is False
    assert row("nothing aimed at", "events/s", 60, 3, 100).met is None


def test_the_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 99) == 0
    assert percentile([1, 2, 3, 4], 50) == 3
    assert percentile([1, 2, 3, 4], 99) == 4


def test_what_a_worker_raised_is_raised_by_the_bench() -> None:
    def start(number: int) -> None:
        raise LookupError(f"worker {number}")

    with pytest.raises(LookupError, match="worker"):
        timed(3, 0.01, start)  # type: ignore[arg-type]  # it never gives a piece of work
