"""A cluster of one or three brokers in a folder, on loopback, kept by nobody but KRaft."""

import fcntl
import json
import secrets
import socket
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Self

from gateways.kafka.broker.errors import BrokerError
from gateways.kafka.broker.jars import jars_in
from gateways.kafka.broker.java import find_java
from gateways.kafka.broker.node import Node, formatted
from gateways.kafka.broker.readiness import nodes_seen

HOST: Final = "127.0.0.1"
START_SECONDS: Final = 90
FIRST_PORT, LAST_PORT = 20_000, 32_000  # below those the system gives to outgoing connections
CONTROLLERS_ABOVE: Final = 100  # a chosen port 19091 has its controller at 19191
SIZES: Final = (1, 3)

# The log's own settings stand on its topic; these are of a small cluster on one machine.
SETTINGS: Final = """\
process.roles=broker,controller
node.id={node}
controller.quorum.voters={voters}
listeners=CLIENT://{host}:{port},CONTROLLER://{host}:{controller_port}
advertised.listeners=CLIENT://{host}:{port}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
num.partitions=1
default.replication.factor={replicas}
min.insync.replicas={in_sync}
offsets.topic.num.partitions=1
offsets.topic.replication.factor={replicas}
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor={replicas}
transaction.state.log.min.isr={in_sync}
share.coordinator.state.topic.num.partitions=1
share.coordinator.state.topic.replication.factor={replicas}
share.coordinator.state.topic.min.isr={in_sync}
group.initial.rebalance.delay.ms=0
unclean.leader.election.enable=false
log.cleaner.dedupe.buffer.size=8388608
num.network.threads=2
num.io.threads=2
background.threads=2
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
"""
# A broker that dies is missed within seconds, not within half a minute.
FAILING_OVER: Final = """\
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
replica.lag.time.max.ms=4000
"""


@dataclass(frozen=True)
class Plan:
    """What a cluster was made as, kept in its folder: its id, and two ports a node."""

    cluster_id: str
    ports: tuple[int, ...]
    controller_ports: tuple[int, ...]
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many nodes it has."""
        return len(self.ports)

    @property
    def bootstrap(self) -> str:
        """The addresses a client begins with."""
        return ",".join(f"{HOST}:{port}" for port in self.ports)


@dataclass(frozen=True)
class NodeStatus:
    """How one broker stands: its address, and its process when it runs."""

    node: int
    address: str
    pid: int | None
    running: bool


class Cluster:
    """The brokers in a folder; whoever opens the folder has the same cluster."""

    def __init__(self, home: Path, plan: Plan, nodes: tuple[Node, ...]) -> None:
        self.home = home
        self.plan = plan
        self.nodes = nodes

    @classmethod
    def opened(cls, home: Path) -> Self | None:
        """The cluster that was made in `home`; None when there is none. No Java is asked for."""
        plan = _kept(home.absolute())
        return None if plan is None else cls._of(home.absolute(), plan, Path("java"), Path("jars"))

    @classmethod
    def up(
        cls,
        home: Path,
        jars_home: Path,
        *,
        nodes: int = 1,
        port: int | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Self:
        """The cluster in `home`, made when missing, with every node up and ready.

        `jars_home` is where the jars are kept; `more` are settings of Kafka's own for a new
        cluster. Raises BrokerError, or NotInstalledError when Java or Maven is missing.
        """
        cluster = cls.made(home, jars_home, nodes=nodes, port=port, more=more)
        cluster.begin()
        return cluster

    @classmethod
    def made(
        cls,
        home: Path,
        jars_home: Path,
        *,
        nodes: int = 1,
        port: int | None = None,
        more: Mapping[str, str] | None = None,
    ) -> Self:
        """The cluster in `home`, made when missing, as `up` has it; no node is started yet."""
        home = home.absolute()
        java, jars = find_java(), jars_in(jars_home.absolute())
        home.mkdir(parents=True, exist_ok=True)
        with _alone(home):
            plan = _kept(home) or _planned(home, nodes, port, more or {})
            if plan.size != nodes or port not in (None, plan.ports[0]):
                raise BrokerError(
                    f"the cluster in {home} has {plan.size} node(s) from port {plan.ports[0]} on: "
                    "give the same, or another data folder"
                )
            cluster = cls._of(home, plan, java, jars)
            cluster._made()  # noqa: SLF001 - our own class
        return cluster

    def begin(self) -> None:
        """Start every node that does not run, and wait until all are ready.

        Raises BrokerError when one of them does not come up.
        """
        with _alone(self.home):
            for node in self.nodes:
                node.start()
            self.wait()

    @property
    def bootstrap(self) -> str:
        """The addresses a client begins with."""
        return self.plan.bootstrap

    def node(self, number: int) -> Node:
        """The node of that number, from 1."""
        return self.nodes[number - 1]

    def down(self) -> None:
        """Stop every node in good order; all at once, for one alone may wait for the others."""
        for node in self.nodes:
            node.resume()
        with _alone(self.home):
            _together(self.nodes)

    def status(self) -> list[NodeStatus]:
        """How each node stands."""
        return [
            NodeStatus(node.number, f"{HOST}:{port}", node.pid, node.pid is not None)
            for node, port in zip(self.nodes, self.plan.ports, strict=True)
        ]

    def wait(self, seconds: float = START_SECONDS) -> None:
        """Wait until every node that runs knows of every other.

        Raises BrokerError when one of them dies instead.
        """
        deadline = time.monotonic() + seconds
        started = [node for node in self.nodes if node.pid is not None]
        while not all(self._sees(node, started) for node in started):
            dead = next((node for node in started if node.pid is None), None)
            if dead is not None:
                raise BrokerError(
                    f"Kafka's node {dead.number} did not come up: {dead.last_words()} "
                    f"(see {dead.log})"
                )
            if time.monotonic() > deadline:
                raise BrokerError(
                    f"Kafka was not ready within {seconds:.0f} seconds (see {self.home})"
                )
            time.sleep(0.1)

    def _sees(self, node: Node, others: Sequence[Node]) -> bool:
        seen = nodes_seen(f"{HOST}:{self.plan.ports[node.number - 1]}")
        return {each.number for each in others} <= set(seen)

    @classmethod
    def _of(cls, home: Path, plan: Plan, java: Path, jars: Path) -> Self:
        numbers = range(1, plan.size + 1)
        return cls(home, plan, tuple(Node(n, home / f"n{n}", java, jars) for n in numbers))

    def _made(self) -> None:
        """Give each node its settings, and its data folder on the first time."""
        for node in self.nodes:
            node.home.mkdir(exist_ok=True)
            node.settings.write_text(_settings(self.plan, node), encoding="utf-8")
        fresh = [node for node in self.nodes if not (node.records / "meta.properties").exists()]
        making = [(node.format(self.plan.cluster_id), node) for node in fresh]
        for made, node in making:
            formatted(made, node)


def _settings(plan: Plan, node: Node) -> str:
    at = node.number - 1
    voters = ",".join(
        f"{number}@{HOST}:{port}" for number, port in enumerate(plan.controller_ports, 1)
    )
    text = SETTINGS.format(
        node=node.number,
        voters=voters,
        host=HOST,
        port=plan.ports[at],
        controller_port=plan.controller_ports[at],
        data=node.records,
        replicas=plan.size,
        in_sync=2 if plan.size > 1 else 1,
    )
    more = "".join(f"{name}={value}\n" for name, value in plan.more.items())
    return text + (FAILING_OVER if plan.size > 1 else "") + more


def _kept(home: Path) -> Plan | None:
    try:
        kept = json.loads((home / "cluster.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    kept["ports"], kept["controller_ports"] = (
        tuple(kept["ports"]),
        tuple(kept["controller_ports"]),
    )
    return Plan(**kept)


def _planned(home: Path, nodes: int, port: int | None, more: Mapping[str, str]) -> Plan:
    if nodes not in SIZES:
        raise BrokerError(f"a cluster here has 1 or 3 nodes, not {nodes}")
    # Kafka's own way to write a random id; it may not begin with a dash.
    cluster_id = "k" + urlsafe_b64encode(secrets.token_bytes(16)).decode()[1:22]
    if port is None:
        free = free_ports(2 * nodes)
        ports, controller_ports = free[:nodes], free[nodes:]
    else:
        ports = tuple(range(port, port + nodes))
        controller_ports = tuple(each + CONTROLLERS_ABOVE for each in ports)
        for each in (*ports, *controller_ports):
            if not _is_free(each):
                raise BrokerError(f"port {each} is taken: choose another, or leave --port out")
    plan = Plan(cluster_id, ports, controller_ports, dict(more))
    (home / "cluster.json").write_text(json.dumps(asdict(plan)), encoding="utf-8")
    return plan


def free_ports(count: int) -> tuple[int, ...]:
    """Ports that nobody listens on now, drawn by chance so that two who look find different."""
    found: set[int] = set()
    while len(found) < count:
        port = FIRST_PORT + secrets.randbelow(LAST_PORT - FIRST_PORT)
        if _is_free(port):
            found.add(port)
    return tuple(sorted(found))


def _is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET) as knock:
        knock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            knock.bind((HOST, port))
        except OSError:
            return False
        return True


def _together(nodes: tuple[Node, ...]) -> None:
    with ThreadPoolExecutor(len(nodes)) as threads:
        list(threads.map(Node.stop, nodes))


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Nobody else starts or stops the cluster of `home` meanwhile."""
    with (home / "start.lock").open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
