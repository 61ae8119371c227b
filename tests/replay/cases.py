"""Cases played from a few steps through the real engine, to be looked back on."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from uuid import UUID

from gateways.office import Office
from gateways.settings import CHECKOUT
from gateways.simulating.playing import Play
from gateways.simulating.reading import read
from projections import case_list
from replay.as_at import as_at
from replay.counting import Moment
from replay.diff import Diff, diff
from replay.view import View
from replay.why import Why, why

EXAMPLE = CHECKOUT / "docs" / "examples" / "told-late-and-taken-back.yaml"
HEAD = """
title: A case to look back on
creditor: {name: Fjordvarme AS, deducts_vat: true, settlement: weekly}
debtor: {kind: person, name: Kari Nordmann}
claims:
  - {invoice: "1001", issued: 2026-07-06, due: 2026-07-20, amount: "5000.00"}
steps:
  - {on: 2026-08-03, do: register}
"""


@dataclass(frozen=True)
class Played:
    """A case that has been played, and its office."""

    office: Office
    case_id: UUID

    def as_at(self, effective: str, known: str) -> View:
        return as_at(self.office.store, self.office.vault, self.case_id, moment(effective, known))

    def diff(self, one: tuple[str, str], other: tuple[str, str]) -> Diff:
        pair = (moment(*one), moment(*other))
        return diff(self.office.store, self.office.vault, self.case_id, pair)

    def why(self, effective: str, known: str) -> Why:
        return why(self.office.store, self.case_id, moment(effective, known))


def moment(effective: str, known: str) -> Moment:
    return Moment(date.fromisoformat(effective), date.fromisoformat(known))


def played(path: Path) -> Played:
    """The case of a scenario file, as it is when all has been played."""
    play = Play(read(path))
    play.run()
    (row,) = play.office.rows.find(case_list.TABLE)
    return Played(play.office, row.case_id)


def told(folder: Path, *steps: str, until: str) -> Played:
    """The case of these steps, played through the day `until`."""
    path = folder / "case.yaml"
    lines = "".join(f"  - {{{step}}}\n" for step in steps)
    path.write_text(f"{HEAD}{lines}ask: [{until}]\n", encoding="utf-8")
    return played(path)
