"""Making projections again from what stands in the log, beside those that serve."""

from collections.abc import Sequence

from engine.refusal import refuse_if
from engine.vault import Vault
from projections import all_projections
from projections.filling import Filling, IfDifferent, Rebuilt


def names(vault: Vault) -> tuple[str, ...]:
    """The projections there are, by name."""
    return tuple(projection.table.name for projection in all_projections(vault))


def rebuild(
    filling: Filling,
    known: Sequence[str],
    wanted: Sequence[str],
    if_different: IfDifferent = "switch",
) -> Rebuilt:
    """Make the wanted projections (all, when none is named) again, and switch to them.

    Refuses: projection_unknown.
    """
    _refuse_unknown(known, wanted)
    return filling.rebuild(wanted or None, if_different)


def back(filling: Filling, known: Sequence[str], wanted: Sequence[str]) -> Rebuilt:
    """Switch back to the tables that were live before, brought up to the log's end first.

    Refuses: projection_unknown, nothing_kept.
    """
    _refuse_unknown(known, wanted)
    switched = filling.back(wanted or None)
    refuse_if(not switched.switched, "nothing_kept")
    return switched


def _refuse_unknown(known: Sequence[str], wanted: Sequence[str]) -> None:
    for name in wanted:
        refuse_if(name not in known, "projection_unknown", asked=name, known=", ".join(known))
