"""A trial: an office where commands are decided as ever and nothing is written."""

from dataclasses import fields
from typing import NoReturn

from typing_extensions import override

from engine.asking import Asked
from engine.journal.outcome import Committed
from engine.journal.store import Changes
from engine.loop import Nothing, decide
from gateways.office import Office


class Foreseen(Exception):  # noqa: N818 - it is raised in place of writing, and no error
    """What a command would lead to: its events, by stream. Nothing has been written."""

    def __init__(self, changes: Changes) -> None:
        self.changes = changes
        super().__init__("nothing has been written")


class Trial(Office):
    """An office for asking what would happen."""

    @override
    def carry(self, asked: Asked) -> Committed | Nothing:
        """Decide a command; nothing when it is already so.

        Raises Foreseen with what it would lead to; RefusedError when it is not allowed.
        """
        changes = decide(asked.ask, self.store.read_many(list(asked.ask.streams)))
        return _foresee(changes) if changes else Nothing()


def trial_of(office: Office) -> Trial:
    """The same office, where nothing is written."""
    return Trial(**{field.name: getattr(office, field.name) for field in fields(office)})


def _foresee(changes: Changes) -> NoReturn:
    raise Foreseen(changes)
