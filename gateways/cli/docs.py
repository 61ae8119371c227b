"""`kravspor docs`: the pages that are made from the code, so that they cannot differ from it."""

import json
import types
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, get_args, get_origin

import typer

from events.base import Event
from events.registry import ALL
from gateways.cli.output import emit
from gateways.cli.sources import PACKAGES, in_order, law_tests, paragraphs, refusals
from gateways.settings import CHECKOUT

OPENAPI = "docs/openapi.json"
PROMISED = "tests/gateways/http/promised.json"
MADE = "<!-- Made by `./kravspor docs` from the code. Change the code, not this page. -->"


def events_page() -> str:
    """Every type of event there is, with its fields: what can have happened."""
    lines = ["# Events", "", MADE, "", "What can have happened, in the words the log keeps.", ""]
    by_type = sorted(ALL, key=lambda event: event.TYPE)
    for stream, family in groupby(by_type, key=lambda event: event.TYPE.partition(".")[0]):
        lines += [f"## {stream}", ""]
        for event in family:
            lines += [*_event(event), ""]
    return "\n".join(lines).rstrip() + "\n"


def refusals_page() -> str:
    """Every code with which something can be refused, the law, and where it is decided."""
    lines = ["# Refusals", "", MADE, ""]
    lines += ["Why something was refused, by its code. A code never changes its meaning.", ""]
    rows = []
    for code, places in groupby(refusals(), key=lambda refusal: refusal.code):
        found = list(places)
        laws = sorted({place.law for place in found if place.law})
        facts = sorted({fact for place in found for fact in place.facts})
        where = sorted({place.where for place in found})
        rows.append([_code(code), "; ".join(laws), _codes(facts), _codes(where)])
    return "\n".join([*lines, *_table(("code", "law", "facts told", "decided in"), rows)]) + "\n"


def law_page() -> str:
    """Every paragraph of law, the functions that hold it and the tests that prove it."""
    held = {law: list(places) for law, places in groupby(paragraphs(*PACKAGES), lambda p: p.law)}
    tested = {law: list(places) for law, places in groupby(law_tests(), lambda p: p.law)}
    rows = []
    for law in sorted({*held, *tested}, key=in_order):
        functions, tests = held.get(law, []), tested.get(law, [])
        status = "tested" if functions and tests else "untested" if functions else "only tested"
        where = [_codes([place.where for place in places]) for places in (functions, tests)]
        rows.append([law, *where, status])
    lines = ["# The law in the code", "", MADE, ""]
    return "\n".join([*lines, *_table(("paragraph", "held by", "tests", "status"), rows)]) + "\n"


def openapi_page() -> str:
    """The description of the API."""
    from gateways.http.app import create_app  # noqa: PLC0415 - FastAPI takes its time
    from gateways.ids import SystemClock  # noqa: PLC0415 - as above
    from gateways.settings import Agency  # noqa: PLC0415 - as above
    from gateways.wiring import in_memory  # noqa: PLC0415 - as above

    told = create_app(in_memory(SystemClock(), Agency())).openapi()
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    OPENAPI: openapi_page,
    "docs/events.md": events_page,
    "docs/refusals.md": refusals_page,
    "docs/law.md": law_page,
}


def stale() -> list[str]:
    """The pages that are not as the code would have them."""
    return [name for name, page in PAGES.items() if _text(CHECKOUT / name) != page()]


def broken() -> list[str]:
    """What programs written for the API as it was promised would trip over as it is now."""
    from gateways.http.promise import breaks  # noqa: PLC0415 - only needed here

    return breaks(json.loads(_text(CHECKOUT / PROMISED)), json.loads(openapi_page()))


def docs(
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; tell.")] = False,
    promise: Annotated[
        bool, typer.Option("--promise", help="From now on the API as it is may only grow.")
    ] = False,
) -> None:
    """Write the pages made from the code; with --check, exit code 1 when one is not fresh.

    What the API has promised is changed by --promise alone, on purpose: a test holds it.
    """
    if promise:
        told = json.loads(openapi_page())
        (CHECKOUT / PROMISED).write_text(json.dumps(told, sort_keys=True) + "\n", "utf-8")
        emit(f"{PROMISED}: written")
    old = stale()
    for name in old:
        if not check:
            (CHECKOUT / name).parent.mkdir(exist_ok=True)
            (CHECKOUT / name).write_text(PAGES[name](), encoding="utf-8")
        emit(f"{name}: {'is not fresh' if check else 'written'}")
    if check and old:
        raise typer.Exit(1)


def _event(event: type[Event]) -> Iterator[str]:
    yield f"### `{event.TYPE}` (schema {event.SCHEMA})"
    yield ""
    yield " ".join((event.__doc__ or "").split("Law:")[0].split())
    yield ""
    rows = [[_code(name), _code(_kind(f.annotation))] for name, f in event.model_fields.items()]
    yield from _table(("field", "type"), rows) if rows else ["No fields."]


def _kind(annotation: object) -> str:
    """A type as one writes it, without the modules it is from."""
    name = getattr(annotation, "__name__", str(annotation))
    inner = get_args(annotation)
    if annotation is types.NoneType or not inner:
        return "None" if annotation is types.NoneType else name
    if get_origin(annotation) in {types.UnionType, None} or name in {"Union", "Optional"}:
        return " | ".join(_kind(each) for each in inner)
    if name == "Annotated":
        return _kind(inner[0])
    told = ", ".join("…" if each is ... else _literal(each) for each in inner)
    return f"{name}[{told}]"


def _literal(value: object) -> str:
    return _kind(value) if isinstance(value, type) or get_args(value) else repr(value)


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(titles)} |"
    yield "|" + "---|" * len(titles)
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def _codes(words: Sequence[str]) -> str:
    return "<br>".join(_code(word) for word in words)


def _code(word: str) -> str:
    return f"`{word}`"


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
