"""The map from names to shards: total, the same everywhere, and older names stay in the first."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from engine.journal.shards import (
    NUMBERS_APART,
    NUMBERS_END,
    SHARD_COUNT,
    Named,
    child_id,
    numbers_of,
    placed,
    shard_of_id,
    shard_of_number,
)
from engine.streams import case_id_of, case_stream, claim_id_of, payment_id_of

SHARDS = st.integers(0, SHARD_COUNT - 1)
PARENT = UUID("8a5c2f60-3b1d-5e52-9a0e-1f6f0c7d4b21")


@given(st.uuids(), SHARDS)
def test_an_id_carries_its_shard_and_so_does_all_that_is_made_from_it(
    made: UUID, shard: int
) -> None:
    parent = placed(uuid5(made, "creditor"), shard)
    children = [claim_id_of(parent, "1001"), case_id_of(parent, made), child_id(parent, "debtor")]

    assert {shard_of_id(each) for each in (parent, *children)} == {shard}
    assert len({parent, *children}) == 4
    assert [Named().shard_of(case_stream(each)) for each in children] == [shard] * 3


@given(st.uuids(version=5) | st.uuids(version=4) | st.uuids(version=1))
def test_every_id_there_was_before_is_in_the_first_shard_and_stays_as_it_was(made: UUID) -> None:
    assert shard_of_id(made) == 0
    assert placed(made, 0) == made
    assert child_id(made, "1001") == uuid5(made, "1001")


def test_the_ids_in_old_logs_are_the_ones_made_today() -> None:
    assert claim_id_of(PARENT, "1001") == uuid5(PARENT, "invoice 1001")
    assert case_id_of(PARENT, PARENT) == uuid5(PARENT, f"case {PARENT}")
    assert payment_id_of("00000012345678") == uuid5(PARENT, "payment 00000012345678")


@given(st.integers(1, NUMBERS_END - 1))
def test_every_creditor_number_belongs_to_one_shard(number: int) -> None:
    owners = [shard for shard in range(SHARD_COUNT) if number in numbers_of(shard)]

    assert owners == [shard_of_number(number)]


def test_the_shards_share_all_the_numbers_there_are() -> None:
    assert sum(len(numbers_of(shard)) for shard in range(SHARD_COUNT)) == NUMBERS_END - 1
    assert shard_of_number(NUMBERS_APART - 1) == 0
    assert shard_of_number(NUMBERS_APART) == 1
    assert shard_of_number(NUMBERS_END - 1) == SHARD_COUNT - 1


def test_a_stream_named_by_a_number_goes_with_its_commit() -> None:
    named = Named()

    assert named.shard_of("case_number-0010133605495") is None
    assert named.shard_of("creditor_number-68500") is None
    assert named.shard_of("control-7") == 7
