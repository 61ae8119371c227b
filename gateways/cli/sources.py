"""What our own source says of itself: its refusals, its paragraphs of law, and their tests."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gateways.settings import CHECKOUT

PACKAGES = ("events", "engine", "projections", "replay", "gateways")
LAW = re.compile(r"^\s*Law: (.+?)\s*$", re.MULTILINE)
NOT_OURS = {".git", ".venv", ".venv.lock", ".kravspor", "__pycache__", "dist", "node_modules"}
REFUSING = {"RefusedError": 0, "refuse_if": 1}  # where each has its code

Definition = ast.FunctionDef | ast.ClassDef


@dataclass(frozen=True, order=True)
class Refusal:
    """A place that refuses, with the facts it tells beside its code."""

    code: str
    where: str
    law: str
    facts: tuple[str, ...]


@dataclass(frozen=True, order=True)
class Paragraph:
    """A paragraph of law, and the function, event or test that says it holds it."""

    law: str
    where: str


def files() -> Iterator[Path]:
    """Every file of the checkout, by its path from there; not what tools have left in it."""
    for path in sorted(CHECKOUT.rglob("*")):
        ours = path.relative_to(CHECKOUT)
        left = any(
            part in NOT_OURS or part.endswith(("_cache", ".egg-info")) or part == ".hypothesis"
            for part in ours.parts
        )
        if path.is_file() and not left:
            yield ours


def trees(*folders: str) -> Iterator[tuple[Path, ast.Module]]:
    """Every Python file below `folders` of the checkout, by its path from there, and its tree."""
    for folder in folders:
        for path in sorted((CHECKOUT / folder).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
            yield path.relative_to(CHECKOUT), tree


def module_name(path: Path) -> str:
    """`engine/law/fees.py` as `engine.law.fees`."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def refusals() -> list[Refusal]:
    """Every refusal in the source, in order of its code."""
    return sorted({each for path, tree in trees(*PACKAGES) for each in _refusals(path, tree)})


def codes_not_literal() -> list[str]:
    """Places that refuse with a code that is put together, so that nobody can look it up."""
    return [
        f"{path}:{call.lineno}"
        for path, tree in trees(*PACKAGES)
        for _, call in _refusing_calls(tree)
        if path.name != "refusal.py" and _code(call) is None
    ]


def paragraphs(*folders: str) -> list[Paragraph]:
    """The `Law:` lines of the docstrings below `folders`."""
    return sorted({
        Paragraph(law, f"{module_name(path)}.{node.name}")
        for path, tree in trees(*folders)
        for node in ast.walk(tree)
        if isinstance(node, Definition)
        for law in LAW.findall(ast.get_docstring(node) or "")
    })  # fmt: skip


def law_tests() -> list[Paragraph]:
    """The paragraphs that tests are marked with, by `pytest.mark.law`."""
    return sorted({
        Paragraph(law, f"{path}::{name}" if name else str(path))
        for path, tree in trees("tests")
        for name, law in _marks(tree)
    })  # fmt: skip


def in_order(law: str) -> list[int | str]:
    """A key that sorts paragraphs as people count: § 9 before § 14."""
    return [int(part) if part.isdecimal() else part for part in re.split(r"(\d+)", law)]


def _refusals(path: Path, tree: ast.Module) -> Iterator[Refusal]:
    constants = _constants(tree)
    for owner, call in _refusing_calls(tree):
        code = _code(call)
        if code is not None:
            named = {word.arg: word.value for word in call.keywords if word.arg}
            law = named.pop("law", None)
            where = f"{module_name(path)}.{owner}".rstrip(".")
            yield Refusal(code, where, _text(law, constants), tuple(named))


def _refusing_calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Calls that refuse, each with the name of the outermost definition it stands in."""
    for outer in tree.body:
        for node in ast.walk(outer):
            if isinstance(node, ast.Call) and _called(node) in REFUSING:
                yield getattr(outer, "name", ""), node


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _code(call: ast.Call) -> str | None:
    place = REFUSING[_called(call)]
    given = call.args[place] if place < len(call.args) else None
    named = next((word.value for word in call.keywords if word.arg == "code"), given)
    return (
        named.value if isinstance(named, ast.Constant) and isinstance(named.value, str) else None
    )


def _text(node: ast.expr | None, constants: dict[str, str]) -> str:
    """The text that `node` is, itself or by the name of a constant; empty when it varies."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return constants.get(node.id, "") if isinstance(node, ast.Name) else ""


def _constants(tree: ast.Module) -> dict[str, str]:
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


def _marks(tree: ast.Module) -> Iterator[tuple[str, str]]:
    constants = _constants(tree)
    for outer in tree.body:
        name = getattr(outer, "name", "")
        for node in ast.walk(outer):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.law":
                yield from ((name, _text(each, constants)) for each in node.args)
