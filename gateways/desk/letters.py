"""A person's word on a letter that was released and of which nobody knows whether it went."""

from datetime import date
from uuid import UUID, uuid5

from engine.case.sending import ConfirmLetterSent, LapseLetter
from engine.refusal import RefusedError, refuse_if
from gateways.desk.asking import By, Outcome, carry_on_case
from gateways.desk.finding import begins, id_in, only
from gateways.dispatch import composing
from gateways.dispatch.reading import Files
from gateways.letters.content import canonical_json
from gateways.office import Office
from projections import ordered_act
from projections.ordered_act import OrderedAct

UNDER_WAY = ("ordered", "released")


def under_way(office: Office) -> list[OrderedAct]:
    """Letters and payouts that have been ordered or released and not been reported."""
    return [
        act
        for state in UNDER_WAY
        for act in office.rows.find(ordered_act.TABLE, equals={"state": state}, order_by=("nid",))
    ]


def find_letter(office: Office, words: str) -> OrderedAct:
    """The letter under way with that id, or the beginning of one.

    Refuses: letter_unknown, id_ambiguous.
    """
    said = words.strip().lower()
    if (letter_id := id_in(said)) is not None:
        row = office.rows.get(ordered_act.TABLE, (letter_id,))
        found = [] if row is None else [row]
    else:
        found = [act for act in under_way(office) if begins(act.act_id, said)]
    letters = [act for act in found if act.case_id is not None]
    refuse_if(not letters, "letter_unknown", asked=words)
    return only(letters, words)


def resolve(office: Office, act: OrderedAct, by: By, *, sent: bool) -> Outcome:
    """Record that the letter went out on the day of its release, or that it never did.

    Refuses: letter_not_released, and as confirming or lapsing does.
    """
    case_id, released_on = _released(act)
    if not sent:
        lapse = LapseLetter(letter_id=act.act_id, today=by.today)
        command_id = by.command_id or uuid5(act.act_id, f"lapse {by.today}")
        return carry_on_case(office, case_id, lapse, by, command_id)
    letter = composing.letter(
        Files(office.store, office.vault), office.agency, case_id, act.act_id
    )
    confirm = ConfirmLetterSent(
        letter_id=act.act_id,
        sent_on=released_on,
        content_hmac=office.vault.hmac("letter", canonical_json(letter)),
    )
    command_id = by.command_id or uuid5(act.act_id, "sent")
    return carry_on_case(office, case_id, confirm, by, command_id)


def _released(act: OrderedAct) -> tuple[UUID, date]:
    if act.case_id is None or act.state != "released" or act.released_on is None:
        raise RefusedError("letter_not_released", state=act.state)
    return act.case_id, act.released_on
