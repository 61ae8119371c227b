"""`kravspor chaos` as it is called."""

import json

import pytest

from gateways.cli import main


def test_a_violation_ends_with_one_and_the_command_that_repeats_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ["chaos", "--seed", "3", "--steps", "4000", "--mutant", "timeout-is-failure"]
    assert main([*words, "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["violations"]
    assert told["history"]
    again = told["again"].removeprefix("./kravspor ").split()
    assert main([*again, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["history"] == told["history"]


def test_a_clean_run_ends_with_zero_and_tells_what_it_did(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["chaos", "--log", "memory", "--seed", "5", "--steps", "2000", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["steps"], told["violations"]) == (2000, [])
    assert told["steps_per_second"] > 0
    assert told["outcomes"]["ok"] > 0
    assert told["faults"]


@pytest.mark.parametrize(
    "words",
    [
        ["--log", "disk"],
        ["--log", "kafka", "--mutant", "no-such"],
        ["--mutant", "no-such"],
        ["--only", "x"],
        ["--sagas", "--mutant", "torn-apply"],
    ],
)
def test_what_is_not_understood_ends_with_two(words: list[str]) -> None:
    assert main(["chaos", *words]) == 2


def test_the_mutants_are_listed_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["chaos", "--mutant", "list"]) == 0
    assert "no-hash-check" in capsys.readouterr().out
