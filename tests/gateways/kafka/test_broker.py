"""A Kafka of our own: what it needs, what it refuses, and that it is really there."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from gateways.kafka.broker import java
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.broker.errors import BrokerError, NotInstalledError
from gateways.kafka.broker.jars import jars_in, sums
from gateways.kafka.broker.readiness import nodes_seen
from tests.conftest import JARS


def program(folder: Path, name: str, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with neither Java nor Maven, and a folder on its path to put programs in."""
    monkeypatch.delenv("JAVA_HOME", raising=False)
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("mkdir", "sed"):
        (tools / name).symlink_to(shutil.which(name) or name)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{tools}")
    monkeypatch.setattr(java, "find_spec", lambda _name: None)
    return tmp_path


def test_a_java_that_is_too_old_is_not_used_and_the_message_tells_its_version(bare: Path) -> None:
    program(bare / "bin", "java", "echo 'openjdk version \"11.0.2\" 2019' >&2")

    with pytest.raises(NotInstalledError, match=r"Java 17 or newer, and here is Java 11 \(.*java"):
        java.find_java()


def test_a_new_java_is_used_though_java_home_names_an_old_one(
    bare: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(bare / "old" / "bin", "java", "echo 'java version \"1.8.0_31\"' >&2")
    program(bare / "bin", "java", "echo 'openjdk version \"25.0.2\"' >&2")
    monkeypatch.setenv("JAVA_HOME", str(bare / "old"))

    assert java.find_java() == bare / "bin" / "java"


def test_without_maven_the_message_tells_both_ways_out(bare: Path) -> None:
    with pytest.raises(NotInstalledError, match=r"apt install maven.*KRAVSPOR_KAFKA"):
        jars_in(bare)


def test_what_maven_says_when_it_fails_is_told(bare: Path) -> None:
    program(bare / "bin", "mvn", "echo '[ERROR] no such repository'; exit 1")

    with pytest.raises(NotInstalledError, match="no such repository"):
        jars_in(bare)


def test_a_jar_of_other_bytes_than_its_sum_says_is_never_used(bare: Path) -> None:
    last = '$(echo "$@" | sed "s/.*-DoutputDirectory=//; s/ .*//")'
    program(bare / "bin", "mvn", f"mkdir -p {last}; echo evil > {last}/kafka_2.13-4.3.1.jar")

    with pytest.raises(NotInstalledError, match=r"not those of jars\.sha256 \(.*none of them"):
        jars_in(bare)
    assert not (bare / "kafka-4.3.1").exists()


@pytest.mark.kafka
def test_jars_that_are_whole_are_used_without_asking_maven(kafka_servers: str, bare: Path) -> None:
    del kafka_servers
    folder = jars_in(JARS)

    assert {path.name for path in folder.glob("*.jar")} == set(sums())
    assert not (bare / "bin").exists()


@pytest.mark.kafka
def test_three_nodes_and_a_single_one_run_side_by_side(
    kafka_servers: str, three_brokers: Cluster
) -> None:
    assert len(nodes_seen(kafka_servers.split(",", 1)[0])) >= 1
    assert sorted(nodes_seen(three_brokers.bootstrap.split(",", 1)[0])) == [1, 2, 3]
    assert three_brokers.bootstrap != kafka_servers


@pytest.mark.kafka
def test_whoever_opens_the_folder_finds_the_same_cluster(three_brokers: Cluster) -> None:
    found = Cluster.opened(three_brokers.home)
    again = Cluster.up(three_brokers.home, JARS, nodes=3)

    assert found is not None
    assert found.status() == three_brokers.status() == again.status()
    with pytest.raises(BrokerError, match=r"has 3 node\(s\)"):
        Cluster.up(three_brokers.home, JARS, nodes=1)


@pytest.mark.kafka
def test_a_node_that_was_killed_comes_back_and_the_others_know(three_brokers: Cluster) -> None:
    node = three_brokers.node(2)
    node.kill()
    assert [each.running for each in three_brokers.status()] == [True, False, True]

    node.start()
    three_brokers.wait()
    for server in three_brokers.bootstrap.split(","):
        assert sorted(nodes_seen(server)) == [1, 2, 3]


@pytest.mark.kafka
def test_a_port_that_is_taken_is_told_before_anything_starts(
    kafka_servers: str, tmp_path: Path
) -> None:
    del kafka_servers
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(BrokerError, match=f"port {port} is taken"):
            Cluster.up(tmp_path / "kafka", JARS, port=port)

    assert Cluster.opened(tmp_path / "kafka") is None


@pytest.mark.kafka
def test_a_node_that_cannot_start_tells_why(kafka_servers: str, tmp_path: Path) -> None:
    del kafka_servers
    with pytest.raises(BrokerError, match=r"num\.io\.threads"):
        Cluster.up(tmp_path / "kafka", JARS, more={"num.io.threads": "0"})
