"""The launcher: found from anywhere, waits for nobody that is dead, and tells what is missing."""

import os
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from gateways.settings import CHECKOUT

# Stands where the environment's Python would, and tells how it was called.
TELLTALE = '#!/bin/sh\nprintf "%s|" "$PWD" "$PYTHONPATH" "$@"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A checkout of nothing but the launcher, two locks and an environment that fits them."""
    home = tmp_path / "a folder's name æ"
    (home / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(CHECKOUT / "kravspor", home)
    (home / "runtime.lock").write_text("runtime\n")
    (home / "test.lock").write_text("test\n")
    python = home / ".venv" / "bin" / "python"
    python.write_text(TELLTALE)
    python.chmod(0o755)
    stamp(home, "test.lock")
    return home


def stamp(home: Path, lock: str) -> None:
    digest = sha256((home / lock).read_bytes()).hexdigest()
    (home / ".venv" / ".kravspor-stamp").write_text(f"{digest}\n")


def launch(
    launcher: Path, *words: str, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own launcher
        [launcher, *words], cwd=cwd, env={**os.environ, **environment},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("shell", ["sh", "dash", "bash"])
def test_the_launcher_is_plain_shell(shell: str) -> None:
    program = shutil.which(shell)
    if program is None:
        pytest.skip(f"no {shell} on this machine")
    done = subprocess.run([program, "-n", CHECKOUT / "kravspor"], check=False)  # noqa: S603 - our own launcher
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["kravspor", ".ci/run"])
def test_what_is_to_be_run_can_be_run(name: str) -> None:
    assert os.access(CHECKOUT / name, os.X_OK)


def test_the_command_runs_where_the_caller_is_on_the_packages_of_the_checkout(
    home: Path, tmp_path: Path
) -> None:
    done = launch(home / "kravspor", "doctor", "two words", cwd=tmp_path)
    called = [str(tmp_path), str(home), "-P", "-m", "gateways.cli", "doctor", "two words", ""]
    assert done.stdout.split("|") == called
    assert done.stderr == ""


def test_the_launcher_is_found_through_symlinks(home: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "first").symlink_to(home / "kravspor")
    (tmp_path / "bin" / "kravspor").symlink_to("../first")
    done = launch(tmp_path / "bin" / "kravspor", cwd=tmp_path)
    assert done.stdout.split("|")[1] == str(home)


def test_the_packages_of_the_tests_serve_every_command(home: Path) -> None:
    assert launch(home / "kravspor", "demo", cwd=home).returncode == 0
    assert launch(home / "kravspor", "test", cwd=home).returncode == 0


def test_the_packages_of_the_engine_do_not_serve_the_tests(home: Path) -> None:
    stamp(home, "runtime.lock")
    assert "installing" not in launch(home / "kravspor", "demo", cwd=home).stderr
    assert "installing the locked packages (test.lock)" in (
        launch(home / "kravspor", "test", cwd=home).stderr
    )


def test_a_changed_lock_is_installed_anew(home: Path) -> None:
    (home / "runtime.lock").write_text("changed\n")
    (home / "test.lock").write_text("changed too\n")
    assert "(runtime.lock)" in launch(home / "kravspor", "demo", cwd=home).stderr


def test_a_machine_without_a_python_is_told_what_to_install(home: Path) -> None:
    shutil.rmtree(home / ".venv")
    done = launch(home / "kravspor", cwd=home, KRAVSPOR_PYTHON="no-such-python")
    assert done.returncode == 70
    assert "no Python 3.11 or newer found" in done.stderr
    assert not (home / ".venv.lock").exists()


def test_packages_that_cannot_be_installed_leave_no_stamp(home: Path) -> None:
    shutil.rmtree(home / ".venv")
    (home / "runtime.lock").write_text("kravspor-is-not-a-package==0\n")
    done = launch(home / "kravspor", cwd=home, PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert done.returncode == 70
    assert "could not be installed" in done.stderr
    assert not (home / ".venv" / ".kravspor-stamp").exists()


def test_an_install_that_was_killed_is_not_waited_for(home: Path) -> None:
    dead = subprocess.Popen(["true"])  # noqa: S607 - anything that ends
    dead.wait()
    stamp(home, "runtime.lock")
    (home / ".venv.lock").mkdir()
    (home / ".venv.lock" / "pid").write_text(f"{dead.pid}\n")
    assert launch(home / "kravspor", "test", cwd=home).returncode == 0
    assert not (home / ".venv.lock").exists()
