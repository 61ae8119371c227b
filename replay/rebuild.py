"""Making projections again from the log, as if for the first time."""

from collections.abc import Sequence

from engine.refusal import refuse_if
from engine.vault import Vault
from projections import all_projections
from projections.rebuilding import Progress
from projections.runner import Runner


def names(vault: Vault) -> tuple[str, ...]:
    """The projections there are, by name."""
    return tuple(projection.table.name for projection in all_projections(vault))


def rebuild(
    runner: Runner, vault: Vault, wanted: Sequence[str], progress: Progress | None = None
) -> tuple[str, ...]:
    """Make the wanted projections (all, when none is named) again; those that were made.

    `progress` is told how many records of the log are done, of how many.
    Refuses: projection_unknown.
    """
    known = names(vault)
    for name in wanted:
        refuse_if(name not in known, "projection_unknown", asked=name, known=", ".join(known))
    chosen = tuple(name for name in known if not wanted or name in wanted)
    runner.rebuild(chosen, progress=progress)
    return chosen
