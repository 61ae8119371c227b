"""Reads a scenario file, and says where it is wrong: the line and the key."""

from pathlib import Path

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import RoundTripConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from gateways.simulating.scenario import TOLD, Expectation, Scenario

STATEMENT_FIELDS = frozenset(
    {
        "principal_ore",
        "interest_ore",
        "letter_fees_ore",
        "salaer_ore",
        "compensation_ore",
        "court_fees_ore",
        "costs_ore",
        "paid_ore",
        "total_ore",
        "salaer_light_ore",
        "salaer_heavy_ore",
    }
)
PAYOUT_FIELDS = frozenset(
    {"amount_ore", "principal_ore", "interest_ore", "fees_ore", "vat_withheld_ore"}
)


class _DatesAsText(RoundTripConstructor):
    """Reads dates as they are written, so that an impossible one is told with its line."""


_DatesAsText.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)


class ScenarioError(Exception):
    """The file is not a scenario; the message names the file, the line and the key."""


def read(path: Path) -> Scenario:
    """The scenario in the file.

    Raises ScenarioError when the file is not one, with the line and the key.
    """
    try:
        text = path.read_text(encoding="utf-8")
        yaml = YAML(typ="rt")
        yaml.Constructor = _DatesAsText
        tree = yaml.load(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(f"{path}: cannot be read: {error}") from error
    except YAMLError as error:
        if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
            raise ScenarioError(f"{path}: is not YAML") from error
        line = error.problem_mark.line + 1
        raise ScenarioError(f"{path}, line {line}: is not YAML: {error.problem}") from error
    if not isinstance(tree, CommentedMap):
        raise ScenarioError(f"{path}, line 1: is not a scenario: it has no keys")
    try:
        scenario = Scenario.model_validate(_plain(tree))
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple(first["loc"])
        key = ".".join(str(part) for part in place)
        raise ScenarioError(f"{path}, line {_line(tree, place)}: {key}: {first['msg']}") from error
    _check_expectations(path, tree, scenario)
    return scenario


def _check_expectations(path: Path, tree: CommentedMap, scenario: Scenario) -> None:
    invoices = [claim.invoice for claim in scenario.claims]
    if len(set(invoices)) < len(invoices):
        line = _line(tree, ("claims",))
        raise ScenarioError(f"{path}, line {line}: claims: an invoice is named twice")
    for number, expected in enumerate(scenario.expect):
        line = _line(tree, ("expect", number))
        kinds = (
            expected.event,
            expected.no_event,
            expected.statement,
            expected.refused,
            expected.payout,
            expected.status or expected.group,
        )
        if sum(kind is not None for kind in kinds) != 1:
            raise ScenarioError(f"{path}, line {line}: expect: says none or several things")
        if expected.further and expected.event is None and expected.refused is None:
            name = next(iter(expected.further))
            raise ScenarioError(f"{path}, line {line}: expect.{name}: is not a key")
        _check_no_event(f"{path}, line {line}", expected)
        told = set(expected.statement or {}) - STATEMENT_FIELDS
        told |= set(expected.payout or {}) - PAYOUT_FIELDS
        if told:
            raise ScenarioError(f"{path}, line {line}: expect: {min(told)} is not a field")


def _check_no_event(place: str, expected: Expectation) -> None:
    """Refuse what would hold whatever happened: a type that nobody knows, a span of no days."""
    if expected.no_event is not None and expected.no_event not in TOLD:
        raise ScenarioError(f"{place}: expect.no_event: {expected.no_event} is not an event")
    if expected.until is None:
        return
    if expected.no_event is None:
        raise ScenarioError(f"{place}: expect.until: goes with no_event only")
    if expected.until < expected.on:
        raise ScenarioError(f"{place}: expect.until: is before on")


def _line(tree: object, place: tuple[int | str, ...]) -> int:
    line, node = 1, tree
    for part in place:
        if isinstance(node, CommentedMap) and part in node:
            line = node.lc.key(part)[0] + 1
            node = node[part]
        elif isinstance(node, CommentedSeq) and isinstance(part, int) and part < len(node):
            line = node.lc.item(part)[0] + 1
            node = node[part]
    return line


def _plain(node: object) -> object:
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
        return [_plain(value) for value in node]
    if isinstance(node, bool) or not isinstance(node, str | int | float):
        return node
    return next(kind(node) for kind in (str, float, int) if isinstance(node, kind))
