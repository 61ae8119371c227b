"""One house and its exports, made once; a test that changes one is given a copy."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.gateways.exporting.house import House

KINDS = ("log", "range", "case", "creditor")


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> tuple[House, Path]:
    """A house and a folder with an export of each kind; neither is to be changed."""
    house, folder = House(), tmp_path_factory.mktemp("exports")
    scopes = {kind: house.scope(kind) for kind in KINDS}
    for kind, scope in scopes.items():
        house.export(scope, folder / kind)
    return house, folder


@pytest.fixture
def copied(exported: tuple[House, Path], tmp_path: Path) -> Callable[[str], Path]:
    """Gives a copy of the export of a kind."""

    def copy(kind: str) -> Path:
        return Path(shutil.copytree(exported[1] / kind, tmp_path / kind))

    return copy


@pytest.fixture
def key(exported: tuple[House, Path]) -> str:
    """The house's public key."""
    return exported[0].key
