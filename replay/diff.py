"""Two views of a case, line by line, and the events that make the difference."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Literal
from uuid import UUID

from engine.case.parts import Case
from engine.journal.store import EventStore
from engine.refusal import RefusedError
from engine.vault import Vault
from events.money import ZERO, Ore
from projections.telling import sentence
from replay.as_at import Then, folded, owed_on, then, viewed
from replay.counting import Fact, Moment, facts_of
from replay.lines import Line, Value, lines
from replay.view import View

Came = Literal["in", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line that is not the same in both views; `by_ore` where it is money in both."""

    key: str
    label: str
    before: Value
    after: Value
    by_ore: Ore | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """By how much something has moved what is owed, part by part, and what is held."""

    principal_ore: Ore = ZERO
    interest_ore: Ore = ZERO
    letter_fees_ore: Ore = ZERO
    salaer_ore: Ore = ZERO
    compensation_ore: Ore = ZERO
    court_fees_ore: Ore = ZERO
    total_ore: Ore = ZERO
    paid_ore: Ore = ZERO
    held_ore: Ore = ZERO


PARTS = tuple(field.name for field in fields(Moved))


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """An event that only one of the views has, and what it alone moves.

    `came` is `in` for what the second view has, `out` for what the first one has. `moved` is
    empty where the figures of the day are not known.
    """

    version: int
    event_id: UUID
    came: Came
    what: str
    counts_from: date
    known_on: date
    moved: Moved | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """What differs. `by_time` is what the days alone have moved: interest, and dated rates.

    `by_time` and the effects, in their order, sum to the difference of the money.
    """

    before: View
    after: View
    changes: tuple[Change, ...]
    by_time: Moved | None
    effects: tuple[Effect, ...]


def diff(store: EventStore, vault: Vault, case_id: UUID, moments: tuple[Moment, Moment]) -> Diff:
    """What differs between the case at the first moment and at the second.

    Refuses: case_unknown, case_not_begun.
    """
    told = facts_of(store, case_id)
    before, after = (then(told, moment) for moment in moments)
    views = [viewed(store, vault, case_id, seen) for seen in (before, after)]
    return Diff(
        before=views[0],
        after=views[1],
        changes=tuple(changes(lines(views[0]), lines(views[1]))),
        by_time=by_time(before, after),
        effects=tuple(effects(before, after)),
    )


def changes(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Change]:
    """The lines that are not the same, in the order of the later view, then what is gone."""
    was = {line.key: line for line in before}
    for line in after:
        old = was.pop(line.key, None)
        if old is None or old.value != line.value:
            yield _change(line, None if old is None else old.value, line.value)
    for line in was.values():
        yield _change(line, line.value, None)


def _change(line: Line, before: Value, after: Value) -> Change:
    by = after - before if isinstance(before, int) and isinstance(after, int) else None
    by_ore = None if by is None else Ore(by)
    return Change(key=line.key, label=line.label, before=before, after=after, by_ore=by_ore)


def by_time(before: Then, after: Then) -> Moved | None:
    """What the days between do of themselves to the case as it was in the first view."""
    return _moved(_money(before.case, before.on), _money(before.case, after.on))


def effects(before: Then, after: Then) -> Iterator[Effect]:
    """What each event does to the money of the later day, one after the other."""
    was = {fact.recorded.version: fact for fact in before.facts}
    now = {fact.recorded.version: fact for fact in after.facts}
    out = [fact for version, fact in reversed(was.items()) if version not in now]
    came = [fact for version, fact in now.items() if version not in was]
    standing, money = dict(was), _money(before.case, after.on)
    for fact in (*out, *came):
        if fact.recorded.version in standing:
            del standing[fact.recorded.version]
        else:
            standing[fact.recorded.version] = fact
        case = folded([standing[version] for version in sorted(standing)])
        then_money, money = money, _money(case, after.on)
        yield _effect(
            fact, "out" if fact.recorded.version in was else "in", _moved(then_money, money)
        )


def _effect(fact: Fact, came: Came, moved: Moved | None) -> Effect:
    return Effect(
        version=fact.recorded.version,
        event_id=fact.recorded.event_id,
        came=came,
        what=sentence(fact.event),
        counts_from=fact.counts_from,
        known_on=fact.known_on,
        moved=moved,
    )


def _money(case: Case, on: date) -> Mapping[str, int] | None:
    """The figures that `Moved` has, of a case on a day; None where they are not known."""
    try:
        owed = owed_on(case, on)
    except RefusedError:
        return None
    held = sum(paid.held_ore for paid in case.payments)
    return {name: held if name == "held_ore" else getattr(owed, name) for name in PARTS}


def _moved(before: Mapping[str, int] | None, after: Mapping[str, int] | None) -> Moved | None:
    if before is None or after is None:
        return None
    return Moved(**{name: Ore(after[name] - before[name]) for name in PARTS})
