"""Group commit: while one flush is in flight the next commits gather and share a record."""

# No timers: whoever comes first leads, and who leads flushes what has gathered. The next may
# lead when the record is in the log and is being applied, and as many have gathered. What has
# an unknown outcome is resent as the same bytes until the log has a verdict on it.

from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol
from uuid import UUID

from engine.journal.commit import RECORD_BYTES_MAX, Line
from engine.journal.outcome import Outcome, Unknown, outcome_of
from engine.ports import Decided, OutcomeUnknownError, UnavailableError

SENDS_MAX: Final = 8
PAUSE_MS: Final = 20
LINES_MAX: Final = 512
NEVER: Final = LINES_MAX * LINES_MAX
CHAINS: Final = 4  # more than one, so that a thread that is held up holds up a few only


class Submitter(Protocol):
    """Whoever appends lines to the log and gives the verdicts (the runner)."""

    def gather(self, line: Line) -> None:
        """Do what can be done for the line ahead of its turn; lines come in their order."""
        ...

    def cut(self, shard: int) -> None:
        """The lines gathered so far are submitted next; those that come now, behind them."""
        ...

    def submit(
        self, shard: int, lines: Sequence[Line], sent: Callable[[], None]
    ) -> Sequence[Decided]:
        """Append the lines as one record, and give the verdict on each, in their order.

        `sent` may be called as soon as the next record can be submitted as well.
        """
        ...

    def decided(self, commit_ids: Sequence[UUID]) -> Sequence[Decided]:
        """The verdicts there are on the named commits."""
        ...


class _Turn:
    """A commit on its way, and who waits for it; `woken` is let go to wake them, once.

    Who is woken wakes the one `behind`: all at once would only stand in each other's way,
    for one thread runs at a time. Who has `left` waits no longer, and need not be woken.
    """

    __slots__ = ("behind", "error", "left", "line", "outcome", "woken")

    def __init__(self, line: Line) -> None:
        self.line = line
        self.outcome: Outcome | None = None
        self.error: BaseException | None = None
        self.woken = Lock()  # a bare lock wakes in half the time an Event takes
        self.woken.acquire()
        self.behind: list[_Turn] = []
        self.left = False

    @property
    def over(self) -> bool:
        return self.outcome is not None or self.error is not None

    def stands_before(self, turn: "_Turn") -> None:
        """Wake that one when this one is woken; now, if there is nobody to do it."""
        self.behind.append(turn)
        if self.left:
            self.leave()

    def leave(self) -> None:
        """Wait no longer, and wake who stands behind, if they have not been woken."""
        self.left = True
        while self.behind:
            with suppress(IndexError):  # another was quicker
                self.behind.pop().woken.release()


@dataclass(slots=True)
class _Gathering:
    """The turns of a shard: those that have just `arrived`, and those taken in, in order.

    Whoever finds the lock free takes in all that have arrived. Nobody waits for it but who
    leads: a thread that waits costs more than what it waits for. `lead` counts those who
    have led; `enough` turns let the next lead before the one who leads is done.
    """

    arrived: deque[_Turn] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)
    turns: deque[_Turn] = field(default_factory=deque)
    flushing: bool = False
    lead: int = 0
    enough: int = NEVER


class Writer:
    """Appends commits of many threads, several in a record.

    `pause` waits that many milliseconds; it is the caller's, for the engine has no clock.
    """

    def __init__(self, submitter: Submitter, pause: Callable[[int], None]) -> None:
        self._submitter = submitter
        self._pause = pause
        self._gatherings: dict[int, _Gathering] = {}
        self._gatherings_lock = Lock()
        self._unresolved: dict[UUID, Line] = {}

    def append(self, line: Line) -> Outcome:
        """Bring `line` into the log and wait for its verdict.

        Raises UnavailableError when nothing was sent; HaltedError when the shard stands.
        """
        turn = _Turn(line)
        gathering = self._gathering(line.commit.shard)
        gathering.arrived.append(turn)
        self._take_in(gathering)
        try:
            turn.woken.acquire()
            while not turn.over:
                self._lead(gathering)
        finally:
            turn.leave()
        if turn.outcome is None:
            raise turn.error or AssertionError("a turn is over without an outcome")
        return turn.outcome

    def resolve(self, commit_id: UUID) -> Outcome | None:
        """Try once more for a verdict on a commit whose outcome was unknown.

        None when the commit is neither decided nor waiting here.
        """
        for decided in self._submitter.decided([commit_id]):
            self._unresolved.pop(commit_id, None)
            return outcome_of(decided)
        line = self._unresolved.get(commit_id)
        return None if line is None else self.append(line)

    def unresolved(self) -> tuple[UUID, ...]:
        """The commits that still have no verdict, oldest first."""
        return tuple(self._unresolved)

    def _gathering(self, shard: int) -> _Gathering:
        known = self._gatherings.get(shard)
        if known is not None:
            return known
        with self._gatherings_lock:
            return self._gatherings.setdefault(shard, _Gathering())

    def _take_in(self, gathering: _Gathering) -> None:
        """Gather what has arrived; when nobody leads, let the first of them do so.

        Who arrives while another takes in is seen by that one before it goes, or after.
        """
        while gathering.arrived and gathering.lock.acquire(blocking=False):
            try:
                while gathering.arrived:
                    turn = gathering.arrived.popleft()
                    gathering.turns.append(turn)
                    self._submitter.gather(turn.line)
                if not gathering.flushing or len(gathering.turns) >= gathering.enough:
                    _choose(gathering)
            finally:
                gathering.lock.release()

    def _lead(self, gathering: _Gathering) -> None:
        """Flush what has gathered, hand the lead to who waits first, and tell everybody."""
        with gathering.lock:
            lead, turns = gathering.lead, _take(gathering.turns)
            self._submitter.cut(turns[0].line.commit.shard)
        try:
            lines = [turn.line for turn in turns]
            outcomes = self._flush(lines, lambda: _pass_on(gathering, lead, len(lines)))
            for turn, outcome in zip(turns, outcomes, strict=True):
                turn.outcome = outcome
        except BaseException as error:  # noqa: BLE001 - raised again in every waiting thread
            for turn in turns:
                turn.error = error
        _pass_on(gathering, lead)  # first of all, for the others wait for nothing any more
        self._take_in(gathering)
        for turn, behind in zip(turns, turns[CHAINS:], strict=False):
            turn.stands_before(behind)
        for turn in turns[:CHAINS]:
            turn.woken.release()

    def _flush(self, lines: Sequence[Line], sent: Callable[[], None]) -> list[Outcome]:
        decided = self._send(lines, sent)
        if len(decided) == len(lines) and not self._unresolved:
            return [outcome_of(verdict) for verdict in decided]
        outcomes = {verdict.commit_id: outcome_of(verdict) for verdict in decided}
        for line in lines:
            if line.commit.commit_id in outcomes:
                self._unresolved.pop(line.commit.commit_id, None)
            else:
                self._unresolved[line.commit.commit_id] = line
        ids = [line.commit.commit_id for line in lines]
        return [outcomes.get(commit_id) or Unknown(commit_id) for commit_id in ids]

    def _send(self, lines: Sequence[Line], sent: Callable[[], None]) -> Sequence[Decided]:
        """The same bytes again until there is a verdict; no answer means still unknown."""
        waiting = self._unresolved
        tried = bool(waiting) and any(line.commit.commit_id in waiting for line in lines)
        for attempt in range(SENDS_MAX):
            try:
                return self._submitter.submit(lines[0].commit.shard, lines, sent)
            except OutcomeUnknownError:
                tried = True
            except UnavailableError:
                if not tried:
                    raise
            self._pause(PAUSE_MS << attempt)
        return ()


def _pass_on(gathering: _Gathering, lead: int, enough: int = 0) -> None:
    """Let the next lead as soon as enough have gathered, if it does not lead already.

    As many as share the record that is being applied are enough: fewer would make records
    small, and a record costs as much as many commits.
    """
    with gathering.lock:
        if gathering.lead == lead:
            gathering.enough = enough
            if len(gathering.turns) >= enough:
                _choose(gathering)


def _choose(gathering: _Gathering) -> None:
    """Wake the first who still waits, to lead; nobody leads when nobody waits."""
    leader = next((turn for turn in gathering.turns if not turn.left), None)
    gathering.lead, gathering.enough = gathering.lead + 1, NEVER
    gathering.flushing = leader is not None
    if leader is not None:
        leader.woken.release()


def _take(turns: deque[_Turn]) -> list[_Turn]:
    """The first turns that fit in one record, at least one."""
    taken = [turns.popleft()]
    size = len(taken[0].line.raw)
    while turns and len(taken) < LINES_MAX:
        size += len(turns[0].line.raw) + 1
        if size > RECORD_BYTES_MAX:
            break
        taken.append(turns.popleft())
    return taken
