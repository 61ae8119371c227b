"""The real sagas on top: debtors, a post and a bank, and workers struck at every moment."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from uuid import UUID, uuid5

from typing_extensions import override

from engine.asking import Asked, on_case
from engine.case.money import ReceivePayment
from engine.case.objections import AnswerObjection, RaiseObjection
from engine.case.statement import statement
from engine.creditor import DECIDER as CREDITOR_DECIDER
from engine.journal.recorded import Decode
from engine.journal.shards import Named
from engine.journal.store import EventStore
from engine.loop import fold
from engine.payment import BookPayment, book_payment
from engine.ports import HaltedError
from engine.refusal import RefusedError
from engine.settlement import ConfirmPayout, InstructPayout, on_settlement
from engine.streams import creditor_stream
from events import registry
from events.money import Ore
from events.personal import Clear
from gateways.chaos.disk import SHARD
from gateways.chaos.ends import Bank, FarEnds, LettersInTurn, Post
from gateways.chaos.node import Node
from gateways.chaos.scheduling import NODES, Scheduler
from gateways.chaos.seeded import Draw
from gateways.chaos.setting import (
    CREDITOR,
    Told,
    case_of,
    debtor_of,
    offered,
    registered,
    taken_in,
)
from gateways.memory import durable
from gateways.memory.content import Content
from gateways.memory.rows import MemoryRows
from gateways.office import EVERY_SHARD, Office
from gateways.settings import Agency
from gateways.wiring import SimulatedClock
from projections import all_projections, payout
from projections.projection import AnyProjection
from projections.runner import Runner

STEPS: Final = 600
MISTAKES: Final = {
    "post-takes-what-lapsed": "a letter that was withdrawn, for its day had passed, is taken",
    "bank-before-log": "the bank is told before the log is",
}
DEBTORS_MAX: Final = 10
UNANSWERED_MAX: Final = 20
FIRST_DAY: Final = date(2026, 3, 2)
MORNING: Final = time(9)
DAYS_AT_REST: Final = 4


class CountedIds:
    """Commit ids that no other commit of the run has."""

    def __init__(self, seed: int) -> None:
        self._last = (seed & 0xFFFFFFFFFFFFFFFF) << 64

    def commit_id(self) -> UUID:
        """The next one."""
        self._last += 1
        return UUID(int=self._last)


class AgencyWorld(Scheduler):
    """An agency of three workers on one journal, over some months of its days."""

    def __init__(self, seed: int, mistake: str = "") -> None:
        super().__init__(seed)
        self.mistake = mistake
        self.ids = CountedIds(seed)
        self.clock = SimulatedClock(datetime.combine(FIRST_DAY, MORNING, tzinfo=UTC))
        self.wrong = [timedelta()] * NODES  # by how much the clocks of workers are
        self.ends = FarEnds()
        self.wire: list[bytes] = []
        self.debtors = 0
        self.count = 0
        self.unanswered: list[Told] = []
        self.nodes = [Node(self, f"worker-{n}", Runner) for n in range(NODES)]
        for node in self.nodes:
            node.restart(new=True, together=self.together)
        self.calm = True
        for node in self.nodes:
            node.start()
        for told in taken_in(FIRST_DAY):
            self.ask(self.nodes[0], told)
        self.calm = False

    @override
    def take(self, draw: Draw) -> None:
        """Take one step."""
        action = ACTIONS[draw.below(len(ACTIONS))]
        self.note(f"  {action.__name__}")
        action(self, draw)

    @override
    def release(self, *, new: bool) -> tuple[Sequence[AnyProjection], Decode]:
        """Every projection there is."""
        return all_projections(self.vault), registry.decode

    @override
    def drift(self, raw: bytes) -> None:
        """Leave a record on the wire."""
        self.wire.append(raw)

    @property
    def today(self) -> date:
        """The day it is."""
        return self.clock.at.date()

    def clock_of(self, node: Node) -> SimulatedClock:
        """The clock of a worker, which may be an hour wrong on either side of midnight."""
        return SimulatedClock(self.clock.at + self.wrong[self.nodes.index(node)])

    def day_of(self, node: Node) -> date:
        """The day it is for a worker."""
        return self.clock_of(node).at.date()

    def office(self, node: Node) -> Office:
        """The office as this node has it."""
        store = EventStore(
            index=node.index,
            writer=node.writer,
            vault=self.vault,
            ids=self.ids,
            decode=registry.decode,
            shards=Named(),
        )
        return Office(
            store,
            node.runner,
            MemoryRows(self.index),
            self.vault,
            self.clock_of(node),
            Agency(),
            self.notary,
            self.index.moves,
            durable.in_memory(),
            EVERY_SHARD,
        )

    def ask(self, node: Node, told: Told) -> bool:
        """Have a command carried out; the same command may be asked again.

        False when what it is about is itself still on its way.
        """
        ask, command, command_id = told
        asked = Asked(
            ask=ask,
            command=command,
            command_id=command_id,
            actor="chaos",
            correlation=CREDITOR,
        )
        try:
            outcome = self.office(node).carry(asked)
        except RefusedError as refusal:
            self.outcomes[f"refused {refusal.code}"] += 1
            return refusal.code != "claim_unknown"
        except BaseException:
            self.outcomes["unknown"] += 1
            raise
        else:
            self.outcomes[type(outcome).__name__.lower()] += 1
        return True

    def by_a_node(self, draw: Draw, told: Told) -> None:
        """Ask an idle node; what was not answered is asked again later, perhaps of another."""
        if len(self.unanswered) < UNANSWERED_MAX:
            self.unanswered.append(told)
        self.again(draw, told)

    def again(self, draw: Draw, told: Told | None = None) -> None:
        """Ask once more what has had no answer."""
        node = self.idle(draw)
        if node is None or not self.unanswered:
            return
        chosen = told or self.unanswered[draw.below(len(self.unanswered))]
        with self.at_work(node, draw):
            answered = self.ask(node, chosen)
            if answered and chosen in self.unanswered and not draw.one_in(8):
                self.unanswered.remove(chosen)

    def hand_over(self, draw: Draw) -> None:
        """One more debtor, if there is room."""
        if self.debtors < DEBTORS_MAX:
            number = self.debtors
            self.debtors += 1
            self.by_a_node(draw, offered(number, self.today))
            self.by_a_node(draw, registered(number, self.today))

    def legal_steps(self, draw: Draw) -> None:
        """A worker asks the sagas what is due on the cases."""
        node = self.idle(draw)
        if node is not None:
            with self.at_work(node, draw):
                self.office(node).pump.legal_steps(self.day_of(node))

    def letters(self, draw: Draw) -> None:
        """A worker sends what is ordered."""
        node = self.idle(draw)
        if node is not None:
            with self.at_work(node, draw):
                self.dispatch(node).day(self.day_of(node))

    def dispatch(self, node: Node) -> LettersInTurn:
        """The worker's letters, on their way to the post."""
        post = Post(self.ends, node, forgets=self.mistake == "post-takes-what-lapsed")
        return LettersInTurn(self.office(node), post, node.name)

    def settle(self, draw: Draw) -> None:
        """A worker prepares what is due to the creditor, and instructs and hears the bank."""
        node = self.idle(draw)
        if node is not None:
            with self.at_work(node, draw):
                self.office(node).pump.settlements(self.day_of(node))
                self.pay_out(node)

    def pay_out(self, node: Node) -> None:
        """The log first, then the bank; what is instructed and not confirmed is asked again."""
        office, bank = self.office(node), Bank(self.ends, node)
        creditor = fold(CREDITOR_DECIDER, office.store.read(creditor_stream(CREDITOR)))
        for row in office.rows.find(payout.TABLE, order_by=("nid",)):
            if row.amount_ore <= 0:
                continue  # nothing leaves the house
            if row.state == "prepared" and self.mistake == "bank-before-log":
                bank.pay(row.payout_id, row.amount_ore)
            if row.state == "prepared":
                instruct = InstructPayout(
                    payout_id=row.payout_id,
                    creditor_id=CREDITOR,
                    file_name=f"{row.payout_id}.xml",
                    file_sha256="",
                    account_version=creditor.account_version or 0,
                    today=self.day_of(node),
                )
                command_id = uuid5(row.payout_id, "instruct")
                self.ask(node, (on_settlement(instruct), instruct, command_id))
            if row.state in ("prepared", "instructed"):
                bank.pay(row.payout_id, row.amount_ore)
                confirm = ConfirmPayout(
                    payout_id=row.payout_id, creditor_id=CREDITOR, today=self.day_of(node)
                )
                command_id = uuid5(row.payout_id, "confirm")
                self.ask(node, (on_settlement(confirm), confirm, command_id))

    def pay(self, draw: Draw) -> None:
        """A debtor pays a part, or all."""
        node = self.idle(draw)
        if node is None or not self.debtors:
            return
        case_id = case_of(draw.below(self.debtors))
        with self.at_work(node, draw):
            case = self.office(node).case(case_id)
            if not case.registered:
                return
            owed = statement(case, self.today).total_ore
            amount = owed if draw.one_in(2) else Ore(owed // (2 + draw.below(3)))
            if amount > 0:
                self.by_a_node(draw, self._payment(case_id, amount, case.kid))

    def _payment(self, case_id: UUID, amount_ore: Ore, kid: str) -> Told:
        self.count += 1
        command = BookPayment(
            case_id=case_id,
            payment=ReceivePayment(
                payment_id=uuid5(CREDITOR, f"payment {self.count}"),
                source="bank",
                amount_ore=amount_ore,
                ordered_on=self.today,
                received_on=self.today,
                kid=kid,
                today=self.today,
            ),
            payer_account=None,
            source_file=None,
            source_line=None,
        )
        return book_payment(command), command, uuid5(CREDITOR, f"book {self.count}")

    def object(self, draw: Draw) -> None:
        """A debtor disputes the claim."""
        if self.debtors:
            self.count += 1
            number = draw.below(self.debtors)
            command = RaiseObjection(
                objection_id=uuid5(CREDITOR, f"objection {self.count}"),
                claim_ids=(),
                reason=Clear(person_id=debtor_of(number), text="Varen kom aldri"),
                groundless=False,
                today=self.today,
            )
            command_id = uuid5(CREDITOR, f"object {self.count}")
            self.by_a_node(draw, (on_case(case_of(number), command), command, command_id))

    def answer(self, draw: Draw) -> None:
        """The creditor stands by its claim, or gives it up."""
        if self.debtors:
            self.count += 1
            command = AnswerObjection(
                objection_id=None,
                answer="upheld" if draw.below(4) else "accepted",
                amount_ore=None,
                groundless=False,
                paid_out=False,
                today=self.today,
            )
            case_id = case_of(draw.below(self.debtors))
            command_id = uuid5(CREDITOR, f"answer {self.count}")
            self.by_a_node(draw, (on_case(case_id, command), command, command_id))

    def night(self, draw: Draw) -> None:
        """It is another day; the clock of a worker may have jumped to the day before or after."""
        self.clock.at += timedelta(days=1 + draw.below(8))
        if draw.one_in(3):
            self.faults["clock jumped over midnight"] += 1
            self.wrong[draw.below(NODES)] = timedelta(days=draw.below(3) - 1)

    def deliver(self, draw: Draw) -> None:
        """A record that was on its way arrives."""
        if self.wire:
            self.faults["ghost"] += 1
            self.log.append(SHARD, self.wire.pop(draw.below(len(self.wire))))

    def break_off(self, draw: Draw) -> None:
        """A worker is killed, or all of them lose the log for a moment."""
        if draw.one_in(2):
            self.kill(draw)
        else:
            self.change_leader(draw)

    def come_to_rest(self) -> Content:
        """End the misfortunes and work some days; the index as it was before a rebuild."""
        self.calm = True
        self.wrong = [timedelta()] * NODES
        while self.wire:
            self.log.append(SHARD, self.wire.pop())
        node = self.nodes[0]
        node.restart(new=True, together=self.together)
        node.start()
        for told in self.unanswered:
            self.ask(node, told)
        for _ in range(DAYS_AT_REST):
            self.clock.at += timedelta(days=1)
            office = self.office(node)
            office.pump.legal_steps(self.today)
            self.dispatch(node).day(self.today)
            office.pump.settlements(self.today)
            self.pay_out(node)
        if parked := self.index.parked():
            raise HaltedError(SHARD, parked[0].nid, f"parked: {parked[0].reason}")
        before = self.index.content
        node.runner.rebuild_index()
        return before


Action = Callable[[AgencyWorld, Draw], None]

ACTIONS: Final[tuple[Action, ...]] = (
    *(AgencyWorld.hand_over,) * 4,
    *(AgencyWorld.legal_steps,) * 6,
    *(AgencyWorld.letters,) * 6,
    *(AgencyWorld.settle,) * 4,
    *(AgencyWorld.pay,) * 4,
    *(AgencyWorld.object,) * 2,
    *(AgencyWorld.answer,) * 2,
    *(AgencyWorld.night,) * 4,
    *(AgencyWorld.again,) * 12,
    *(AgencyWorld.catch_up,) * 9,
    *(AgencyWorld.deliver,) * 2,
    AgencyWorld.break_off,
)
