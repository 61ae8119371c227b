"""The pages: their links lead somewhere, and what they name is there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from typer.main import get_command

from gateways.cli.app import COMMANDS, command_line
from gateways.settings import CHECKOUT

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").rglob("*.md"))]
README = CHECKOUT / "README.md"
FEATURES = CHECKOUT / "docs" / "features.md"

LINK = re.compile(r"\]\(([^)\s]+)\)")
COMMAND = re.compile(r"(?:\./)kravspor ([a-z][a-z-]*)")
GIVEN = re.compile(r"(?:\./|`)kravspor ([a-z][a-z-]*(?: [^`|#\n]*)?)")
ROW = re.compile(r"^\| (\d\.\d\d) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
NAMED_TEST = re.compile(r"`(tests/[^`:]+\.(?:py|yaml))(?:::(\w+))?`")
NAMED_CODE = re.compile(
    r"`((?:events|engine|projections|gateways)/[\w/.-]*)`"
    r"(?:, `([A-Za-z_]\w*)`(?:(?: and|,) `([A-Za-z_]\w*)`)*)?"
)
ADR = re.compile(r"(\d{4})-[a-z0-9]+(?:-[a-z0-9]+)*\.md")
ADR_PARTS = ("## Question", "## Decision", "## What we gave up", "## What would change our mind")

NOTHING = "\N{EN DASH}"

# What the customer's five documents name, by document and row.
ROW_COUNTS = {0: 25, 1: 28, 2: 31, 3: 12, 4: 15}
IDS = [
    f"{document}.{row:02}" for document, count in ROW_COUNTS.items() for row in range(1, count + 1)
]


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def test_every_link_of_a_page_leads_to_a_file() -> None:
    dead = [
        f"{page.relative_to(CHECKOUT)}: {target}"
        for page in PAGES
        for target in LINK.findall(text(page))
        if not target.startswith(("https://", "http://", "mailto:", "#"))
        and not (page.parent / unquote(target.partition("#")[0])).exists()
    ]
    assert dead == [], "\n".join(dead)


def test_every_page_can_be_reached_from_the_first() -> None:
    reached, left = set[Path](), [README]
    while left:
        page = left.pop().resolve()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        left += [page.parent / link for link in LINK.findall(text(page)) if "://" not in link]
    assert {page.resolve() for page in PAGES} - reached == set()


def test_every_command_that_a_page_names_is_there_or_is_said_not_to_be() -> None:
    unknown = [
        f"{page.relative_to(CHECKOUT)}: kravspor {name}"
        for page in PAGES
        for line in text(page).splitlines()
        for name in COMMAND.findall(line)
        if name not in COMMANDS and "not yet" not in line
    ]
    assert unknown == [], "\n".join(unknown)


def words_of_commands(page: Path) -> Iterator[list[str]]:
    """The commands a page tells to give, as far as they can be read as a shell would."""
    for line in text(page).splitlines():
        for told in GIVEN.findall(line):
            words = [word.strip("`\"'.,;()[]") for word in told.split()]
            yield words[: words.index("")] if "" in words else words


def misnamed(words: list[str]) -> str:
    """The first of the words that the command does not know; empty when it knows them all."""
    command: Any = get_command(command_line(words[0]))
    for word in words:
        within = getattr(command, "commands", None)
        if within is not None and word.islower():
            if word not in within:
                return word
            command = within[word]
        elif word.startswith("--"):
            known = {name for each in command.params for name in each.opts} | {"--help"}
            if word.partition("=")[0] not in known:
                return word
    return ""


def test_every_command_that_a_page_tells_to_give_has_the_options_it_names() -> None:
    unknown = [
        f"{page.relative_to(CHECKOUT)}: {' '.join(words)}: {found}"
        for page in PAGES
        for words in words_of_commands(page)
        if words[0] in COMMANDS and (found := misnamed(words))
    ]
    assert unknown == [], "\n".join(unknown)


def test_every_feature_that_the_customer_names_has_its_row_in_their_order() -> None:
    assert len(IDS) == 111
    assert [row[0] for row in ROW.findall(text(FEATURES))] == IDS


def test_every_feature_is_proved_by_a_test_or_said_not_to_be_there() -> None:
    rows = ROW.findall(text(FEATURES))
    bare = [number for number, _, where, proof in rows if not _proved(where, proof)]
    assert bare == []


def _proved(where: str, proof: str) -> bool:
    return NAMED_TEST.search(proof) is not None or (proof == NOTHING and "not yet" in where)


def test_every_test_that_a_page_names_is_there() -> None:
    gone = [
        f"{page.relative_to(CHECKOUT)}: {path}::{name}"
        for page in PAGES
        if page.name != "adding-an-event.md"  # it shows files that its reader makes
        for path, name in NAMED_TEST.findall(text(page))
        if not _holds(CHECKOUT / path, name)
    ]
    assert gone == [], "\n".join(gone)


def _holds(path: Path, name: str) -> bool:
    if not path.exists():
        return False
    return not name or name in _definitions(path)


def _definitions(path: Path) -> set[str]:
    tree = ast.parse(text(path))
    named = (ast.FunctionDef, ast.ClassDef)
    found = {node.name for node in ast.walk(tree) if isinstance(node, named)}
    return found | set(_constants(tree))


def _constants(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
        yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_every_place_in_the_code_that_a_page_names_is_there() -> None:
    gone = [
        f"{page.relative_to(CHECKOUT)}: {match[0]}"
        for page in (README, *PAGES)
        for match in NAMED_CODE.finditer(text(page))
        if not _named(match[1], [name for name in match.groups()[1:] if name])
    ]
    assert gone == [], "\n".join(gone)


def _named(place: str, names: list[str]) -> bool:
    path = CHECKOUT / place
    if not path.exists():
        return False
    return path.suffix != ".py" or set(names) <= _definitions(path)


def test_every_decision_is_numbered_without_a_gap_and_says_what_would_change_it() -> None:
    files = sorted((CHECKOUT / "docs" / "adr").iterdir())
    numbers = [match[1] for file in files if (match := ADR.fullmatch(file.name))]
    assert numbers == [f"{number:04}" for number in range(1, len(files) + 1)]
    for file in files:
        page = text(file)
        assert page.startswith(f"# {file.name[:4]} ")
        assert [part for part in ADR_PARTS if part not in page] == [], file.name
