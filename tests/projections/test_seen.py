"""What takes less memory than a set tells the same as one."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.seen import Commands, Ids

few = st.integers(0, 3).map(lambda number: UUID(int=number))
pairs = st.tuples(st.sampled_from(["case-1", "case-2", "case-3"]), few)


@given(st.lists(few), st.lists(few))
def test_ids_are_told_as_by_a_set(added: list[UUID], asked: list[UUID]) -> None:
    ids = Ids()
    ids.update(added)

    assert [each in ids for each in asked] == [each in set(added) for each in asked]
    ids.clear()
    assert not any(each in ids for each in added)


@given(st.lists(st.lists(pairs, max_size=3)), st.lists(pairs))
def test_a_command_is_told_on_each_of_its_streams_and_on_no_other(
    added: list[list[tuple[str, UUID]]], asked: list[tuple[str, UUID]]
) -> None:
    commands = Commands()
    for some in added:
        commands.update(some)

    there = {pair for some in added for pair in some}
    assert [pair in commands for pair in asked] == [pair in there for pair in asked]
    commands.clear()
    assert not any(pair in commands for pair in there)
