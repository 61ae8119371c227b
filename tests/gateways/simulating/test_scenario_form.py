"""A scenario file that is wrong is told where and why."""

from datetime import date
from pathlib import Path

import pytest

from gateways.cli import main
from gateways.simulating.comparing import unmet
from gateways.simulating.playing import Play
from gateways.simulating.reading import ScenarioError, read

GOOD = """title: A case
creditor: {name: Fjordvarme AS}
debtor: {kind: person, name: Kari Nordmann}
claims:
  - {invoice: "1001", issued: 2026-07-06, due: 2026-07-20, amount: "5000.00"}
steps:
  - {on: 2026-08-03, do: register}
expect:
  - {on: 2026-08-03, status: INKASSOVARSEL}
"""


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_a_scenario_with_its_defaults(tmp_path: Path) -> None:
    scenario = read(written(tmp_path, GOOD))

    assert scenario.creditor.settlement == "weekly"
    assert scenario.policy.letters == "earliest"
    assert scenario.claims[0].amount == 500_000


@pytest.mark.parametrize(
    ("wrong", "line", "word"),
    [
        (GOOD.replace("name: Fjordvarme AS", "nam: Fjordvarme AS"), 2, "nam"),
        (GOOD.replace('"5000.00"', "5000.00"), 5, "amount"),
        (GOOD.replace('"5000.00"', '"5000.001"'), 5, "amount"),
        (GOOD.replace("2026-07-20", "2026-07-32"), 5, "due"),
        (GOOD.replace("do: register", "do: dance"), 7, "dance"),
        (GOOD.replace("kind: person", "kind: ghost"), 3, "kind"),
        (GOOD.replace("status: INKASSOVARSEL", "statement: {sum_ore: 1}"), 9, "sum_ore"),
        (GOOD.replace("status: INKASSOVARSEL", "stat: x"), 9, "expect"),
        (GOOD + "colour: red\n", 10, "colour"),
        (GOOD + "title: Again\n", 10, "title"),
        (GOOD.replace('"5000.00"', '".5"'), 5, "amount"),
        (GOOD.replace("2026-07-20", "2026-W30-1"), 5, "due"),
        (GOOD.replace("status: INKASSOVARSEL", "statement: {}"), 9, "statement"),
        (GOOD.replace("status: INKASSOVARSEL", "payout: {}"), 9, "payout"),
        (GOOD.replace("status:", "no_event: case.closd} #"), 9, "case.closd"),
        (GOOD.replace("status:", "no_event: person.recorded} #"), 9, "person.recorded"),
        (GOOD.replace("INKASSOVARSEL}", "BETALT, until: 2026-08-09}"), 9, "until"),
        (
            GOOD.replace("status: INKASSOVARSEL", "no_event: case.closed, until: 2026-08-02"),
            9,
            "until",
        ),
        (GOOD.replace("do: register", "do: objection, claims: []"), 7, "claims"),
        (
            GOOD.replace("do: register", 'do: objection_answer, answer: upheld, amount: "1.00"'),
            7,
            "amount",
        ),
        ("- a\n- b\n", 1, "no keys"),
        ("title: [\n", 2, "YAML"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(
    tmp_path: Path, wrong: str, line: int, word: str
) -> None:
    with pytest.raises(ScenarioError) as refused:
        read(written(tmp_path, wrong))

    assert f"line {line}" in str(refused.value)
    assert word in str(refused.value)


def test_on_a_day_before_the_first_step_there_is_no_case(tmp_path: Path) -> None:
    early = "  - {on: 2026-08-02, statement: {total_ore: 0}}\nask: [2026-08-01]\n"
    scenario = read(written(tmp_path, GOOD + early))
    play = Play(scenario)
    told = play.run()

    assert told.statements == [
        {"on": date(2026, 8, 1), "refused": "case_unknown"},
        {"on": date(2026, 8, 2), "refused": "case_unknown"},
    ]
    assert len(unmet(scenario, told, play.standings)) == 1


def test_the_command_tells_what_holds_by_its_exit_status(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(tmp_path, GOOD)

    assert main(["simulate", str(path)]) == 0
    assert main(["simulate", str(tmp_path)]) == 0
    written(tmp_path, GOOD.replace("INKASSOVARSEL", "BETALT"))
    assert main(["simulate", str(path)]) == 1
    assert "INKASSOVARSEL" in capsys.readouterr().out
    written(tmp_path, "title: x\n")
    assert main(["simulate", str(path)]) == 2
    assert main(["simulate", str(tmp_path / "nowhere.yaml")]) == 2
