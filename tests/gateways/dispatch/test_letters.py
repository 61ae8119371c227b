"""Letters leave the house once; one that cannot be made is told, and never tried blindly."""

from datetime import date
from pathlib import Path
from uuid import UUID

from events.case import InkassovarselSent, LetterFailed, LetterLapsed
from gateways.dispatch.letters import LetterDispatch
from gateways.dispatch.outbox import ElsewhereError
from gateways.dispatch.printing import OutboxPrinter
from gateways.letters.content import DemandLetter, Letter, LetterError
from gateways.simulating.playing import Play
from gateways.simulating.reading import read
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

    def withdraw(self, letter_id: UUID) -> bool:  # noqa: ARG002 - nothing ever went out
        return True


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


def test_a_letter_that_another_gave_up_is_not_sent_by_a_worker_whose_clock_is_behind(
    tmp_path: Path,
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO.replace("ask: [2026-08-06]", "ask: [2026-08-03]"))
    play = Play(read(path))
    printer, given_up = OutboxPrinter(tmp_path / "outbox"), list[str]()

    class Overtaken:
        """Just before a letter comes there, another day begins for another worker."""

        def send(self, letter: Letter, channel: str) -> None:
            ahead = LetterDispatch(play.office, printer, "ahead:shop")
            given_up.extend(each.became for each in ahead.day(date(2026, 8, 4)))
            printer.send(letter, channel)

        def withdraw(self, letter_id: UUID) -> bool:
            return printer.withdraw(letter_id)

    play.letters = LetterDispatch(play.office, Overtaken(), "behind:shop")
    told = play.run()

    assert given_up == ["lapsed"]
    assert not list(tmp_path.glob("outbox/letters/*/*"))
    types = [event["type"] for event in told.events]
    assert (types.count(LetterLapsed.TYPE), types.count(InkassovarselSent.TYPE)) == (1, 0)


class Shop:
    """A far end that keeps what it is sent; while it is busy it takes nothing."""

    def __init__(self, *, busy: bool = False) -> None:
        self.busy = busy
        self.kept: list[UUID] = []

    def send(self, letter: Letter, channel: str) -> None:  # noqa: ARG002 - a shop takes any
        if self.busy:
            raise ElsewhereError("another worker is at it")
        if isinstance(letter, DemandLetter):
            self.kept.append(letter.letter_id)

    def withdraw(self, letter_id: UUID) -> bool:
        return letter_id not in self.kept


def test_what_was_released_is_sent_by_whoever_has_the_same_far_end_and_no_other(
    tmp_path: Path,
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(SCENARIO.replace("ask: [2026-08-06]", "ask: [2026-08-03]"))
    play = Play(read(path))
    shop, other = Shop(busy=True), Shop()
    play.letters = LetterDispatch(play.office, shop, "first:shop")
    play.run()
    today = date(2026, 8, 3)

    def became(worker: str, far_end: Shop) -> list[tuple[str, str]]:
        done = LetterDispatch(play.office, far_end, worker).day(today)
        return [(each.became, each.code) for each in done]

    assert became("first:shop", shop) == [("refused", "handed_over_elsewhere")]
    assert became("second:other", other) == [("refused", "released_elsewhere")]
    shop.busy = False
    assert became("second:shop", shop) == [("sent", "")]
    assert became("first:shop", shop) == []
    assert (len(shop.kept), other.kept) == (1, [])
