"""A debtor's details, recorded anew."""

import pytest

from engine.debtor import ChangeDebtor, change_debtor
from engine.refusal import RefusedError
from engine.streams import person_stream
from tests.asks import decided
from tests.engine.test_registration import DEBTOR, PERSON, TODAY, clear

MOVED = PERSON.model_copy(update={"address": clear("Nygata 2")})
COMMAND = ChangeDebtor(debtor_id=DEBTOR, details=MOVED, today=TODAY)


def test_a_known_debtor_is_recorded_anew_and_whole() -> None:
    stream = person_stream(DEBTOR)
    assert decided(change_debtor(COMMAND), {stream: [PERSON]}) == {stream: [MOVED]}


def test_a_debtor_nobody_handed_over_cannot_be_changed() -> None:
    with pytest.raises(RefusedError) as refused:
        decided(change_debtor(COMMAND), {})
    assert refused.value.code == "debtor_unknown"
