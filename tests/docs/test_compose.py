"""The production layout in docs/compose.yaml says nothing the engine would not understand."""

from ruamel.yaml import YAML

from gateways.cli.app import COMMANDS
from gateways.settings import CHECKOUT, Settings

LAYOUT = YAML(typ="safe").load((CHECKOUT / "docs" / "compose.yaml").read_text("utf-8"))
SERVICES = LAYOUT["services"]


def test_every_setting_in_it_is_one() -> None:
    known = set(Settings.model_fields) | {
        f"{group}_{name}"
        for group, about in Settings.model_fields.items()
        for name in getattr(about.annotation, "model_fields", ())
    }
    told = {
        name.removeprefix("KRAVSPOR_").lower()
        for service in SERVICES.values()
        for name in service.get("environment", ())
        if name.startswith("KRAVSPOR_")
    }

    assert told
    assert told <= known


def test_every_command_in_it_is_one() -> None:
    ours = [service for service in SERVICES.values() if "build" in service]

    assert {service["command"][0] for service in ours if service["command"]} <= COMMANDS.keys()


def test_the_log_is_on_three_brokers_and_safe_on_two() -> None:
    brokers = [service["environment"] for name, service in SERVICES.items() if "kafka-" in name]

    assert len({broker["KAFKA_NODE_ID"] for broker in brokers}) == 3
    assert {broker["KAFKA_DEFAULT_REPLICATION_FACTOR"] for broker in brokers} == {3}
    assert {broker["KAFKA_MIN_INSYNC_REPLICAS"] for broker in brokers} == {2}


def test_what_one_waits_for_is_there() -> None:
    for service in SERVICES.values():
        assert set(service.get("depends_on", ())) <= SERVICES.keys()
