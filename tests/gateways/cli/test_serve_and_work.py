"""One process as the whole house: it answers, and does what is due meanwhile."""

import json
import os
import signal
import subprocess
import sys
import urllib.request

import pytest

from gateways.settings import CHECKOUT
from tests.gateways.cli.house import House
from tests.gateways.desk.world import row

pytestmark = pytest.mark.postgres


def test_serve_with_work_does_what_is_due_and_ends_when_it_is_told_to(house: House) -> None:
    command = ["serve", "--port", "0", "--work", "--every", "1"]
    with subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "gateways.cli", *command],
        cwd=CHECKOUT,
        env={**os.environ, "KRAVSPOR_LOG_LEVEL": "debug"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as served:
        assert served.stdout is not None
        assert served.stderr is not None
        first = served.stdout.readline()
        assert first.startswith("serving at http://127.0.0.1:"), served.stderr.read()
        address = first.split()[2].removesuffix("/v1;")
        with urllib.request.urlopen(f"{address}/livez") as answer:  # noqa: S310 - our own process
            assert answer.read() == b"alive\n"
        worked = False
        while not worked:
            worked = json.loads(served.stderr.readline())["event"] == "day.worked"
        served.send_signal(signal.SIGTERM)
        rest = served.stdout.read()
        assert served.wait() == 0
    assert rest == "stopped\n"
    assert house.run("import", house.file(row()))[0] == 0
