"""The locks hold all that is asked for, with hashes, and name no place to get it from."""

import re
import tomllib

import pytest

from gateways.settings import CHECKOUT

LOCKS = ["runtime.lock", "test.lock"]
PACKAGE = re.compile(r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==(\S+)", re.MULTILINE)


def locked(name: str) -> dict[str, str]:
    found = PACKAGE.findall((CHECKOUT / name).read_text(encoding="utf-8"))
    return {package.replace(".", "-"): version for package, version in found}


def asked(requirements: list[str]) -> dict[str, str]:
    """The exact versions asked for; an empty one where only a least version is."""
    found = [re.match(r"([A-Za-z0-9.-]+)(?:\[.*?\])?(?:==(\S+))?", each) for each in requirements]
    return {match[1].lower().replace(".", "-"): match[2] or "" for match in found if match}


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_has_a_hash(name: str) -> None:
    blocks = re.split(r"\n(?=[a-z0-9])", (CHECKOUT / name).read_text(encoding="utf-8"))
    found = [block.split()[0] for block in blocks if "--hash=sha256:" not in block]
    assert found == [], "\n".join(found)


@pytest.mark.parametrize("name", LOCKS)
def test_no_lock_names_a_place_to_get_packages_from(name: str) -> None:
    text = (CHECKOUT / name).read_text(encoding="utf-8")
    found = re.findall(r"\w+://\S+|--(?:extra-)?index-url.*|--find-links.*", text)
    assert found == [], "\n".join(found)


def test_what_the_tests_run_on_is_what_runs() -> None:
    assert locked("runtime.lock").items() <= locked("test.lock").items()


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = asked(project["project"]["dependencies"])
    runtime |= asked(project["project"]["optional-dependencies"]["embedded"])
    wanted = runtime | asked(project["dependency-groups"]["test"])
    for want, name in ((runtime, "runtime.lock"), (wanted, "test.lock")):
        have = locked(name)
        assert {k: v for k, v in want.items() if k not in have or v not in {"", have[k]}} == {}


def test_nothing_that_is_installed_brings_another_package_named_events() -> None:
    assert "events" not in locked("test.lock")
