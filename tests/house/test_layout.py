"""What lies where, what it is called, and what may not stand in it."""

import ast
import re

import pytest

import events
from gateways.cli.sources import PACKAGES, files, trees
from gateways.settings import CHECKOUT

TOP_LEVEL = {
    *PACKAGES, "docs", "tests", ".ci", ".gitignore", "README.md", "LICENSE", "kravspor",
    "pyproject.toml", "runtime.lock", "test.lock", "package.json", "package-lock.json",
}  # fmt: skip
FORBIDDEN = {
    "manager", "handler", "helper", "util", "service", "base", "common", "misc", "impl", "data",
    "process",
}  # fmt: skip
EXACT = ("events", "engine", "projections", "replay")  # where numbers are exact
UNFINISHED = re.compile(r"\b(?:TOD[O]|FIXM[E]|XX[X])\b")  # in a way that does not find itself
ONE_MACHINE = re.compile(r"(?<![\w.:~-])/(?:home|root|work|Users)/\w")


def words(name: str) -> set[str]:
    singular = {word.removesuffix("s") for word in re.split(r"[_.-]", name)}
    return singular | set(re.split(r"[_.-]", name))


def test_nothing_lies_at_the_top_that_has_no_place_there() -> None:
    assert {path.parts[0] for path in files()} - TOP_LEVEL == set()


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    named = [p for p in files() if p.suffix in {".py", ".sql"} and p.name != "base.py"]
    found = [str(p) for p in named if any(words(part) & FORBIDDEN for part in p.parts)]
    assert found == [], "\n".join(found)


def test_only_one_file_is_named_base() -> None:
    assert [str(path) for path in files() if path.name == "base.py"] == ["events/base.py"]


def test_every_module_says_in_one_line_what_it_is_for() -> None:
    silent = [
        str(path)
        for path, tree in trees(*PACKAGES)
        if len((ast.get_docstring(tree) or "").splitlines()) != 1
    ]
    assert silent == [], "\n".join(silent)


def test_every_folder_of_the_engine_is_a_package() -> None:
    folders = {CHECKOUT / path.parent for path, _ in trees(*PACKAGES)}
    found = sorted(str(each) for each in folders if not (each / "__init__.py").exists())
    assert found == [], "\n".join(found)


def test_no_number_outside_the_gateways_is_a_float() -> None:
    inexact = [
        f"{path}:{getattr(node, 'lineno', 0)}"
        for path, tree in trees(*EXACT)
        for node in ast.walk(tree)
        if (isinstance(node, ast.Constant) and isinstance(node.value, float))
        or (isinstance(node, ast.Name) and node.id == "float")
    ]
    assert inexact == [], "\n".join(inexact)


@pytest.mark.parametrize("pattern", [UNFINISHED, ONE_MACHINE], ids=["unfinished", "one machine"])
def test_no_file_is_left_unfinished_or_tied_to_one_machine(pattern: re.Pattern[str]) -> None:
    found = []
    for path in files():
        try:
            text = (CHECKOUT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or another file that is no text
        found += [f"{path}: {match[0]}" for match in pattern.finditer(text)]
    assert found == [], "\n".join(found)


def test_the_package_named_events_is_ours() -> None:
    assert events.__file__ == str(CHECKOUT / "events" / "__init__.py")
