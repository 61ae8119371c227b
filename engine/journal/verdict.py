"""The verdict on a commit: a pure function of the commits before it in its shard."""

# Nothing else may enter: no clock, no producer, no configuration, no type or data of a
# domain event. Who changes a line here changes what old logs mean, and needs a new number
# of rules admitted by the log itself.

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeVar
from uuid import UUID

from msgspec import Struct

from engine.journal.commit import FMT, RULES, Commit, Part, genesis_hash
from engine.journal.control import format_admitted, quarantined
from engine.ports import Head

Reason = Literal[
    "stands",
    "duplicate",
    "already_done",
    "tracking_behind",
    "version_conflict",
    "hash_conflict",
    "control_misplaced",
    "quarantine_void",
]


T_contra = TypeVar("T_contra", contravariant=True)


class Seen(Protocol[T_contra]):
    """What was decided before: a set, or what holds as much in less memory."""

    def __contains__(self, each: T_contra, /) -> bool:
        """Whether it was."""
        ...

    def update(self, some: Iterable[T_contra], /) -> None:
        """Now these are, too."""
        ...

    def clear(self) -> None:
        """Nothing any more."""
        ...


class Verdict(Struct, frozen=True):
    """Whether a commit stands, why, and the heads of its streams if it does."""

    commit_id: UUID
    stands: bool
    reason: Reason
    heads: tuple[tuple[str, Head], ...] = ()


@dataclass(slots=True)
class Knowledge:
    """What the commits before have made true in a shard, as far as a verdict can ask.

    A stream whose head is None has none; `passed` holds the unreadable records passed
    over, as offset and SHA-256; `formats` what the log has admitted, as (fmt, rules).
    """

    heads: dict[str, Head | None] = field(default_factory=dict)
    decided: Seen[UUID] = field(default_factory=set)
    commands: Seen[tuple[str, UUID]] = field(default_factory=set)
    tracking: dict[tuple[str, str], int] = field(default_factory=dict)
    passed: dict[int, str] = field(default_factory=dict)
    formats: set[tuple[int, int]] = field(default_factory=lambda: {(FMT, RULES)})

    def learn(self, commit: Commit, verdict: Verdict) -> None:
        """Make true what `verdict` says of `commit`; a void one is decided, and no more."""
        self.decided.update((commit.commit_id,))
        if not verdict.stands:
            return
        self.heads.update(verdict.heads)
        self.commands.update([(part.stream, commit.command_id) for part in commit.parts])
        if commit.tracking:
            tracking = commit.tracking
            self.tracking[tracking.application, tracking.upstream] = tracking.id
        if commit.kind == "control":
            self.formats.update(format_admitted(commit))


def judge(commit: Commit, line_hash: str, known: Knowledge) -> Verdict:
    """Whether `commit` stands, given all that was decided before it in its shard.

    The first clause that fails gives the reason, and the commit is void as a whole.
    """
    if commit.commit_id in known.decided:
        return Verdict(commit.commit_id, stands=False, reason="duplicate")
    for part in commit.parts:
        if (part.stream, commit.command_id) in known.commands:
            return Verdict(commit.commit_id, stands=False, reason="already_done")
    if _tracking_behind(commit, known):
        return Verdict(commit.commit_id, stands=False, reason="tracking_behind")
    for reason in _conflicts(commit.shard, commit.parts, known):
        return Verdict(commit.commit_id, stands=False, reason=reason)
    if _control_misplaced(commit):
        return Verdict(commit.commit_id, stands=False, reason="control_misplaced")
    if commit.kind == "control" and _quarantine_void(commit, known):
        return Verdict(commit.commit_id, stands=False, reason="quarantine_void")
    heads = tuple([(part.stream, _head_after(part, line_hash)) for part in commit.parts])
    return Verdict(commit.commit_id, stands=True, reason="stands", heads=heads)


def _tracking_behind(commit: Commit, known: Knowledge) -> bool:
    tracking = commit.tracking
    if tracking is None:
        return False
    standing = known.tracking.get((tracking.application, tracking.upstream))
    return standing is not None and tracking.id <= standing


def _conflicts(shard: int, parts: Iterable[Part], known: Knowledge) -> Iterable[Reason]:
    for part in parts:
        head = known.heads.get(part.stream)
        if head is not None and part.first_version != head.version + 1:
            yield "version_conflict"
        expected = head.hash if head else genesis_hash(shard, part.stream).hex()
        if part.prev_hash != expected:
            yield "hash_conflict"


def _control_misplaced(commit: Commit) -> bool:
    """Control lives on the shard's control stream, and nothing else does."""
    own, control = f"control-{commit.shard}", commit.kind == "control"
    return any((part.stream == own) != control for part in commit.parts)


def _quarantine_void(commit: Commit, known: Knowledge) -> bool:
    return any(known.passed.get(offset) != sha for offset, sha in quarantined(commit))


def _head_after(part: Part, line_hash: str) -> Head:
    return Head(part.first_version + len(part.events) - 1, line_hash)
