"""What is known of a debtor, corrected: a new name, address or contact point."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from engine.decider import Ask, States
from engine.refusal import refuse_if
from engine.registration import PERSON, PersonState, refuse_if_erased
from engine.streams import person_stream
from events.base import Event
from events.person import PersonRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDebtor:
    """Record a debtor's details anew, all of them; letters released from then on have them."""

    debtor_id: UUID
    details: PersonRecorded
    today: date


def change_debtor(command: ChangeDebtor) -> Ask:
    """Record the details as they now are. Whether they differ is seen where they can be read.

    Refuses: debtor_unknown, debtor_erased.
    """
    debtor = person_stream(command.debtor_id)

    def decide(states: States) -> Mapping[str, Sequence[Event]]:
        person = states.of(debtor, PersonState)
        refuse_if(person.recorded is None, "debtor_unknown")
        refuse_if_erased(person)
        return {debtor: [command.details]}

    return Ask({debtor: PERSON}, decide)
