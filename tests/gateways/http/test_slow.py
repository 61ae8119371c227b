"""Clients that dawdle or leave, against a real server: they hold nothing up and change nothing."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Thread

import pytest

from gateways.http import serving
from gateways.http.app import create_app
from gateways.http.limits import Limits
from gateways.http.serving import listening, server_of
from tests.gateways.desk.world import World
from tests.gateways.http.world import ApiWorld, api_world

LIMITS = Limits(per_second=1e6, burst=1_000_000, body_seconds=0.3)


@dataclass
class Served:
    api: ApiWorld
    port: int

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=20)

    def head(self, length: int) -> bytes:
        """The head of a command whose body is to be so long."""
        lines = [
            f"POST /v1/cases/{self.api.case().case_id}/pause HTTP/1.1",
            "Host: localhost",
            f"Authorization: Bearer {self.api.secrets['creditor']}",
            "Idempotency-Key: a-slow-wish",
            "Content-Type: application/json",
            f"Content-Length: {length}",
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server on a free port, which waits for less long than in earnest."""
    monkeypatch.setattr(serving, "HEADER_SECONDS_MAX", 0.3)
    api = api_world(World())
    with listening("127.0.0.1", 0) as listener:
        server = server_of(create_app(api.office, limits=LIMITS))
        thread = Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(api, listener.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(20)


def said(client: socket.socket) -> bytes:
    """All that is answered until the connection is closed."""
    parts = []
    while part := client.recv(65536):
        parts.append(part)
    return b"".join(parts)


def test_a_body_that_does_not_come_is_told_so_and_nothing_is_done(served: Served) -> None:
    with served.connect() as client:
        client.sendall(served.head(100) + b'{"reason": "')
        told = said(client)

    assert b" 408 " in told.splitlines()[0]
    assert b"too_slow" in told
    assert not served.api.case().paused


def test_a_head_that_does_not_end_is_hung_up_on(served: Served) -> None:
    with served.connect() as client:
        client.sendall(b"GET /v1/me HTTP/1.1\r\nHost: local")
        assert said(client) == b""


def test_who_leaves_in_the_middle_has_changed_nothing_and_the_next_is_served(
    served: Served,
) -> None:
    end = served.api.world.end
    with served.connect() as client:
        client.sendall(served.head(100) + b'{"reason": "')
    with served.connect() as client:
        client.sendall(b"GET /v1/openapi.json HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        assert b" 200 " in said(client).splitlines()[0]
    assert served.api.world.end == end


def test_who_leaves_before_the_answer_has_its_wish_once_when_it_asks_again(
    served: Served,
) -> None:
    body = b'{"reason": "Kunden ringte"}'
    with served.connect() as client:
        client.sendall(served.head(len(body)) + body)
    key = {"Idempotency-Key": "a-slow-wish"}
    path = f"/v1/cases/{served.api.case().case_id}/pause"
    deadline = time.monotonic() + 20
    while not served.api.case().paused:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    told = served.api.post(path, {"reason": "Kunden ringte"}, headers=key).json()

    assert (told["outcome"], told["repeated"]) == ("done", True)


def test_a_head_that_is_too_long_or_malformed_is_refused(served: Served) -> None:
    for head in (b"GET / HTTP/1.1\r\nX: " + b"x" * (64 << 10), b"\x16\x03\x01\x00\r\n\r\n"):
        with served.connect() as client:
            client.sendall(head)
            assert b" 400 " in said(client).splitlines()[0]
