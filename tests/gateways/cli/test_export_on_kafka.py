"""An export of a house whose log is in Kafka: read from the topic itself, and proved the same."""

from pathlib import Path
from uuid import uuid4

import pytest

from gateways.cli import main
from tests.gateways.cli.house import House
from tests.gateways.desk.world import row

pytestmark = [pytest.mark.postgres, pytest.mark.kafka]


@pytest.fixture
def _topic(
    kafka_servers: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KRAVSPOR_KAFKA_SERVERS", kafka_servers)
    monkeypatch.setenv("KRAVSPOR_KAFKA_TOPIC", f"test-{uuid4()}")
    assert main(["log", "create", "--development"]) == 0
    capsys.readouterr()


@pytest.mark.usefixtures("_topic")
def test_a_log_in_kafka_is_exported_with_its_proofs_and_the_same_again(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    house: House = request.getfixturevalue("house")
    (case,) = house.json("import", house.file(row()))["cases"]
    whole, again, one = (tmp_path / name for name in ("whole", "again", "one"))
    made = house.json("replay", "export", "--to", str(whole))
    house.json("replay", "export", "--to", str(again), "--until", made["until"])
    house.json("replay", "export", "--to", str(one), "--case", case["case_number"])

    assert made["lines"] > 5
    assert (whole / "manifest.sig").read_bytes() == (again / "manifest.sig").read_bytes()
    assert [house.run("replay", "verify", str(each))[0] for each in (whole, one)] == [0, 0]
    assert house.run("replay", "verify")[0] == 0
