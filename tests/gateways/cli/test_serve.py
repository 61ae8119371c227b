"""`kravspor serve`, as a process of its own."""

import signal

import httpx
import pytest

from tests.gateways.cli.house import House
from tests.gateways.cli.serving import serving

pytestmark = pytest.mark.postgres


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
