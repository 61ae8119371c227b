"""One PostgreSQL cluster in a folder: made, started, asked after and halted."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gateways.postgres.binaries import ServerError
from gateways.postgres.privilege import Privilege

USER = "kravspor"
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_MOST = 100  # the kernel takes 107 bytes, and PostgreSQL's lock file adds five
START_SECONDS = 30
FREE_BYTES_LEAST = 16 * 1024 * 1024  # a server on a full disk dies without a word
PASSING = ("lock file", "shared memory")  # said for a moment after kill -9
TELLING = ("FATAL", "error", "could not")

# Fit for a laptop, and for a container with a small /dev/shm. What makes the log durable
# (fsync, synchronous_commit, full_page_writes) stays as PostgreSQL has it: on.
SETTINGS = """\
listen_addresses = ''
port = 5432
unix_socket_directories = '{socket_dir}'
unix_socket_permissions = 0700
max_connections = 100
shared_buffers = 128MB
dynamic_shared_memory_type = mmap
max_parallel_workers_per_gather = 0
max_wal_size = 512MB
wal_compression = on
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
"""


@dataclass(frozen=True)
class Cluster:
    """A cluster in `home`: its data in `cluster`, what it says in `server.log`."""

    home: Path
    bin_dir: Path
    privilege: Privilege

    @property
    def pgdata(self) -> Path:
        """The folder PostgreSQL calls its data directory."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """What the server has said since it was started."""
        return self.home / "server.log"

    def socket_dir(self) -> Path | None:
        """The folder of its socket, from the pid file; None when no server is up."""
        try:
            lines = (self.pgdata / "postmaster.pid").read_text().splitlines()
            os.kill(int(lines[0]), 0)
            return Path(lines[4])
        except (OSError, IndexError, ValueError):
            return None

    def running(self) -> bool:
        """Whether the server answers on its socket."""
        folder = self.socket_dir()
        if folder is None:
            return False
        with socket.socket(socket.AF_UNIX) as knock:
            return knock.connect_ex(str(folder / SOCKET)) == 0

    def make(self) -> None:
        """Make the cluster; a half-made one is never used, for it gets its name when whole."""
        fresh = self.home / "cluster.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        self.privilege.give(fresh)
        options = ("--data-checksums", "--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust")
        self._run("initdb", f"--pgdata={fresh}", *options, f"--username={USER}")
        configuration = fresh / "postgresql.conf"
        said = configuration.read_text(encoding="utf-8")
        self._write(configuration, f"{said}\ninclude = 'kravspor.conf'\n")
        fresh.rename(self.pgdata)

    def launch(self) -> None:
        """Start the server and wait until it answers.

        Raises ServerError when it does not come up.
        """
        if shutil.disk_usage(self.home).free < FREE_BYTES_LEAST:
            raise ServerError(f"PostgreSQL cannot start: the disk of {self.home} is full")
        folder = self._new_socket_dir()
        settings = SETTINGS.format(socket_dir=str(folder).replace("'", "''"))
        self._write(self.pgdata / "kravspor.conf", settings)
        if self.log.exists():
            self.log.replace(self.home / "server.log.before")  # it may say why the last one died
        deadline = time.monotonic() + START_SECONDS
        while (said := self._try_launch()) is not None:
            if not any(sign in said for sign in PASSING) or time.monotonic() > deadline:
                raise ServerError(f"PostgreSQL did not start: {said} (see {self.log})")
            self._forget_stranger()
            time.sleep(0.2)

    def halt(self) -> None:
        """Stop the server, if it is up; open transactions are rolled back."""
        folder = self.socket_dir()
        if folder is None:
            return
        self._run("pg_ctl", "stop", f"--pgdata={self.pgdata}", "--mode=fast", "--silent")
        if folder.parent != self.home:
            shutil.rmtree(folder, ignore_errors=True)

    def _try_launch(self) -> str | None:
        """Start once; what the server said when it did not come up."""
        self._write(self.log, "")
        options = (f"--pgdata={self.pgdata}", f"--log={self.log}", "--silent", "--wait")
        try:
            self._run("pg_ctl", "start", *options, f"--timeout={START_SECONDS}")
        except ServerError as error:
            said = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
            return _most_telling(said) or str(error)
        return None

    def _new_socket_dir(self) -> Path:
        folder = self.home / "run"
        if len(os.fsencode(folder / SOCKET)) > SOCKET_PATH_MOST:
            folder = Path(tempfile.mkdtemp(prefix="kravspor-"))
        folder.mkdir(mode=0o700, exist_ok=True)
        self.privilege.give(folder)
        return folder

    def _forget_stranger(self) -> None:
        """Remove a pid file whose number has come to another program, as after a reboot."""
        pid_file = self.pgdata / "postmaster.pid"
        with suppress(OSError, IndexError):
            pid = pid_file.read_text().splitlines()[0]
            if Path(f"/proc/{pid}/comm").read_text().strip() != "postgres":
                pid_file.unlink()

    def _write(self, path: Path, text: str) -> None:
        path.write_text(text, encoding="utf-8")
        self.privilege.give(path)

    def _run(self, program: str, *arguments: str) -> None:
        # PGDATA, PGPORT and their like in our environment are about some other server.
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
        done = subprocess.run(  # noqa: S603 - programs of ours, with no shell between
            [*self.privilege.prefix, str(self.bin_dir / program), *arguments],
            env={**environment, "LC_ALL": "C.UTF-8"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0:
            said = done.stdout.decode("utf-8", errors="replace").splitlines()
            raise ServerError(_most_telling(said) or f"{program} failed without a word")


def _most_telling(said: Sequence[str]) -> str | None:
    lines = [line.strip() for line in said if line.strip()]
    telling = [line for line in lines if any(sign in line for sign in TELLING)]
    return next(reversed(telling or lines), None)
