"""What the API has promised: a description may grow, and nothing in it may break silently."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

Told = Mapping[str, Any]
METHODS: Final = ("get", "post", "put", "patch", "delete")


def breaks(before: Told, now: Told) -> list[str]:
    """What a program written for the description `before` would trip over in the one of `now`."""
    found: list[str] = []
    for path, operations in before.get("paths", {}).items():
        for method in METHODS:
            if method not in operations:
                continue
            where = f"{method.upper()} {path}"
            later = now.get("paths", {}).get(path, {}).get(method)
            if later is None:
                found.append(f"{where}: is gone")
            else:
                found += _operation(where, operations[method], later, _Both(before, now))
    return found


@dataclass(frozen=True, slots=True)
class _Both:
    """Two descriptions, where references are looked up."""

    before: Told
    now: Told

    def schemas(self, old: Told, new: Told) -> tuple[Told, Told]:
        return _resolved(old, self.before), _resolved(new, self.now)


def _operation(where: str, old: Told, new: Told, both: _Both) -> Iterator[str]:
    if old.get("operationId") != new.get("operationId"):
        yield f"{where}: is called otherwise"
    if lost := set(old.get("x-roles", ())) - set(new.get("x-roles", ())):
        yield f"{where}: no longer for {', '.join(sorted(lost))}"
    yield from _parameters(where, old, new, both)
    yield from _body(where, old, new, both)
    for status, answer in old.get("responses", {}).items():
        if status not in new.get("responses", {}):
            yield f"{where}: no longer answers {status}"
            continue
        for kind, content in answer.get("content", {}).items():
            later = new["responses"][status].get("content", {}).get(kind)
            if later is None:
                yield f"{where}: {status} is no longer {kind}"
            else:
                given = (content.get("schema", {}), later.get("schema", {}))
                yield from _schema(f"{where}: {status}", *given, both, sent=False)


def _parameters(where: str, old: Told, new: Told, both: _Both) -> Iterator[str]:
    known, later = _named(old), _named(new)
    for name, parameter in known.items():
        if name not in later:
            yield f"{where}: {name} is gone"
        else:
            given = (parameter.get("schema", {}), later[name].get("schema", {}))
            yield from _schema(f"{where}: {name}", *given, both, sent=True)
    for name, parameter in later.items():
        if parameter.get("required") and not known.get(name, {}).get("required"):
            yield f"{where}: {name} has to be told now"


def _body(where: str, old: Told, new: Told, both: _Both) -> Iterator[str]:
    known, later = old.get("requestBody"), new.get("requestBody")
    if later and later.get("required") and not known:
        yield f"{where}: a body has to be sent now"
    for kind, content in (known or {}).get("content", {}).items():
        given = (later or {}).get("content", {}).get(kind)
        if given is None:
            yield f"{where}: takes no {kind} any more"
        else:
            schemas = (content.get("schema", {}), given.get("schema", {}))
            yield from _schema(f"{where}: body", *schemas, both, sent=True)


def _schema(  # noqa: PLR0913 - two schemas, where they stand, and which way they go
    where: str,
    old: Told,
    new: Told,
    both: _Both,
    *,
    sent: bool,
    seen: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """What breaks between two schemas.

    Of what is sent nothing more may be asked; of what is answered nothing may be gone.
    """
    if (ref := str(old.get("$ref", ""))) in seen:
        return
    seen = seen | {ref} if ref else seen
    old, new = both.schemas(old, new)
    if old.get("type") != new.get("type"):
        yield f"{where}: is {new.get('type')}, was {old.get('type')}"
        return
    if sent and (lost := set(map(str, old.get("enum", ()))) - set(map(str, new.get("enum", ())))):
        yield f"{where}: no longer takes {', '.join(sorted(lost))}"
    if sent and (more := set(new.get("required", ())) - set(old.get("required", ()))):
        yield f"{where}: {', '.join(sorted(more))} has to be told now"
    known, later = old.get("properties", {}), new.get("properties", {})
    for name, schema in known.items():
        if name not in later:
            yield f"{where}: {name} is gone"
        else:
            given = (schema, later[name])
            yield from _schema(f"{where}: {name}", *given, both, sent=sent, seen=seen)
    if "items" in old and "items" in new:
        given = (old["items"], new["items"])
        yield from _schema(f"{where}: each", *given, both, sent=sent, seen=seen)
    for before, after in zip(old.get("anyOf", ()), new.get("anyOf", ()), strict=False):
        yield from _schema(where, before, after, both, sent=sent, seen=seen)


def _named(operation: Told) -> dict[str, Told]:
    return {f"{each['in']} {each['name']}": each for each in operation.get("parameters", ())}


def _resolved(schema: Told, description: Told) -> Told:
    ref = schema.get("$ref")
    if not ref:
        return schema
    place: Any = description
    for part in str(ref).removeprefix("#/").split("/"):
        place = place[part]
    rest = {name: value for name, value in schema.items() if name != "$ref"}
    return dict(chain(place.items(), rest.items()))
