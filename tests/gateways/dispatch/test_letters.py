"""Letters leave the house once; one that cannot be made is told, and never tried blindly."""

from datetime import date
from pathlib import Path
from uuid import UUID

from events.case import LetterFailed, LetterLapsed
from gateways.dispatch.letters import LetterDispatch
from gateways.letters.content import Letter, LetterError
from gateways.simulating.playing import Play
from gateways.simulating.scenario import read
from projections import case_list

SCENARIO = """title: A letter that cannot be printed
creditor: {name: Fjordvarme AS}
debtor: {kind: person, name: Kari Nordmann}
claims:
  - {invoice: "1001", issued: 2026-07-06, due: 2026-07-20, amount: "5000.00"}
policy: {letters: earliest}
steps:
  - {on: 2026-08-03, do: register}
ask: [2026-08-06]
"""


class Unprintable:
    """A far end that can make nothing of a letter."""

    def __init__(self) -> None:
        self.tried = 0

    def send(self, letter: Letter, channel: str) -> None:  # noqa: ARG002 - it never gets so far
        self.tried += 1
        raise LetterError("debtor.name has characters that cannot be printed: U+0007")

    def sent(self, letter_id: UUID) -> bool:  # noqa: ARG002 - nothing ever was
        return False


def test_a_letter_that_cannot_be_made_is_tried_once_and_waits_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO)
    play = Play(read(path))
    far_end = Unprintable()
    play.letters = LetterDispatch(play.office, far_end, "simulation")

    told = play.run()

    types = [event["type"] for event in told.events]
    assert far_end.tried == 1
    assert types.count(LetterFailed.TYPE) == 1
    assert LetterLapsed.TYPE not in types
    (row,) = play.office.rows.find(case_list.TABLE)
    assert row.follow_up == "Brev kunne ikke sendes"
    assert row.group(date(2026, 8, 6)) == "på vent"


def test_a_worker_that_slept_over_midnight_sends_nothing(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO.replace("ask: [2026-08-06]", "ask: [2026-08-03]"))
    play = Play(read(path))
    far_end = Unprintable()
    play.letters = LetterDispatch(play.office, far_end, "other")
    play.letters.day = lambda _today: []  # type: ignore[method-assign]  # nothing goes that day
    play.run()
    worker = LetterDispatch(play.office, far_end, "sleeper")

    done = worker.day(date(2026, 8, 4))

    assert [(each.became, each.code) for each in done] == [("refused", "release_lapsed")]
    assert far_end.tried == 0
