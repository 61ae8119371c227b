"""Sends the ordered letters: released in the log, written to the outbox, reported as sent."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol
from uuid import UUID, uuid5

from engine.asking import Asked, on_case
from engine.case.decider import CaseCommand
from engine.case.sending import (
    ConfirmLetterSent,
    LapseLetter,
    ReleaseLetter,
    ReportLetterFailed,
)
from engine.law.calendar import is_bank_day
from engine.refusal import RefusedError
from gateways.dispatch import composing
from gateways.dispatch.outbox import ElsewhereError
from gateways.dispatch.reading import Files
from gateways.letters.content import Letter, LetterError, WithdrawalLetter, canonical_json
from gateways.office import Office
from projections import ordered_act
from projections.ordered_act import OrderedAct

BATCH = 10_000
# Printing uses all cores, and commits that come together share a flush.
AT_ONCE = 4
LETTERS = ("inkassovarsel", "betalingsoppfordring", "withdrawal_notice")
Became = Literal["sent", "refused", "failed", "lapsed"]


@dataclass(frozen=True, slots=True)
class Dispatched:
    """What became of one letter; `code` says why it was refused."""

    letter_id: UUID
    kind: str
    became: Became
    code: str = ""


class FarEnd(Protocol):
    """Where letters go; it takes the same letter twice as once."""

    def send(self, letter: Letter, channel: str) -> None:
        """Send the letter; again with the same id it is not sent again."""
        ...

    def withdraw(self, letter_id: UUID) -> bool:
        """Never take the letter of that id from now on; False when it has gone out already.

        Raises ElsewhereError when it is just being handed over.
        """
        ...


class LetterDispatch:
    """One worker's letters; `worker` names the process and, after a colon, its far end.

    A release holds for the day. Who takes over a shard goes on with what was released there,
    if it has the same far end: that one takes a letter once, whoever brings it, and none that
    was withdrawn. So a worker who slept, or whose clock is behind, sends nothing that lapsed
    meanwhile. A release over another far end is left to whoever can ask that one.
    """

    def __init__(self, office: Office, far_end: FarEnd, worker: str) -> None:
        self._office = office
        self._far_end = far_end
        self._worker = worker
        self._files = Files(office.store, office.vault)
        # Kept from day to day, since each of its threads keeps a warm compiler.
        self._pool = ThreadPoolExecutor(AT_ONCE)

    def day(self, today: date) -> list[Dispatched]:
        """Send what is ordered, and settle what was released and not reported."""
        acts = self._acts("released") + (self._acts("ordered") if is_bank_day(today) else [])
        by_case: dict[UUID, list[OrderedAct]] = {}
        for act in acts:
            by_case.setdefault(_case(act), []).append(act)
        done = self._pool.map(lambda group: self._in_order(group, today), by_case.values())
        return [each for group in done for each in group]

    def _in_order(self, acts: Sequence[OrderedAct], today: date) -> list[Dispatched]:
        """The letters of one case, one after the other, as long as the case is this worker's."""
        return [self._dispatch(act, today) for act in acts if self._office.mine(act.stream)]

    def _acts(self, state: str) -> list[OrderedAct]:
        resting = {parked.stream for parked in self._office.runner.parked()}
        found = self._office.rows.find(
            ordered_act.TABLE, equals={"state": state}, order_by=("nid",), limit=BATCH
        )
        return [act for act in found if act.kind in LETTERS and act.stream not in resting]

    def _dispatch(self, act: OrderedAct, today: date) -> Dispatched:
        if elsewhere(act.worker, self._worker):
            return Dispatched(act.act_id, act.kind, "refused", "released_elsewhere")
        try:
            if act.state == "ordered":
                self._release(act, today)
            elif act.released_on is not None and act.released_on < today:
                return self._settle(act, today)
        except RefusedError as refusal:
            return Dispatched(act.act_id, act.kind, "refused", refusal.code)
        except ElsewhereError:
            return Dispatched(act.act_id, act.kind, "refused", "handed_over_elsewhere")
        if self._office.today != today:
            # Midnight came in between: the release has lapsed, and somebody may have said so.
            return Dispatched(act.act_id, act.kind, "refused", "release_lapsed")
        try:
            self._send(act, today)
        except RefusedError as refusal:
            return self._failed(act, today, refusal.code)
        except LetterError as error:
            return self._failed(act, today, str(error))
        except ElsewhereError:
            return Dispatched(act.act_id, act.kind, "refused", "handed_over_elsewhere")
        return Dispatched(act.act_id, act.kind, "sent")

    def _failed(self, act: OrderedAct, today: date, code: str) -> Dispatched:
        """The letter cannot be made: that is said in the log, and a person has to look."""
        command = ReportLetterFailed(letter_id=act.act_id, code=code, today=today)
        try:
            self._carry(act, command, "failed")
        except RefusedError as refusal:
            return Dispatched(act.act_id, act.kind, "refused", refusal.code)
        return Dispatched(act.act_id, act.kind, "failed", code)

    def _release(self, act: OrderedAct, today: date) -> None:
        debtor, creditor = self._files.versions(self._files.case(_case(act)))
        command = ReleaseLetter(
            letter_id=act.act_id,
            worker=self._worker,
            today=today,
            debtor_version=debtor,
            creditor_version=creditor,
        )
        self._carry(act, command, f"release {today}")

    def _send(self, act: OrderedAct, on: date) -> None:
        letter = composing.letter(self._files, self._office.agency, _case(act), act.act_id)
        channel = "letter"
        if isinstance(letter, WithdrawalLetter):
            channel = composing.channel(self._files.case(_case(act)), act.act_id)
        self._far_end.send(letter, channel)
        self._confirm(act, letter, on)

    def _settle(self, act: OrderedAct, today: date) -> Dispatched:
        """A release of an earlier day: it went out, or it never will, as the far end says."""
        if not self._far_end.withdraw(act.act_id):
            letter = composing.letter(self._files, self._office.agency, _case(act), act.act_id)
            self._confirm(act, letter, act.released_on or today)
            return Dispatched(act.act_id, act.kind, "sent")
        self._carry(act, LapseLetter(letter_id=act.act_id, today=today), f"lapse {today}")
        return Dispatched(act.act_id, act.kind, "lapsed")

    def _confirm(self, act: OrderedAct, letter: Letter, on: date) -> None:
        content_hmac = self._office.vault.hmac("letter", canonical_json(letter))
        command = ConfirmLetterSent(letter_id=act.act_id, sent_on=on, content_hmac=content_hmac)
        self._carry(act, command, "sent")

    def _carry(self, act: OrderedAct, command: CaseCommand, step: str) -> None:
        case_id = _case(act)
        self._office.carry(
            Asked(
                ask=on_case(case_id, command),
                command=command,
                command_id=uuid5(act.act_id, step),
                actor=f"dispatch:{self._worker}",
                correlation=case_id,
            )
        )


def elsewhere(worker: str | None, own: str) -> bool:
    """Whether `worker` has another far end than we have, and so knows what we cannot find out."""
    _, named, far_end = (worker or "").rpartition(":")
    return bool(named) and far_end != own.rpartition(":")[2]


def _case(act: OrderedAct) -> UUID:
    if act.case_id is None:
        raise LookupError(f"letter {act.act_id} belongs to no case")
    return act.case_id
