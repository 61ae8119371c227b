"""A trial: an office where commands are decided as ever and nothing is written."""

from dataclasses import fields

from typing_extensions import override

from engine.asking import Asked
from engine.loop import Foreseen, Nothing, decide
from gateways.office import Office


class Trial(Office):
    """An office for asking what would happen."""

    @override
    def carry(self, asked: Asked) -> Nothing | Foreseen:
        """Decide a command on all that has happened; nothing is written.

        Raises RefusedError when it is not allowed.
        """
        changes = decide(asked.ask, self.store.read_many(list(asked.ask.streams)))
        return Foreseen(changes) if changes else Nothing()


def trial_of(office: Office) -> Trial:
    """The same office, where nothing is written."""
    return Trial(**{field.name: getattr(office, field.name) for field in fields(office)})
