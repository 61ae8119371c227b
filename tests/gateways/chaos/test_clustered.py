"""The journal on a real cluster that is struck: nothing is lost, and a broken rule is seen."""

from pathlib import Path

import pytest

from gateways.chaos.clustered.disks import may_mount
from gateways.chaos.clustered.running import Asked, run
from gateways.kafka.broker.cluster import Cluster
from tests.conftest import JARS

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

SEED = 21
STRUCK_BY = (
    "the leader's broker cut off from the others, shorter than its session",
    *(("the disk of the leader's broker full", "PostgreSQL's disk full") if may_mount() else ()),
    "clocks jump an hour, forwards and backwards",
    "a worker alone cut off from PostgreSQL",
)


@pytest.fixture
def folders(kafka_servers: str, tmp_path: Path) -> tuple[Path, Path]:
    """A folder for a run; where there is no Java or Maven the test does not run, and says so."""
    del kafka_servers
    return tmp_path / "run", JARS


def test_a_cluster_that_is_struck_loses_nothing_and_a_log_that_lost_something_halts(
    folders: tuple[Path, Path],
) -> None:
    ran = run(folders, Asked(minutes=0.2, seed=SEED, only=STRUCK_BY), tick=_silent)

    assert ran.violations == []
    assert ran.unresolved == 0
    assert ran.outcomes["ok"] > 0
    assert set(STRUCK_BY) <= ran.faults.keys()
    assert bool(ran.left_out) is not may_mount()
    assert [act.wrong for act in ran.acts] == [[], [], []]
    cluster = Cluster.opened(folders[0] / "kafka")
    assert cluster is not None
    assert not any(node.running for node in cluster.status()), "it cleans up behind itself"


def test_a_writer_that_takes_an_acknowledgement_for_success_is_caught(
    folders: tuple[Path, Path],
) -> None:
    mutant = "acknowledgement-is-success"
    ran = (
        run(
            (folders[0] / str(seed), folders[1]),
            Asked(minutes=0.1, seed=seed, mutant=mutant),
            _silent,
        )
        for seed in range(1, 6)  # a busy machine may do too little in one of them
    )

    assert any(found.startswith("1: ") for each in ran for found in each.violations)


def _silent(_: object) -> None:
    """Nobody watches."""
