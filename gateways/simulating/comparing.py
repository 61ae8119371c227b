"""Holds what a simulation told against what its scenario expects."""

from collections.abc import Callable, Mapping
from datetime import date

from gateways.simulating.playing import Record, Told, plain
from gateways.simulating.scenario import Expectation, Scenario

Standings = Mapping[date, Mapping[str, str]]


def unmet(scenario: Scenario, told: Told, standings: Standings) -> list[Record]:
    """Every expectation that does not hold, with what was found, and each surprising refusal."""
    failed: list[Record] = []
    foreseen: set[int] = set()
    for expected in scenario.expect:
        found = _found(expected, told, standings, foreseen)
        if found is not None:
            failed.append({"expected": _said(expected), "found": found})
    for number, refusal in enumerate(told.refused):
        if number not in foreseen:
            failed.append({"expected": "no refusal", "found": plain(refusal)})
    return failed


def _said(expected: Expectation) -> Record:
    return expected.model_dump(mode="json", exclude_none=True)


def _found(
    expected: Expectation, told: Told, standings: Standings, foreseen: set[int]
) -> object | None:
    """What was found instead, or None when the expectation holds."""
    if expected.event is not None:
        return _event(expected, told)
    if expected.no_event is not None:
        return _no_event(expected, told)
    if expected.statement is not None:
        return _statement(expected, told)
    if expected.refused is not None:
        return _refused(expected, told, foreseen)
    if expected.payout is not None:
        return _payout(expected, told)
    return _standing(expected, standings)


def _of_day(told: Told, day: date, event_type: str) -> list[Mapping[str, object]]:
    return [
        data
        for event in told.events
        if event["on"] == day
        and event["type"] == event_type
        and isinstance(data := event["data"], dict)
    ]


def _event(expected: Expectation, told: Told) -> object | None:
    found = _of_day(told, expected.on, expected.event or "")
    if any(_agrees(data, expected.further) for data in found):
        return None
    return [dict(data) for data in found] or _days_of(told, expected.event or "")


def _days_of(told: Told, event_type: str) -> str:
    days = [str(event["on"]) for event in told.events if event["type"] == event_type]
    return f"{event_type} on {', '.join(days)}" if days else f"no {event_type}"


def _agrees(data: Mapping[str, object], wanted: Mapping[str, str]) -> bool:
    return all(name in data and _text(data[name]) == value for name, value in wanted.items())


def _text(value: object) -> str:
    return str(value)


def _no_event(expected: Expectation, told: Told) -> object | None:
    until = expected.until or expected.on
    found = [
        str(day)
        for event in told.events
        if event["type"] == expected.no_event
        and isinstance(day := event["on"], date)
        and expected.on <= day <= until
    ]
    return f"{expected.no_event} on {', '.join(found)}" if found else None


def _statement(expected: Expectation, told: Told) -> object | None:
    found = next(each for each in told.statements if each["on"] == expected.on)
    wanted = expected.statement or {}
    if all(found.get(name) == value for name, value in wanted.items()):
        return None
    if "refused" in found:
        return plain(found)
    return {name: found.get(name) for name in wanted}


def _refused(expected: Expectation, told: Told, foreseen: set[int]) -> object | None:
    that_day = [
        (number, refusal)
        for number, refusal in enumerate(told.refused)
        if refusal["on"] == expected.on and refusal["do"] == expected.refused
    ]
    for number, refusal in that_day:
        if number not in foreseen and _agrees(refusal, expected.further):
            foreseen.add(number)
            return None
    return [plain(refusal) for _, refusal in that_day] or "nothing was refused"


def _payout(expected: Expectation, told: Told) -> object | None:
    wanted = expected.payout or {}
    paid = _of_day(told, expected.on, "settlement.payout_prepared")
    same: Callable[[Mapping[str, object]], bool] = lambda data: all(  # noqa: E731 - a name for it
        data.get(name) == value for name, value in wanted.items()
    )
    if any(same(data) for data in paid):
        return None
    shown = [{name: data.get(name) for name in wanted} for data in paid]
    return shown or _days_of(told, "settlement.payout_prepared")


def _standing(expected: Expectation, standings: Standings) -> object | None:
    found = standings.get(expected.on, {})
    wanted = {"status": expected.status, "group": expected.group}
    if all(value is None or found.get(name) == value for name, value in wanted.items()):
        return None
    return dict(found) or "no case"
