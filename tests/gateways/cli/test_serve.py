"""`kravspor serve`, as a process of its own."""

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from gateways.settings import CHECKOUT
from tests.gateways.cli.house import House

pytestmark = pytest.mark.postgres


@contextmanager
def serving() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A `serve` on a free port, and its address."""
    command = [sys.executable, "-m", "gateways.cli", "serve", "--port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found is not None
        try:
            yield process, found[0].removesuffix("/v1;")
        finally:
            process.kill()


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
