"""Asks a cluster which of its nodes are there; a port that is open tells too little."""

import socket
from collections.abc import Sequence
from contextlib import closing, suppress
from typing import Final

from gateways.kafka.library import KafkaError, administration

ASK_MS: Final = 3000
KNOCK_SECONDS: Final = 0.5


def nodes_seen(server: str) -> Sequence[int]:
    """The numbers of the nodes that serve, as the node at that address knows them.

    None when it does not answer. Another node may know it still when it has just been killed.
    """
    if not _is_open(server):
        return []
    settings = {
        "bootstrap_servers": [server],
        "bootstrap_timeout_ms": ASK_MS,
        "request_timeout_ms": ASK_MS,
    }
    with suppress(KafkaError, OSError), closing(administration(settings)) as asked:
        brokers = asked.describe_cluster()["brokers"]
        return [each["broker_id"] for each in brokers if not each.get("is_fenced")]
    return []


def _is_open(server: str) -> bool:
    host, _, port = server.rpartition(":")
    with suppress(OSError), socket.create_connection((host, int(port)), KNOCK_SECONDS):
        return True
    return False
