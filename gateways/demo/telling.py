"""How the demonstration is told while it runs and at its end."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Final

from events.money import Ore
from gateways.cli.output import console, emit, kroner, norwegian_date
from gateways.demo.days import DayTold
from gateways.demo.example import Example
from gateways.demo.on_kafka import begun_on_kafka
from gateways.demo.summary import Summary

EVERY: Final = 10


@dataclass(frozen=True, slots=True)
class Steps:
    """Tells each step with the time it took, on stderr."""

    started: float

    @classmethod
    def begin(cls) -> "Steps":
        """The clock starts now."""
        return cls(monotonic())

    @property
    def seconds(self) -> int:
        """How long all has taken, in whole seconds."""
        return int(monotonic() - self.started)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step of the demonstration."""
        began = monotonic()
        sys.stderr.write(f"{title} … ")
        sys.stderr.flush()
        yield
        sys.stderr.write(f"{monotonic() - began:.1f} s\n")


@contextmanager
def bar(total: int, done: int) -> Iterator[Callable[[DayTold], None]]:
    """A bar with the day and what it brought; without a terminal, a line every ten days."""
    if not sys.stderr.isatty():
        yield _Lines()
        return
    from rich.console import Console  # noqa: PLC0415 - slow to import
    from rich.progress import (  # noqa: PLC0415 - as above
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("days", total=total, completed=done)
        yield lambda told: progress.update(task, advance=1, description=_what(told))


class _Lines:
    """A line for every ten days, with what all of them brought."""

    def __init__(self) -> None:
        self._days: list[DayTold] = []

    def __call__(self, told: DayTold) -> None:
        self._days.append(told)
        if len(self._days) == EVERY:
            sys.stderr.write(f"  {_what(*self._days)}\n")
            sys.stderr.flush()
            self._days = []


def _what(*days: DayTold) -> str:
    return (
        f"{norwegian_date(days[-1].on)}"
        f"  {sum(told.payments for told in days):3} payments"
        f"  {sum(told.messages for told in days):3} messages"
        f"  {sum(told.letters for told in days):3} letters"
        f"  {sum(told.payouts for told in days):2} payouts"
    )


def tell(summary: Summary, example: Example | None, data: Path) -> None:
    """Print it all for people."""
    _title(f"The house on {norwegian_date(summary.on)}")
    emit(f"{summary.events} events on {sum(place.cases for place in summary.places)} cases")
    _title("What came in, what was collected and what was paid out")
    emit(summary.creditors)
    _title("Rows of the portfolio that were refused, and why")
    emit(summary.refused)
    _title("The money")
    emit(summary.money)
    _title("The books (debit; credit is negative)")
    emit([{"account": name, "balance_ore": ore} for name, ore in summary.books_ore.items()])
    balanced = "add up to nothing" if sum(summary.books_ore.values()) == 0 else "DO NOT BALANCE"
    emit(f"All accounts together {balanced}.")
    _title("Where the cases stand")
    emit(summary.places)
    _title("What was sent")
    emit(summary.letters)
    _title("What was stopped, and why")
    emit(summary.stopped)
    if example is not None:
        _title(f"One case: {example.case_number}, {example.creditor} against {example.debtor}")
        emit([{"on": line.on, "what": line.what} for line in example.lines])
    _title("What to try next")
    emit("\n".join(next_commands(example, data)))


def totals(summary: Summary) -> str:
    """The whole in one sentence."""
    came = Ore(sum(each.principal_ore for each in summary.creditors))
    collected = Ore(sum(each.collected_ore for each in summary.creditors))
    out = Ore(sum(each.paid_out_ore for each in summary.creditors))
    return (
        f"Handed over {kroner(came)}, collected {kroner(collected)} with costs and interest, "
        f"paid out {kroner(out)}."
    )


def next_commands(example: Example | None, data: Path) -> Sequence[str]:
    """What a person may try on the very data that the demonstration left."""
    kafka = begun_on_kafka(data)
    at = f"--data {data}"
    case = example.case_number if example else "CASE"
    return (
        f"./kravspor case show {case} {at}",
        f"./kravspor replay history {case} {at}",
        f"./kravspor replay why {case} {at}",
        f"./kravspor case list {at}",
        f"./kravspor suspense list {at}",
        f"./kravspor payouts list {at}",
        f"./kravspor creditor list {at}",
        f"ls {data / 'outbox' / 'letters'}",
        *((f"./kravspor log status {at}", f"./kravspor kafka down {at}") if kafka else ()),
    )


def _title(words: str) -> None:
    console().print(f"\n{words}", style="bold", markup=False)
