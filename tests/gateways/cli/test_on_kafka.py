"""The commands with the log in Kafka: the topic made and checked, and the house at work on it."""

import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from gateways.cli import main
from tests.gateways.cli.house import House
from tests.gateways.cli.test_journal_commands import checked, damage, status
from tests.gateways.desk.world import row

pytestmark = [pytest.mark.postgres, pytest.mark.kafka]

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(
    kafka_servers: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Runs a command with a cluster and a topic in the settings; the topic is not there yet."""
    monkeypatch.setenv("KRAVSPOR_KAFKA_SERVERS", kafka_servers)
    monkeypatch.setenv("KRAVSPOR_KAFKA_TOPIC", f"test-{uuid4()}")

    def one(*words: str) -> tuple[int, str]:
        code = main(words)
        told = capsys.readouterr()
        return code, told.out + told.err

    return one


@pytest.fixture
def made(run: Run) -> dict[str, Any]:
    """The topic made, as it was told."""
    code, told = run("log", "create", "--development", "--json")
    assert code == 0, told
    found: dict[str, Any] = json.loads(told)
    return found


def test_the_topic_is_made_checked_and_told(run: Run, made: dict[str, Any]) -> None:
    code, told = run("log", "status", "--json")
    stands = json.loads(told)

    assert (made["fit"], made["unfit"]) == (True, [])
    assert run("log", "check")[0] == code == 0
    assert (stands["id"], stands["copies"]) == (made["id"], 1)
    assert [shard["number"] for shard in stands["shards"]] == [0]


def test_a_topic_that_is_there_and_copies_that_cannot_be_are_refused(run: Run) -> None:
    missing, few = run("log", "check"), run("log", "create")
    run("log", "create", "--development")
    again = run("log", "create", "--development")

    assert (missing[0], few[0], again[0]) == (3, 3, 3)
    assert "make it with `kravspor log create`" in missing[1]
    assert "--development" in few[1]
    assert "there already" in again[1]


def test_without_a_cluster_in_the_settings_the_way_to_one_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KRAVSPOR_KAFKA_SERVERS", raising=False)

    assert main(["log", "status"]) == 2
    assert "set KRAVSPOR_KAFKA_SERVERS" in capsys.readouterr().err


@pytest.mark.usefixtures("made")
def test_a_house_on_kafka_takes_in_a_case_and_its_log_is_verified(
    request: pytest.FixtureRequest,
) -> None:
    house: House = request.getfixturevalue("house")
    (case,) = house.json("import", house.file(row()))["cases"]
    told = status(house)

    assert case["case_number"] in house.run("case", "list")[1]
    assert told["log_end"] == told["next_offset"] > 5
    assert house.run("status")[0] == 0
    assert "everything is what the log leads to" in house.run("replay", "verify")[1]
    assert checked(house, "read models")["found"] == "at the end of the log"


@pytest.mark.usefixtures("made")
def test_a_record_nobody_can_read_halts_the_house_until_a_person_passes_over_it(
    request: pytest.FixtureRequest,
) -> None:
    house: House = request.getfixturevalue("house")
    offset = damage(b"nonsense")
    refused = house.run("import", house.file(row()))
    halted = status(house)["halt"]
    passed = house.run("journal", "quarantine", str(offset), "--reason", "a stranger wrote it")

    assert refused[0] == 3
    assert (halted["offset"], "not a commit" in halted["reason"]) == (offset, True)
    assert passed[0] == 0
    assert house.json("import", house.file(row()))["cases"]


@pytest.mark.usefixtures("made")
def test_a_cluster_that_is_gone_is_told_in_one_sentence(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    house: House = request.getfixturevalue("house")
    monkeypatch.setenv("KRAVSPOR_KAFKA_SERVERS", "127.0.0.1:1")
    code, told = house.run("case", "list")

    assert code == 3
    assert told == (
        "kravspor: Kafka cannot be reached at 127.0.0.1:1 (nothing listens there). Nothing has "
        "been written; try again, or see KRAVSPOR_KAFKA_SERVERS and `kravspor kafka status`.\n"
    )
