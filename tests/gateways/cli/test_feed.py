"""The reader on docs/feed.md runs as it stands there, and takes each event once."""

import os
import re
import signal
import subprocess
import sys
from collections import Counter
from uuid import uuid4

import psycopg
import pytest

from engine.journal.shards import in_use
from gateways.cli.opening import opened
from gateways.settings import CHECKOUT
from tests.gateways.cli.house import TODAY, House
from tests.gateways.cli.test_workers import until
from tests.gateways.desk.world import row

pytestmark = [pytest.mark.kafka, pytest.mark.postgres]

PAGE = (CHECKOUT / "docs" / "feed.md").read_text(encoding="utf-8")
(READER,) = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def topic() -> str:
    return f"feed-{uuid4()}"


def read(topic: str, servers: str) -> list[tuple[str, str, dict[str, object]]]:
    """What the page's reader takes, from the first record on."""
    taken: list[tuple[str, str, dict[str, object]]] = []
    names = {
        "topic": topic,
        "servers": servers,
        "group": f"reader-{uuid4()}",
        "take": lambda *told: taken.append(told),
    }
    exec(compile(READER, "docs/feed.md", "exec"), names)  # noqa: S102 - our own page
    return taken


def standing() -> Counter[str]:
    """How many events stand in each stream."""
    with opened(today=TODAY) as office:
        index = office.store.index
        return Counter(
            entry.stream
            for shard in in_use(index)
            for entry in index.entries(shard, 0, 10_000)
            if not entry.stream.startswith("control-")
        )


def test_the_reader_takes_each_event_once_though_some_are_told_again(
    house: House, database: str, kafka_servers: str, topic: str
) -> None:
    publish = ("feed", "--once", "--topic", topic, "--servers", kafka_servers)
    house.run("shards", "open", "1")
    house.run("import", house.file(row("1001"), row("1002", name="Kari Hansen")))
    first = house.json(*publish, "--create", "--copies", "1", today=False)
    assert house.json(*publish, today=False)["published"] == 0
    with psycopg.connect(database, autocommit=True) as connection:  # stopped before it was noted
        connection.execute("UPDATE durable.feed SET nid = nid / 2")
    again = house.json(*publish, today=False)
    taken = read(topic, kafka_servers)

    assert first["published"] > again["published"] > 0
    assert Counter(stream for _, stream, _ in taken) == standing()
    assert {kind for kind, _, _ in taken} >= {"kravspor.case.registered", "kravspor.claim.offered"}
    (debtor, _) = (told for kind, _, told in taken if kind == "kravspor.person.recorded")
    assert "name" not in debtor


def test_a_topic_that_is_not_there_is_told_with_what_helps(
    house: House, kafka_servers: str, topic: str
) -> None:
    code, told = house.run(
        "feed", "--once", "--topic", topic, "--servers", kafka_servers, today=False
    )
    assert code == 3
    assert "--create" in told


def test_more_copies_than_there_are_brokers_are_told_with_what_helps(
    house: House, kafka_servers: str, topic: str
) -> None:
    more = ("--create", "--copies", "9")
    code, told = house.run(
        "feed", "--once", "--topic", topic, "--servers", kafka_servers, *more, today=False
    )
    assert code == 3
    assert re.fullmatch(
        r"kravspor: the cluster has \d broker\(s\), and 9 copies of a topic need as many: "
        r"add brokers, or ask for fewer with --copies\n",
        told,
    ), told


def test_a_cluster_that_is_not_there_is_told(house: House) -> None:
    code, told = house.run("feed", "--once", "--servers", "127.0.0.1:9", today=False)
    assert (code, "127.0.0.1:9" in told) == (3, True)


def test_what_comes_is_told_until_it_is_stopped(
    house: House, database: str, kafka_servers: str, topic: str
) -> None:
    words = ("feed", "--topic", topic, "--servers", kafka_servers, "--create", "--copies", "1")
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "gateways.cli", *words],
        cwd=CHECKOUT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    ) as feeding:
        assert feeding.stdout is not None
        assert feeding.stdout.readline().startswith(f"publishing to {topic}")
        house.run("import", house.file(row("1001")))
        until(lambda: published(database) == standing().total())
        feeding.send_signal(signal.SIGTERM)
        rest = feeding.stdout.read()
    assert (feeding.returncode, rest) == (0, f"published {standing().total()} events\n")


def published(dsn: str) -> int:
    """How far the feed has come in the first shard."""
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT max(nid) FROM durable.feed WHERE shard = 0").fetchone()
    return 0 if row is None or row[0] is None else int(row[0])
