"""The list of projections, and what each of them leaves alone."""

import pytest

from engine.vault import Vault
from events.base import Event
from gateways.memory.keys import MemoryKeys
from projections import all_projections
from projections.fold import case_event, subject_id
from tests.projections import given
from tests.projections.given import fold, history, recorded

ALL = all_projections(Vault(MemoryKeys()))
NAMES = [projection.table.name for projection in ALL]


class Unheard(Event):
    """An event that no projection knows."""

    TYPE = "case.unheard"


def test_no_two_projections_share_a_table() -> None:
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("projection", ALL, ids=NAMES)
def test_every_column_can_be_kept_and_every_key_and_index_is_one(projection: object) -> None:
    (found,) = [each for each in ALL if each is projection]
    indexes = [index.removeprefix("gin ") for index in found.table.indexes]
    indexed = {name.strip() for index in indexes for name in index.split(",")}

    assert set(found.table.key) | indexed <= set(found.table.names)


@pytest.mark.parametrize("projection", ALL, ids=NAMES)
def test_every_beginning_of_a_case_can_be_folded_again_to_the_same_rows(
    projection: object,
) -> None:
    (found,) = [each for each in ALL if each is projection]
    events = history(*given.EXAMPLES)
    for length in range(1, len(events) + 1):
        assert fold(found, events[:length]) == fold(found, events[:length])


def test_an_event_of_no_case_is_not_taken_for_one() -> None:
    with pytest.raises(TypeError, match="no event of a case"):
        case_event(recorded(given.PREPARED, f"settlement-{given.CREDITOR}"))


def test_a_stream_that_is_not_named_by_an_id_has_no_subject() -> None:
    with pytest.raises(ValueError, match="badly formed"):
        subject_id(recorded(given.closed(), "creditor_number-1"))
