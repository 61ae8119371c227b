"""Imports go down only, as the design's first section draws it."""

import subprocess
import sys
from pathlib import Path

from gateways.settings import CHECKOUT


def test_no_import_goes_up_or_out() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)  # noqa: S603 - our own linter
    assert done.returncode == 0, done.stdout + done.stderr
