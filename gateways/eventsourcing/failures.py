"""What can go wrong with the log, told in the exceptions the library's users know."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from eventsourcing.persistence import DataError, InternalError, OperationalError

from engine.journal.commit import UnreadableError
from engine.ports import HaltedError, OutcomeUnknownError, UnavailableError


class UnknownOutcomeError(OperationalError):
    """The events may be in the log, or come there later; ask the recorder to resolve it."""

    def __init__(self, commit_id: UUID) -> None:
        self.commit_id = commit_id
        super().__init__(f"commit {commit_id} has no verdict yet: it may stand, or come to stand")


@contextmanager
def in_their_words() -> Iterator[None]:
    """Tell our failures as the library's.

    Raises OperationalError when the store cannot be reached; InternalError when the log is
    halted; DataError when an event cannot be written in a line.
    """
    try:
        yield
    except (UnavailableError, OutcomeUnknownError) as error:
        raise OperationalError(str(error)) from error
    except HaltedError as error:
        raise InternalError(str(error)) from error
    except UnreadableError as error:
        raise DataError(str(error)) from error
