"""A `serve` as a process of its own."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from gateways.settings import CHECKOUT


@contextmanager
def serving(*more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A `serve` on a free port, and its address."""
    command = [sys.executable, "-m", "gateways.cli", "serve", "--port", "0", *more]
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
