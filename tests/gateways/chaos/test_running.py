"""A short simulation on the journal as it is, and every mistake caught."""

from collections.abc import Sequence

import pytest

from gateways.chaos.agency import MISTAKES
from gateways.chaos.mutants import MUTANTS
from gateways.chaos.running import Kind, fewer, replayed, run

SEED = 2026
NEVER_LATE = False


@pytest.mark.parametrize("seed", [1, SEED])
def test_the_journal_holds_through_thousands_of_misfortunes(seed: int) -> None:
    ran = run(seed, 12_000)

    assert ran.violations == []
    assert ran.steps == 12_000
    assert ran.outcomes["ok"] > 500
    assert ran.outcomes["conflict"] > 200
    for fault in (
        "append lost before it was done",
        "answer lost after append",
        "apply not possible",
        "answer lost after apply",
        "crash before apply",
        "interrupted",
        "ghost",
        "record delivered again",
        "same bytes sent again",
        "writer paused",
        "writer abandoned",
        "leader changed",
        "key destroyed",
    ):
        assert ran.faults[fault], fault


def test_the_sagas_hold_through_hundreds_of_misfortunes() -> None:
    ran = run(SEED, 2_400, Kind(sagas=True))

    assert ran.violations == []
    assert ran.outcomes["committed"] > 100
    assert ran.faults["clock jumped over midnight"] > 10


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_rule_is_caught(name: str) -> None:
    ran = run(SEED, 100_000, Kind(MUTANTS[name]), shrinks=False)

    assert ran.violations, MUTANTS[name].meaning


@pytest.mark.parametrize("name", MISTAKES)
def test_a_worker_that_makes_a_mistake_is_caught(name: str) -> None:
    ran = run(SEED, 100_000, Kind(sagas=True, mistake=name), shrinks=False)

    assert ran.violations, MISTAKES[name]


def test_the_same_seed_is_the_same_run() -> None:
    first, again = run(7, 3_000), run(7, 3_000)

    assert (first.outcomes, first.faults, first.records) == (
        again.outcomes,
        again.faults,
        again.records,
    )


def test_another_seed_is_another_run() -> None:
    assert run(7, 2_000).faults != run(8, 2_000).faults


def test_the_shortest_history_still_breaks_and_can_be_played_again() -> None:
    kind = Kind(MUTANTS["timeout-is-failure"])
    found = run(SEED, 4_000, kind).shortest

    assert found is not None
    assert len(found.steps) < 100
    again = replayed(SEED, found.world, found.steps, kind)
    assert again.violations == found.violations
    assert again.history == found.history != []
    assert replayed(SEED, found.world, found.steps, Kind()).violations == []


def test_what_is_left_out_is_all_that_can_be() -> None:
    def breaks(steps: Sequence[int]) -> bool:
        return {3, 40, 77} <= set(steps)

    assert fewer(list(range(100)), breaks, lambda: NEVER_LATE) == [3, 40, 77]


def test_a_shrinking_that_is_late_gives_what_it_has() -> None:
    assert fewer(list(range(100)), lambda steps: 40 in steps, lambda: True) == list(range(41))


# The last record of a log may come back at the same offset after a loss, for writers send
# the same bytes again; a stream taken up again must be read again by everybody else.
@pytest.mark.parametrize(
    ("seed", "world", "steps", "kind"),
    [
        (
            1,
            198,
            [473, 475, 476, 480, 481, 496, 709, 711, 712, 715, 716, 792, 801, 804],
            Kind(),
        ),
        (0, 13, range(4_000), Kind()),
        (7, 47, range(4_000), Kind()),
        (1, 21, range(600), Kind(sagas=True)),
    ],
    ids=["lost and grown alike", "why it is void", "taken up again", "report refused"],
)
def test_a_world_that_once_broke_stays_whole(
    seed: int, world: int, steps: Sequence[int], kind: Kind
) -> None:
    assert replayed(seed, world, steps, kind).violations == []
