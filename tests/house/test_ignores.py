"""Every rule that is switched off, and every line that is let off, says why."""

import re
import tokenize
from collections.abc import Iterator

from gateways.cli.sources import files
from gateways.settings import CHECKOUT

LET_OFF = re.compile(r"#\s*(?:noqa|type:\s*ignore|fmt:\s*off|pragma)")
NOQA = re.compile(r"#\s*noqa: [A-Z]+[0-9]+(?:, ?[A-Z]+[0-9]+)* - \S.+")
TYPE_IGNORE = re.compile(r"#\s*type: ignore\[[a-z, -]+\]\s+# \S.+")


def comments() -> Iterator[tuple[str, str]]:
    for path in files():
        if path.suffix == ".py":
            with (CHECKOUT / path).open("rb") as source:
                for token in tokenize.tokenize(source.readline):
                    if token.type == tokenize.COMMENT:
                        yield f"{path}:{token.start[0]}", token.string


def test_every_line_that_is_let_off_says_why() -> None:
    unsaid = [
        f"{where}  {comment}"
        for where, comment in comments()
        if LET_OFF.match(comment) and not (NOQA.match(comment) or TYPE_IGNORE.match(comment))
    ]
    assert unsaid == [], "\n".join(unsaid)


def test_every_rule_that_is_switched_off_says_why() -> None:
    lines = (CHECKOUT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
    inside, unsaid = False, []
    for line in lines:
        opens = line.startswith("ignore = [") or "** = [" in line.replace('"', "")
        inside = inside or opens
        if inside and re.search(r'"[A-Z]+[0-9]*"', line) and "#" not in line:
            unsaid.append(line.strip())
        inside = inside and not line.split("#")[0].rstrip().endswith("]")
    assert unsaid == [], "\n".join(unsaid)
