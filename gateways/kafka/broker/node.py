"""One broker of ours: formatted, started, asked after, stopped, killed, paused."""

import os
import signal
import subprocess
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateways.kafka.broker.errors import BrokerError

STOP_SECONDS: Final = 20
# Small, for brokers share a machine with tests and a database; the first compiler alone
# starts sooner, and was no slower in runs of a minute.
JVM: Final = (
    "-Xms192m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:MaxMetaspaceSize=128m",
    "-XX:ReservedCodeCacheSize=64m",
    "-Xss512k",
    "-XX:TieredStopAtLevel=1",
    "-XX:+ExitOnOutOfMemoryError",
)
LOGGING: Final = """\
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
"""
# The shell starts it and is gone, so that it is nobody's child and outlives whoever asked.
BACKGROUND: Final = 'log=$1; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!'
TELLING: Final = ("Exception", "ERROR", "FATAL", "Error")


@dataclass(frozen=True)
class Node:
    """A broker in `home`: its settings, its data in `data`, what it says in `server.log`."""

    number: int
    home: Path
    java: Path
    jars: Path

    @property
    def settings(self) -> Path:
        """The file it is started with."""
        return self.home / "server.properties"

    @property
    def log(self) -> Path:
        """What it has said since it was last started."""
        return self.home / "server.log"

    @property
    def records(self) -> Path:
        """The folder of its partitions."""
        return self.home / "data"

    @property
    def pid(self) -> int | None:
        """Its process, or None when it does not run; a paused one runs."""
        with suppress(OSError, ValueError):
            number = int((self.home / "pid").read_text(encoding="ascii"))
            if str(self.settings) in _command_of(number):
                return number
        return None

    def format(self, cluster_id: str) -> subprocess.Popen[str]:
        """Begin to make its data folder; `formatted` ends it. Made ones are left alone."""
        (self.home / "log4j2.properties").write_text(LOGGING, encoding="ascii")
        tool = ("kafka.tools.StorageTool", "format", "--ignore-formatted")
        command = self._java(*tool, "-t", cluster_id, "-c", str(self.settings))
        return subprocess.Popen(  # noqa: S603 - Java, with options of ours and no shell between
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self) -> None:
        """Start it; it is not ready when this returns. One that runs is left alone."""
        if self.pid is not None:
            return
        if self.log.exists():
            self.log.replace(self.home / "server.log.before")  # it may say why it died
        command = self._java(*JVM, "kafka.Kafka", str(self.settings))
        done = subprocess.run(  # noqa: S603 - as above, but for the shell that puts it aside
            ["/bin/sh", "-c", BACKGROUND, "sh", str(self.log), *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            start_new_session=True,
        )
        (self.home / "pid").write_text(done.stdout.strip(), encoding="ascii")

    def stop(self) -> None:
        """Stop it in good order and wait for the end; kill it when it takes too long."""
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        self._wait(STOP_SECONDS)
        if self.pid is not None:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut does but for the page cache, and wait for the end."""
        self.signal(signal.SIGKILL)
        self._wait(STOP_SECONDS)

    def pause(self) -> None:
        """Let it stand still as it is, until `resume`."""
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self.signal(signal.SIGCONT)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; nothing happens when it does not run."""
        pid = self.pid
        if pid is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def last_words(self) -> str:
        """The most telling line of its log."""
        with suppress(OSError):
            said = self.log.read_text(encoding="utf-8", errors="replace")
            return _most_telling(said.splitlines())
        return "nothing"

    def _java(self, *words: str) -> list[str]:
        options = [word for word in words if word.startswith("-X")]
        rest = [word for word in words if not word.startswith("-X")]
        logging = f"-Dlog4j2.configurationFile=file:{self.home / 'log4j2.properties'}"
        return [str(self.java), *options, logging, "-cp", f"{self.jars}/*", *rest]

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self.pid is not None and time.monotonic() < deadline:
            time.sleep(0.05)


def formatted(making: subprocess.Popen[str], node: Node) -> None:
    """Wait until the data folder is made. Raises BrokerError when it cannot be."""
    said, _ = making.communicate()
    if making.returncode != 0:
        told = _most_telling(said.splitlines())
        raise BrokerError(f"the folder {node.records} cannot be made into a broker's: {told}")


def _most_telling(lines: Sequence[str]) -> str:
    telling = [line for line in lines if any(sign in line for sign in TELLING)]
    return next(iter(telling or lines[-1:]), "nothing").strip()


def _command_of(pid: int) -> str:
    """The command line of a process; empty when there is none, or it has ended."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    if Path("/proc/self").exists():
        return ""
    command = ["ps", "-o", "args=", "-p", str(pid)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout  # noqa: S603 - no shell between
