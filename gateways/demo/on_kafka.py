"""The demonstration with its log in Kafka: a broker in its folder, and where it is to be found."""

from pathlib import Path
from typing import Final

from gateways.cli.output import NotUnderstoodError
from gateways.demo.days import Progress
from gateways.kafka.broker.cluster import Cluster
from gateways.kafka.topic import create, is_there
from gateways.settings import CHECKOUT, FILE, Kafka, Settings
from gateways.stores import access_of

FOLDER: Final = "kafka"
JARS: Final = CHECKOUT / ".kravspor"


def settings_on_kafka(data: Path) -> Settings:
    """The settings of a house in `data` whose broker is up, and whose topic is made.

    They are left in the folder too, for the commands that look at it afterwards; and so is
    the broker, until `kravspor kafka down`.
    Raises BrokerError when there can be no broker.
    """
    cluster = Cluster.up(data / FOLDER, JARS)
    kafka = Kafka(servers=cluster.bootstrap)
    settings = Settings(data=data, kafka=kafka)
    access = access_of(settings)
    if not is_there(access):
        create(access, development=True)
    (data / FILE).write_text(f'[kafka]\nservers = "{cluster.bootstrap}"\n', encoding="utf-8")
    return settings


def begun_on_kafka(data: Path) -> bool:
    """Whether the demonstration in this folder has a broker of its own."""
    return Cluster.opened(data / FOLDER) is not None


def refuse_other_log(data: Path, *, kafka: bool) -> None:
    """A demonstration goes on with the log it was begun with."""
    if kafka and not begun_on_kafka(data) and Progress.read(data) is not None:
        raise NotUnderstoodError(
            f"the demonstration in {data} was begun without Kafka: --fresh begins another"
        )


def stop(data: Path) -> None:
    """Stop the broker in the folder, if there is one."""
    cluster = Cluster.opened(data / FOLDER)
    if cluster is not None:
        cluster.down()
