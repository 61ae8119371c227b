"""Which user the embedded PostgreSQL runs as: it refuses root, and needs its folders."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from gateways.postgres.binaries import ServerError

NOBODY = 65534  # initdb wants a user that has a name; this one is everywhere
DROP = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")

# A checkout in root's own home cannot be entered by anybody else. Opening the home would
# open it to all, so the server is given the one capability to pass instead: first to read
# only, then (containers often have no other) to override. Whoever can reach its socket is
# root already, so this gives nobody anything new.
LADDER = ((), ("dac_read_search",), ("dac_override",))


@dataclass(frozen=True)
class Privilege:
    """How a program of PostgreSQL is started, and who owns its files."""

    prefix: tuple[str, ...] = ()

    def give(self, path: Path) -> None:
        """Make `path` the server's own, when the server is another user than we are."""
        if self.prefix:
            os.chown(path, NOBODY, NOBODY)


def least_privilege(*, runs: Path, owns: Path) -> Privilege:
    """The smallest privilege that runs the program `runs` and works in the folder `owns`.

    Nobody but root needs any. Raises ServerError when none is enough.
    """
    if os.geteuid() != 0:
        return Privilege()
    if shutil.which("setpriv") is None:
        raise ServerError(
            "PostgreSQL does not run as root, and setpriv (util-linux) is missing to run it "
            "as another user: install it, or run as an ordinary user"
        )
    os.chown(owns, NOBODY, NOBODY)
    for capabilities in LADDER:
        privilege = Privilege((*DROP, *(_granted(capabilities))))
        if _reaches(privilege, runs, owns):
            return privilege
    raise ServerError(
        f"PostgreSQL does not run as root, and user {NOBODY} cannot reach {runs} and {owns}: "
        "set KRAVSPOR_DATA to a folder that all may pass through, keep the checkout in one, "
        "or run as an ordinary user"
    )


def _granted(capabilities: tuple[str, ...]) -> tuple[str, ...]:
    if not capabilities:
        return ()
    wanted = ",".join(f"+{capability}" for capability in capabilities)
    return (f"--inh-caps={wanted}", f"--ambient-caps={wanted}")


def _reaches(privilege: Privilege, runs: Path, owns: Path) -> bool:
    """Try it, for modes alone do not tell: there are access lists and odd file systems."""
    touched = owns / ".reached"
    run = 'test -x "$1" && "$1" --version >"$2" && rm "$2"'
    command = [*privilege.prefix, "sh", "-c", run, "sh", str(runs), str(touched)]
    done = subprocess.run(command, cwd="/", capture_output=True, check=False)  # noqa: S603 - a fixed command
    return done.returncode == 0
