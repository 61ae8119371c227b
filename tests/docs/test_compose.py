"""The production layout in docs/compose.yaml: each process of ours starts as it stands there."""

# No container is run. What services are told is given to processes, against brokers and a
# PostgreSQL of this machine; only addresses, the data folder and the port are others.

import itertools
import os
import shlex
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from kafka.admin import ConfigResource, ConfigResourceType
from psycopg.conninfo import conninfo_to_dict
from ruamel.yaml import YAML

from gateways.cli.app import COMMANDS
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.library import administration
from gateways.postgres.binaries import find_binaries
from gateways.settings import CHECKOUT, Settings

LAYOUT = YAML(typ="safe").load((CHECKOUT / "docs" / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, Any] = LAYOUT["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
BROKERS = {name: service for name, service in SERVICES.items() if name.startswith("kafka-")}
DATABASES = {name: service for name, service in SERVICES.items() if "healthcheck" in service}
OF_THE_IMAGE = {"CLUSTER_ID"}  # all others are settings of Kafka's own, named in capitals
TELLS = {"work": "working, a round", "serve": "serving at", "feed": "publishing to inkasso.feed"}


def test_every_service_is_ours_a_broker_or_a_database() -> None:
    assert len(SERVICES) == len(OURS) + len(BROKERS) + len(DATABASES)
    assert set(OURS) == {"log-create", *TELLS}


def test_every_setting_in_it_is_one() -> None:
    known = set(Settings.model_fields) | {
        f"{group}_{name}"
        for group, about in Settings.model_fields.items()
        for name in getattr(about.annotation, "model_fields", ())
    }
    for service in OURS.values():
        names = {name.removeprefix("KRAVSPOR_").lower() for name in service["environment"]}
        assert names
        assert names <= known


def test_every_command_in_it_is_one() -> None:
    told = [service["command"][0] for service in OURS.values() if service["command"]]
    built = [service["build"]["dockerfile_inline"] for service in OURS.values()]
    written = [*shlex.split(OURS["log-create"]["entrypoint"][2]), *" ".join(built).split()]
    told += [after for each, after in itertools.pairwise(written) if each == "./kravspor"]

    assert {"work", "serve", "feed", "log", "config"} == set(told)
    assert set(told) <= COMMANDS.keys()


def test_the_log_is_on_three_brokers_and_safe_on_two() -> None:
    brokers = [service["environment"] for service in BROKERS.values()]

    assert len({broker["KAFKA_NODE_ID"] for broker in brokers}) == 3
    assert {broker["KAFKA_DEFAULT_REPLICATION_FACTOR"] for broker in brokers} == {3}
    assert {broker["KAFKA_MIN_INSYNC_REPLICAS"] for broker in brokers} == {2}


def test_what_one_waits_for_is_there_and_can_be_waited_for() -> None:
    for service in SERVICES.values():
        for name, how in service.get("depends_on", {}).items():
            assert how["condition"] != "service_healthy" or "healthcheck" in SERVICES[name]


def test_addresses_are_those_of_its_own_services_as_these_are_set_up() -> None:
    for service in OURS.values():
        told = service["environment"]
        for name in ("KRAVSPOR_DATABASE", "KRAVSPOR_KEYS_DATABASE"):
            address = conninfo_to_dict(told[name])
            database = SERVICES[address["host"]]["environment"]
            assert {name: address[name] for name in ("user", "password", "dbname")} == {
                "user": database["POSTGRES_USER"],
                "password": database["POSTGRES_PASSWORD"],
                "dbname": database["POSTGRES_DB"],
            }
        assert set(told["KRAVSPOR_KAFKA_SERVERS"].split(",")) == {
            broker["environment"]["KAFKA_ADVERTISED_LISTENERS"].removeprefix("PLAINTEXT://")
            for broker in BROKERS.values()
        }


@pytest.mark.kafka
def test_what_brokers_are_told_are_settings_of_kafka(three_brokers: Cluster) -> None:
    told = {"bootstrap_servers": three_brokers.bootstrap.split(",")}
    with closing(administration(told)) as admin:
        asked = ConfigResource(ConfigResourceType.BROKER, "1")
        known = admin.describe_configs([asked], config_filter="all")["broker"]["1"]
    for broker in BROKERS.values():
        names = broker["environment"].keys() - OF_THE_IMAGE
        assert {name.removeprefix("KAFKA_").replace("_", ".").lower() for name in names} <= (
            known.keys()
        )


@pytest.mark.postgres
def test_the_healthcheck_of_a_database_succeeds_where_one_runs(postgres_server: str) -> None:
    at = conninfo_to_dict(postgres_server)
    environment = {"PGHOST": str(at["host"]), "PGPORT": str(at.get("port", 5432))}
    for database in DATABASES.values():
        kind, program, *options = database["healthcheck"]["test"]
        found = shutil.which(program) or str(find_binaries() / program)
        done = subprocess.run(  # noqa: S603 - as it stands in the page
            [found, *options], env={**os.environ, **environment}, check=False, capture_output=True
        )
        assert (kind, done.returncode) == ("CMD", 0)


@pytest.mark.kafka
@pytest.mark.postgres
def test_each_of_our_processes_starts_as_written_and_ends_when_told(
    three_brokers: Cluster, database: str, keys_database: str, tmp_path: Path
) -> None:
    others = {
        "KRAVSPOR_DATA": str(tmp_path),
        "KRAVSPOR_DATABASE": database,
        "KRAVSPOR_KEYS_DATABASE": keys_database,
        "KRAVSPOR_KAFKA_SERVERS": three_brokers.bootstrap,
    }
    made = OURS["log-create"]
    with closing(
        administration({"bootstrap_servers": three_brokers.bootstrap.split(",")})
    ) as admin:
        try:
            with started(made["entrypoint"], made, others) as process:
                assert process.wait() == 0, process.stderr.read()
            for name, told in TELLS.items():
                service = OURS[name]
                words = ["./kravspor", *service["command"]]
                with started(_on_this_machine(words), service, others) as process:
                    line = process.stdout.readline()
                    assert told in line, process.stderr.read()
                    if name == "serve":
                        address = line.split()[2].removesuffix("/v1;")
                        with urlopen(f"{address}/readyz") as answer:  # noqa: S310 - ours
                            assert answer.status == 200
                    process.send_signal(signal.SIGTERM)
                    assert process.wait() == 0, process.stderr.read()
        finally:
            admin.delete_topics(["inkasso.events", "inkasso.feed"])


def _on_this_machine(words: Sequence[str]) -> list[str]:
    """On loopback, and a port that is free."""
    return [{"0.0.0.0": "127.0.0.1", "8080": "0"}.get(word, word) for word in words]  # noqa: S104 - taken away


@contextmanager
def started(
    words: Sequence[str], service: Mapping[str, Any], others: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    """The process of a service, with the environment as it is given there but for `others`."""
    told = {name: str(value) for name, value in service["environment"].items()}
    bare = {name: value for name, value in os.environ.items() if "KRAVSPOR" not in name}
    with subprocess.Popen(  # noqa: S603 - as it stands in the page
        list(words),
        cwd=CHECKOUT,
        env={**bare, **told, **others},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
