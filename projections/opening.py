"""Personal text as people may read it: opened by its key, or told to be erased."""

from engine.journal.recorded import Recorded
from engine.vault import Vault
from events.personal import Clear, Personal

ERASED = "slettet"


def opened(vault: Vault, personal: Personal, recorded: Recorded, field: str) -> str:
    """The text of a field of the event; "slettet" when its person has been erased."""
    if isinstance(personal, Clear):
        return personal.text
    text = vault.open(personal, recorded.stream, recorded.event_id, field)
    return ERASED if text is None else text


def opened_if(
    vault: Vault, personal: Personal | None, recorded: Recorded, field: str
) -> str | None:
    """The same, for a field that may be empty."""
    return None if personal is None else opened(vault, personal, recorded, field)
