"""A house to give commands in."""

from pathlib import Path

import pytest

from tests.gateways.cli.house import House


@pytest.fixture
def house(
    database: str,
    keys_database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> House:
    """A house with one creditor, on databases of its own."""
    monkeypatch.setenv("KRAVSPOR_DATABASE", database)
    monkeypatch.setenv("KRAVSPOR_KEYS_DATABASE", keys_database)
    monkeypatch.setenv("KRAVSPOR_DATA", str(tmp_path / "house"))
    house = House(tmp_path, capsys)
    house.open()
    return house
