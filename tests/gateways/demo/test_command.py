"""The command: it works in a folder of its own, goes on, tells again, and begins anew."""

import json

import pytest

from gateways.cli import main
from gateways.demo.days import STATE

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("demo")]

FEW = ["--days", "2", "--cases", "3"]


@pytest.mark.parametrize("fresh", [[], ["--fresh"]])
def test_a_folder_that_somebody_else_filled_is_left_alone(tmp_path, capsys, fresh):
    (tmp_path / "mine.txt").write_text("mine", "utf-8")

    assert main(["demo", "--data", str(tmp_path), *FEW, *fresh]) == 2
    assert "mine.txt" in capsys.readouterr().err
    assert [each.name for each in tmp_path.iterdir()] == ["mine.txt"]


def test_it_tells_goes_on_tells_again_and_begins_anew(tmp_path, capsys):
    data = tmp_path / "made"

    assert main(["demo", "--data", str(data), *FEW, "--json"]) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(["demo", "--data", str(data), *FEW, "--json"]) == 0
    told = capsys.readouterr()
    again = json.loads(told.out)

    assert "finished" in told.err
    assert again["summary"] == first["summary"]
    assert sum(place["cases"] for place in first["summary"]["places"]) <= 3
    assert len(first["summary"]["refused"]) == 9
    assert str(data) in again["next"][0]
    assert (data / "portfolio.refused.csv").exists()

    assert main(["demo", "--data", str(data), "--days", "4", "--cases", "3", "--exit"]) == 0
    more = capsys.readouterr()

    assert "Going on after 2 days" in more.err
    assert " 2 days in " in more.out, "those it lived now"
    assert "What was stopped, and why" in more.out
    assert "All accounts together add up to nothing." in more.out

    again = ["--days", "1", "--cases", "2", "--fresh", "--exit"]
    assert main(["demo", "--data", str(data), *again]) == 0
    progress = json.loads((data / STATE).read_text("utf-8"))

    assert progress == {"days": 1, "cases": 2, "opened": True, "done": 1}
    assert "Importing the portfolio" in capsys.readouterr().err
