"""The types hold, by the strictest rules."""

import subprocess
import sys

from gateways.settings import CHECKOUT


def test_the_types_hold() -> None:
    command = [sys.executable, "-m", "mypy", "--no-error-summary"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - our own type checker
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
