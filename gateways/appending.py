"""Writing without applying: append to the log, and learn the verdict from who works there."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final
from uuid import UUID

from engine.journal.commit import Line
from engine.journal.writer import Submitter
from engine.ports import Decided, Index, Log, OutcomeUnknownError, UnavailableError
from gateways.moves import Moves
from gateways.office import Holds

PATIENCE_SECONDS: Final = 3.0


class Appending:
    """Appends records and waits for somebody to judge them; it never touches the index.

    What has no verdict in time is left without one: it may be in the log, and come later.
    """

    def __init__(
        self, log: Log, index: Index, moves: Moves, patience_seconds: float = PATIENCE_SECONDS
    ) -> None:
        self._log = log
        self._index = index
        self._moves = moves
        self._patience_seconds = patience_seconds
        # Where the log has acknowledged what nobody has judged yet.
        self._acknowledged: dict[UUID, int] = {}

    def gather(self, line: Line) -> None:
        """Nothing is to be done ahead: whoever works there judges."""

    def cut(self, shard: int) -> None:
        """Nothing was gathered."""

    def submit(
        self, shard: int, lines: Sequence[Line], sent: Callable[[], None]
    ) -> Sequence[Decided]:
        """Append what is neither judged nor in the log; the verdicts there are in good time.

        Raises UnavailableError when nothing was appended; OutcomeUnknownError when it may have
        been, also when only the index cannot be asked what became of it.
        """
        del sent
        ids = [line.commit.commit_id for line in lines]
        known = self._index.decided(ids)
        unsent = [line for line in lines if self._is_missing(line, known)]
        if unsent:
            offset = self._log.append(shard, b"\n".join(line.raw for line in unsent))
            self._acknowledged.update(dict.fromkeys((_id(line) for line in unsent), offset))
        try:
            verdicts = self._awaited(ids)
        except UnavailableError as error:
            raise OutcomeUnknownError("it is in the log, and the index cannot be asked") from error
        for commit_id in verdicts:
            self._acknowledged.pop(commit_id, None)
        return [verdicts[commit_id] for commit_id in ids if commit_id in verdicts]

    def decided(self, commit_ids: Sequence[UUID]) -> Sequence[Decided]:
        """The verdicts there are on the named commits."""
        return list(self._index.decided(commit_ids).values())

    def _awaited(self, ids: Sequence[UUID]) -> Mapping[UUID, Decided]:
        """The verdicts on all of them, or those there are when our patience is at its end."""
        found = self._moves.until(lambda: self._all(ids), self._patience_seconds)
        return found or self._index.decided(ids)

    def _is_missing(self, line: Line, known: Mapping[UUID, Decided]) -> bool:
        """Whether the line has to be sent: an acknowledged one only when the log has lost it."""
        offset = self._acknowledged.get(_id(line))
        passed = offset is not None and self._moves.at(line.commit.shard).next_offset > offset
        return _id(line) not in known and (offset is None or passed)

    def _all(self, ids: Sequence[UUID]) -> Mapping[UUID, Decided] | None:
        found = self._index.decided(ids)
        return found if len(found) == len(set(ids)) else None


class Sharing:
    """Applies what it appends to the shards this process holds; leaves the others to theirs."""

    def __init__(self, holds: Holds, applying: Submitter, appending: Submitter) -> None:
        self._holds = holds
        self._applying = applying
        self._appending = appending

    def gather(self, line: Line) -> None:
        """Let it be judged ahead where it may be judged here."""
        if line.commit.shard in self._holds.held():
            self._applying.gather(line)

    def cut(self, shard: int) -> None:
        """What was gathered is submitted next."""
        self._applying.cut(shard)

    def submit(
        self, shard: int, lines: Sequence[Line], sent: Callable[[], None]
    ) -> Sequence[Decided]:
        """Append the lines; the verdicts in their order, as whoever gives them does."""
        chosen = self._applying if shard in self._holds.held() else self._appending
        return chosen.submit(shard, lines, sent)

    def decided(self, commit_ids: Sequence[UUID]) -> Sequence[Decided]:
        """The verdicts there are on the named commits."""
        return self._appending.decided(commit_ids)


def _id(line: Line) -> UUID:
    return line.commit.commit_id
