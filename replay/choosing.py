"""Which lines of the log are about one case, or about one creditor."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import orjson

from engine.journal.commit import Commit
from engine.streams import case_stream, creditor_stream, settlement_stream
from replay.logged import Judged

STANDS: Final = "stands"
# What belongs to one case alone. A debtor's own stream names his other cases, with others.
OF_A_CASE: Final = frozenset({"claim", "payment", "case_number"})
OF_A_CREDITOR: Final = OF_A_CASE | {"case", "creditor_number"}


@dataclass(slots=True)
class Chosen:
    """Streams to follow: some roots, and what standing commits on a root bring with them.

    A commit is chosen whole, void or standing, when it has a part in a followed stream.
    """

    roots: set[str]
    brought: frozenset[str]
    creditor_id: UUID | None = None
    followed: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """The roots are followed from the start."""
        self.followed |= self.roots

    def learn(self, judged: Judged) -> None:
        """Follow what a standing commit on a root brings."""
        line = judged.placed.line
        if line is None or judged.verdict != STANDS:
            return
        streams = [part.stream for part in line.commit.parts]
        if self.roots.isdisjoint(streams) and not self._is_creditors(line.commit):
            return
        for stream in streams:
            kind = stream.partition("-")[0]
            if kind in self.brought:
                self.followed.add(stream)
                if kind == "case":
                    self.roots.add(stream)

    def takes(self, judged: Judged) -> bool:
        """Whether the line is among those that are chosen."""
        line = judged.placed.line
        return line is not None and any(p.stream in self.followed for p in line.commit.parts)

    def _is_creditors(self, commit: Commit) -> bool:
        if self.creditor_id is None:
            return False
        own = str(self.creditor_id)
        return any(_creditor(event.data) == own for p in commit.parts for event in p.events)


def of_case(case_id: UUID) -> Chosen:
    """The case, its claims and its payments."""
    return Chosen({case_stream(case_id)}, OF_A_CASE)


def of_creditor(creditor_id: UUID) -> Chosen:
    """The creditor, its payouts, and all its cases and candidates."""
    roots = {creditor_stream(creditor_id), settlement_stream(creditor_id)}
    return Chosen(roots, OF_A_CREDITOR, creditor_id)


def _creditor(data: bytes) -> object:
    body: dict[str, object] = orjson.loads(data) if b'"creditor_id"' in data else {}
    return body.get("creditor_id")


def learned(chosen: Chosen, lines: Iterable[Judged]) -> None:
    """Follow all that the lines bring, in the order of the log."""
    for judged in lines:
        chosen.learn(judged)
