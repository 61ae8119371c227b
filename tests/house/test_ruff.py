"""The linter and the formatter have nothing to say."""

import subprocess
import sys

import pytest

from gateways.settings import CHECKOUT


@pytest.mark.parametrize("task", [("check",), ("format", "--check")], ids=["check", "format"])
def test_ruff_has_nothing_to_say(task: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "ruff", *task, "--quiet", "."]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - our own linter
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
