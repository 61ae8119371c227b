"""`kravspor kafka` from beginning to end, and how it says no."""

import json
from pathlib import Path

import pytest

from gateways.cli.app import main


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    found: dict[str, object] = json.loads(capsys.readouterr().out)
    return found


@pytest.mark.kafka
def test_a_cluster_is_started_told_and_stopped(
    kafka_servers: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del kafka_servers
    data = ["--data", str(tmp_path), "--json"]
    codes = [main(["kafka", "up", *data])]
    up = told(capsys)
    codes += [main(["kafka", "status", *data])]
    status = told(capsys)
    codes += [main(["kafka", "down", *data]), main(["kafka", "status", *data])]

    assert codes == [0, 0, 0, 1]
    assert up == status
    assert str(up["servers"]).startswith("127.0.0.1:")


def test_where_no_cluster_is_the_command_that_makes_one_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in ("status", "down"):
        assert main(["kafka", command, "--data", str(tmp_path)]) == 2
        assert "start one with kravspor kafka up" in capsys.readouterr().err


def test_a_cluster_has_one_node_or_three(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["kafka", "up", "--nodes", "2", "--data", str(tmp_path)]) == 2
    assert "1 or 3, not 2" in capsys.readouterr().err
