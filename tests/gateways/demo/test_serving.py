"""The demonstration goes on to serve, and the five lines it prints work as they are."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateways.settings import CHECKOUT

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("demo")]

WORDS = ["demo", "--days", "2", "--cases", "3", "--port", "0"]


@pytest.mark.skipif(shutil.which("curl") is None, reason="the lines are for curl")
def test_the_five_lines_that_the_demonstration_prints_work(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateways.cli", *WORDS, "--data", str(tmp_path / "demo")]
    environment = {name: value for name, value in os.environ.items() if "KRAVSPOR_" not in name}
    with subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as demo:
        try:
            assert demo.stdout is not None
            lines: list[str] = []
            for said in demo.stdout:
                lines += [said.strip()] if said.startswith("curl ") else []
                if len(lines) == 5:
                    break
            told = [asked(line) for line in lines]
            demo.send_signal(signal.SIGINT)
            ended = demo.wait(60)
        finally:
            demo.kill()
    dashboard, cases, case, timeline, paused = told
    assert ended == 0
    assert dashboard
    assert len(json.dumps(cases)) > 100
    assert json.dumps(case).count("case_number")
    assert "Inkassovarsel" in json.dumps(timeline, ensure_ascii=False)
    assert paused["outcome"] == "foreseen"
    assert paused["events"][0]["what"] == "Saken er satt på vent."


def asked(line: str) -> dict[str, object]:
    """What the line is answered, which is no problem."""
    done = subprocess.run(shlex.split(line), capture_output=True, text=True, check=True)  # noqa: S603 - the line under test
    told = json.loads(done.stdout)
    assert not (isinstance(told, dict) and "code" in told), told
    return told  # type: ignore[no-any-return]  # JSON
