"""What may be due today, found in the projections: the pump asks here and nowhere else."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from engine.pump import DueCase, DueCreditor, RipeClaims
from engine.sagas.settlement import Account
from engine.streams import case_stream, creditor_stream
from projections import candidate, creditor, due, payable, payout
from projections.candidate import Candidate
from projections.parked import Parked
from projections.reading import Rows

RIPE_MOST = 10_000


class ProjectedAgenda:
    """Reads the due dates, the candidates and the unsettled lines.

    `parked` tells which streams some projection could not take; `mine`, which are looked
    after here.
    """

    def __init__(
        self,
        rows: Rows,
        parked: Callable[[], Sequence[Parked]],
        mine: Callable[[str], bool] = lambda _stream: True,
    ) -> None:
        self._rows = rows
        self._parked = parked
        self._mine = mine

    def ripe(self, today: date) -> Sequence[RipeClaims]:
        """What was handed over and is ripe, a debtor at a time."""
        by_debtor: defaultdict[tuple[UUID, UUID], list[Candidate]] = defaultdict(list)
        for row in self._rows.due(candidate.TABLE, "ripe_on", today, RIPE_MOST):
            if today <= row.too_old_after and self._mine(creditor_stream(row.creditor_id)):
                by_debtor[row.creditor_id, row.debtor_id].append(row)
        numbers = {row.creditor_id: row.number for row in self._rows.find(creditor.TABLE)}
        return [
            RipeClaims(owner, numbers[owner], debtor, tuple(sorted(c.claim_id for c in claims)))
            for (owner, debtor), claims in by_debtor.items()
        ]

    def cases(self, today: date, limit: int) -> Sequence[DueCase]:
        """The cases whose day has come, the longest due first.

        A case that is parked in any projection waits: what is known of it here is not all.
        """
        resting = {parked.stream for parked in self._parked()}
        asked = limit + len(resting)
        while True:
            rows = self._rows.due(due.TABLE, "due_on", today, asked)
            named = [(row, case_stream(row.case_id)) for row in rows]
            awake = [row for row, name in named if name not in resting and self._mine(name)]
            if len(awake) >= limit or len(rows) < asked:
                return [DueCase(row.steps, row.cause) for row in awake[:limit]]
            asked *= 4  # those of other shards stand first, and their worker may stand still

    def creditors(self, today: date) -> Sequence[DueCreditor]:
        """The creditors with anything unsettled; an agreement not yet in force settles nothing."""
        found = []
        for row in self._rows.find(creditor.TABLE):
            if row.agreed_from is None or row.agreed_from > today:
                continue
            if not self._mine(creditor_stream(row.creditor_id)):
                continue
            account = self._account(row.creditor_id)
            lines = payable.unsettled(self._rows, row.creditor_id, after=account.settled_until)
            if lines:
                found.append(DueCreditor(account, row.settlement, lines))
        return found

    def _account(self, creditor_id: UUID) -> Account:
        payouts = self._rows.find(payout.TABLE, equals={"creditor_id": creditor_id})
        settled_until = max((each.until_position for each in payouts), default=0)
        return Account(creditor_id, len(payouts), settled_until)
