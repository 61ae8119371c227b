"""The jars of the broker: brought by Maven once, and each held against its committed sum."""

import fcntl
import shutil
import subprocess
from collections.abc import Mapping
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

from gateways.kafka.broker.errors import NotInstalledError

KAFKA: Final = "4.3.1"
LINES_TOLD: Final = 3


def jars_in(home: Path) -> Path:
    """The folder of the jars below `home`, filled by Maven when it is not whole.

    What is whole is used without asking Maven or any network.
    Raises NotInstalledError when the jars cannot be had, or are not those of the sums.
    """
    home.mkdir(parents=True, exist_ok=True)
    folder = home / f"kafka-{KAFKA}"
    with (home / "kafka.lock").open("a+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.is_dir() and not _strange(folder):
            return folder
        fresh = home / f"kafka-{KAFKA}.new"
        shutil.rmtree(fresh, ignore_errors=True)
        _bring(fresh)
        if strange := _strange(fresh):
            raise NotInstalledError(
                f"Maven brought jars that are not those of jars.sha256 "
                f"({', '.join(strange[:5])}): none of them is used; look at {fresh}"
            )
        shutil.rmtree(folder, ignore_errors=True)
        fresh.rename(folder)
        return folder


def sums() -> Mapping[str, str]:
    """The SHA-256 each jar has to have, by its name."""
    text = files("gateways.kafka.broker").joinpath("jars.sha256").read_text("ascii")
    return {name: digest for digest, name in (line.split() for line in text.splitlines())}


def _strange(folder: Path) -> list[str]:
    """Jars that are missing, or too many, or of other bytes than their sum says."""
    wanted = sums()
    found = {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.jar")}
    return sorted(
        name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)
    )


def _bring(fresh: Path) -> None:
    """Have Maven copy the jars, from what it has kept if it can."""
    maven = shutil.which("mvn")
    if maven is None:
        raise NotInstalledError(
            "Kafka's jars come by Maven, and there is no mvn here: install it (Debian: "
            "apt install maven), or name a cluster of your own in KRAVSPOR_KAFKA_SERVERS "
            "(for the tests: KRAVSPOR_KAFKA)"
        )
    with as_file(files("gateways.kafka.broker").joinpath("pom.xml")) as pom:
        options = ("-q", "-B", "-f", str(pom), "dependency:copy-dependencies")
        command = [maven, *options, f"-DoutputDirectory={fresh.absolute()}"]
        if _run([*command, "-o"]).returncode == 0:
            return
        shutil.rmtree(fresh, ignore_errors=True)
        done = _run(command)
    if done.returncode != 0:
        said = [line for line in done.stdout.splitlines() if "ERROR" in line] or ["nothing"]
        raise NotInstalledError(
            f"Maven could not bring Kafka's jars; it said: {' '.join(said[:LINES_TOLD])}"
        )


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - Maven, with options of ours and no shell between
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
