"""Streams folded whole come to the rows and the parks that batches come to."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from engine.ports import Entry
from events.base import canonical
from projections.folding import Folding
from projections.index import Batch, Meta
from projections.projection import AnyProjection
from projections.whole import fold_whole
from tests.contracts.world import NOW, Counted, Totals, Unheard, decode

NOWHERE = Meta(shard=0, log_id="")


class Shared(Totals):
    """Says that its rows are of one stream each, and they are not."""

    def touches(self, recorded):  # type: ignore[no-untyped-def]  # as in Totals
        return [("all",)] if super().touches(recorded) else []


class Shy(Totals):
    """Cannot even say which row an amount of 5 is about; names a row twice for 4."""

    table = Totals.table.__class__("shy", ("stream",), Totals.table.row, one_stream=True)

    def touches(self, recorded):  # type: ignore[no-untyped-def]  # as in Totals
        if recorded.event.amount == 5:
            raise KeyError("five")
        return super().touches(recorded) * (2 if recorded.event.amount == 4 else 1)


def entry(nid: int, stream: str, version: int, amount: int) -> Entry:
    event = Unheard(amount=amount) if amount == 3 else Counted(amount=amount)
    own = UUID(int=nid)
    data = canonical(event)
    place = (0, nid, stream, version, own, event.TYPE, 1, data, own, own, nid)
    return Entry(*place, NOW, "somebody", own, None)


streams = st.lists(
    st.lists(st.sampled_from([0, 1, 2, 3, 4, 5, 666]), min_size=1, max_size=6), max_size=4
)


@given(amounts=streams, control=st.booleans())
def test_streams_come_to_what_a_batch_of_them_comes_to(
    *, amounts: list[list[int]], control: bool
) -> None:
    names = [f"{'control' if control and not n else 'counter'}-{n}" for n in range(len(amounts))]
    entries = [
        entry(10 * n + version, name, version, amount)
        for n, (name, those) in enumerate(zip(names, amounts, strict=True))
        for version, amount in enumerate(those, 1)
    ]
    projections: list[AnyProjection] = [Totals(), Shy()]
    batch = Batch(NOWHERE, NOWHERE, entries=entries)
    Folding(projections, decode, set()).fold(batch, lambda asked: {table: {} for table in asked})

    rows, parked = fold_whole(entries, projections, decode)

    assert parked == batch.parked
    for projection in projections:
        of_batch = batch.rows.get(projection.table, {}).values()
        assert rows[projection.table] == [row for row in of_batch if row is not None]


def test_a_row_that_two_streams_write_is_written_twice_and_so_found_out() -> None:
    """Its key cannot be made then, and the table is filled in the order of the log instead."""
    entries = [entry(1, "counter-1", 1, 7), entry(2, "counter-2", 1, 8)]

    rows, _ = fold_whole(entries, [Shared()], decode)

    assert [row.amount for row in rows[Totals.table]] == [7, 8]
