"""`kravspor serve`, as a process of its own."""

import os
import signal
import socket
import sys
import time
from pathlib import Path

import httpx
import pytest

from gateways.cli.opening import begin, opened
from tests.gateways.cli.house import House
from tests.gateways.cli.serving import serving
from tests.gateways.http.world import secret_of

pytestmark = pytest.mark.postgres


def test_an_embedded_database_that_was_killed_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("KRAVSPOR_DATABASE", "KRAVSPOR_KEYS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path))
    begin()
    with opened() as office:
        secret = secret_of(office, "auditor")
    headers = {"Authorization": f"Bearer {secret}"}
    with serving() as (process, address), httpx.Client(base_url=address, timeout=60) as client:
        assert client.get("/v1/me", headers=headers).status_code == 200
        pid_file = tmp_path / "pg" / "cluster" / "postmaster.pid"
        killed = pid_file.read_text()
        os.kill(int(killed.splitlines()[0]), signal.SIGKILL)
        deadline = time.monotonic() + 60
        while (
            not pid_file.exists()
            or pid_file.read_text() == killed
            or client.get("/v1/me", headers=headers).status_code != 200
        ):
            assert time.monotonic() < deadline, "it never came back"
            time.sleep(0.1)
        if sys.platform == "linux":  # it keeps its own threads to one core, and no others
            server = int(pid_file.read_text().splitlines()[0])
            assert len(os.sched_getaffinity(process.pid)) == 1
            assert os.sched_getaffinity(server) == os.sched_getaffinity(0)
        process.send_signal(signal.SIGTERM)
        told, logged = process.communicate(timeout=60)
    assert process.returncode == 0, told + logged
    assert [line for line in logged.splitlines() if not line.startswith("{")] == []
    assert not pid_file.exists()


def test_an_address_that_somebody_else_has_is_told_with_what_to_do(house: House) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, told = house.run("serve", "--port", port, today=False)
    assert code == 2
    assert told == (
        f"kravspor: 127.0.0.1:{port} cannot be had (Address already in use): another --port, "
        "or 0 for one that is free\n"
    )


def test_a_key_opens_the_served_api_and_sigterm_ends_it_gracefully(house: House) -> None:
    made = house.json("key", "add", "Revisor", "--role", "auditor", today=False)
    with serving() as (process, address):
        headers = {"Authorization": f"Bearer {made['secret']}"}
        answer = httpx.get(f"{address}/v1/me", headers=headers)
        process.send_signal(signal.SIGTERM)
        told, logged = process.communicate(timeout=30)

    assert answer.json()["role"] == "auditor"
    assert process.returncode == 0
    assert "stopped" in told
    assert "http.served" in logged
    assert made["secret"] not in logged
