"""`replay as-at`, `diff` and `why`: a case as it was, what differs, and why it is so."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated

import typer

from events.money import Ore
from gateways.cli.opening import opened
from gateways.cli.output import emit, kroner, norwegian_date
from gateways.cli.taking import CaseWords, Shared, day_of, looks
from gateways.desk.finding import find_case
from gateways.office import Office
from replay import as_at as views
from replay import diff as differences
from replay import why as whys
from replay.ahead import Ahead
from replay.counting import Moment
from replay.diff import Diff, Effect, Moved
from replay.lines import OWED, Line, lines, text
from replay.reason import Component, Reason
from replay.view import FactThen, View
from replay.why import Why

Effective = Annotated[
    date | None,
    typer.Option(metavar="DAY", parser=day_of, help="The day it is looked at; else today."),
]
Known = Annotated[
    date | None,
    typer.Option(metavar="DAY", parser=day_of, help="What was known by its end; else today."),
]
LABEL_LETTERS = 44
# Lines that say nothing when they are nothing.
SILENT_AT_ZERO = ("compensation_ore", "court_fees_ore", "held_ore", "over_ore")


@looks
def as_at(
    words: CaseWords, *, effective: Effective = None, known: Known = None, shared: Shared
) -> None:
    """Tell how a case was on one day, as known when another had ended: to the øre.

    What we did counts from its day, a payment from the day the bank had the order, a claim
    that was too high from the start. Without days it is today, as known today.
    """
    with opened(shared.data, shared.today) as office:
        moment = _moment(office, effective, known)
        case_id = find_case(office, words).case_id
        view = views.as_at(office.store, office.vault, case_id, moment)
    if shared.json:
        emit(view, json=True)
        return
    _print_view(view)


@looks
def diff(
    words: CaseWords,
    *,
    from_: Annotated[
        str, typer.Option("--from", metavar="DAY/DAY", help="Effective on / known on.")
    ],
    to: Annotated[
        str | None, typer.Option("--to", metavar="DAY/DAY", help="The same; else today.")
    ] = None,
    shared: Shared,
) -> None:
    """Tell what differs between two views of a case, and which events make the difference.

    Each view is EFFECTIVE/KNOWN, such as 2026-09-01/2026-09-30; one day alone is both.
    """
    with opened(shared.data, shared.today) as office:
        moments = (_pair(office, from_), _pair(office, to))
        case_id = find_case(office, words).case_id
        told = differences.diff(office.store, office.vault, case_id, moments)
    if shared.json:
        emit(told, json=True)
        return
    _print_diff(told)


@looks
def why(
    words: CaseWords, *, effective: Effective = None, known: Known = None, shared: Shared
) -> None:
    """Tell why a case is as it is: amount, status, what comes next, and what was stopped."""
    with opened(shared.data, shared.today) as office:
        moment = _moment(office, effective, known)
        told = whys.why(office.store, find_case(office, words).case_id, moment)
    if shared.json:
        emit(told, json=True)
        return
    _print_why(told)


def _moment(office: Office, effective: date | None, known: date | None) -> Moment:
    return Moment(effective or office.today, known or office.today)


def _pair(office: Office, said: str | None) -> Moment:
    if said is None:
        return Moment(office.today, office.today)
    effective, _, known = said.partition("/")
    return Moment(day_of(effective), day_of(known or effective))


def _say(sentence: str) -> None:
    emit(sentence.replace("\xa0", " "))


def _print_view(view: View) -> None:
    on, known = norwegian_date(view.effective_on), norwegian_date(view.known_on)
    _say(f"Sak {view.case_number} slik den var {on}, etter det som var kjent {known}\n")
    shown = [line for line in lines(view) if not _silent(line, view)]
    width = max([LABEL_LETTERS, *(len(line.label) for line in shown)])
    for line in shown:
        _say(f"  {line.label:<{width}}  {_value(line)}")
    if view.owed_unknown:
        _say(f"\nBeløpene for dagen er ikke kjent: {view.owed_unknown}")
    _print_facts("Talte da, men ble først kjent siden:", view.told_late)
    _print_facts("Kjent, men teller først fra senere:", view.not_yet)


def _silent(line: Line, view: View) -> bool:
    """Whether the line says nothing that a person has not been told."""
    if line.key == "pursued_ore":
        return view.owed is not None and line.value == view.owed.total_ore
    return line.value == 0 and line.key.endswith(SILENT_AT_ZERO)


def _value(line: Line) -> str:
    return text(line.value) if line.ore is None else f"{kroner(line.ore):>14}"


def _print_facts(title: str, facts: Sequence[FactThen]) -> None:
    if facts:
        _say(f"\n{title}")
    for fact in facts:
        days = f"{norwegian_date(fact.counts_from)}, kjent {norwegian_date(fact.known_on)}"
        _say(f"  {fact.version:>4}  {days}  {fact.what}")


def _print_diff(told: Diff) -> None:
    for title, view in (("fra", told.before), ("til", told.after)):
        on, known = norwegian_date(view.effective_on), norwegian_date(view.known_on)
        _say(f"{title}: slik den var {on}, etter det som var kjent {known}")
    if not told.changes and not told.effects:
        _say("\ningen forskjell")
        return
    _say("")
    emit(
        [
            {
                "": change.label,
                "før": text(change.before).replace("\xa0", " "),
                "etter": text(change.after).replace("\xa0", " "),
                "endring_ore": change.by_ore,
            }
            for change in told.changes
        ]
    )
    _say("\nHva som gjør forskjellen:")
    if told.by_time is not None:
        _print_moved("dagene mellom", told.by_time, "renter og satser")
    for effect in told.effects:
        _print_effect(effect)


def _print_effect(effect: Effect) -> None:
    sign = "+" if effect.came == "in" else "-"
    late = (
        f" (kjent {norwegian_date(effect.known_on)})"
        if effect.known_on != effect.counts_from
        else ""
    )
    what = f"{norwegian_date(effect.counts_from)}{late} {effect.what}"
    if effect.moved is None:
        _say(f"  {sign}{effect.version:>4}  {what}")
    else:
        _print_moved(f"{sign}{effect.version:>4}", effect.moved, what)


def _print_moved(who: str, moved: Moved, what: str) -> None:
    _say(f"  {who:<6}  {what}")
    for name, label in (*OWED, ("held_ore", "Holdt for innbetaleren")):
        if by := getattr(moved, name):
            _say(f"            {label}: {kroner(Ore(by))}")


def _print_why(told: Why) -> None:
    on, known = norwegian_date(told.effective_on), norwegian_date(told.known_on)
    _say(f"Sak {told.case_number} {on}, etter det som var kjent {known}")
    if told.total_ore is None:
        _say(f"\nBeløpene for dagen er ikke kjent: {told.owed_unknown}")
    else:
        _say(f"\nHvorfor {kroner(told.total_ore)}:")
    for component in told.amounts:
        _print_component(component)
    _say(f"\nHvorfor {told.status} ({told.group}):")
    for reason in told.status_because:
        _say(f"  {_sourced(reason)}")
    _say("\nHva som kommer:")
    for sentence in _to_come(told.ahead):
        _say(f"  {sentence}")
    if told.stopped:
        _say("\nHva som ble stanset av hva:")
    for each in told.stopped:
        by = f" Av hendelse {each.by_version}: {each.by}" if each.by_version else ""
        law = f" [{each.law}]" if each.law else ""
        _say(f"  {norwegian_date(each.on)}  {each.what}{by}{law}")


def _print_component(component: Component) -> None:
    if not component.amount_ore and not component.reasons:
        return
    _say(f"  {component.label:<24}{kroner(component.amount_ore):>14}")
    for reason in component.reasons:
        amount = "" if reason.amount_ore is None else kroner(reason.amount_ore)
        _say(f"      {amount:>12}  {_sourced(reason)}")


def _sourced(reason: Reason) -> str:
    event = f" (hendelse {reason.version})" if reason.version else ""
    law = f" [{reason.law}]" if reason.law else ""
    return f"{reason.what}{event}{law}"


def _to_come(told: Ahead) -> Iterator[str]:
    for holding in told.held_by:
        law = f" [{holding.law}]" if holding.law else ""
        yield f"Holdt tilbake: {holding.what}{law}"
    if told.waits_for:
        yield f"Venter på: {told.waits_for}"
    for step in told.steps:
        yield f"{norwegian_date(step.from_on)}  {step.what}" + (
            f" [{step.law}]" if step.law else ""
        )
        yield f"            Ikke før: {step.why}"
    if not told.steps and not told.held_by and not told.waits_for:
        yield "Ingenting."
