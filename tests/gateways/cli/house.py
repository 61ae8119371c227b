"""A house on a real PostgreSQL, worked in by its commands alone."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gateways.cli import main
from gateways.cli.opening import begin, opened
from gateways.desk import creditors
from gateways.desk.asking import By
from gateways.desk.creditors import Details
from tests.gateways.desk.world import AGREEMENT, csv_of

TODAY = date(2026, 8, 3)


class House:
    """Commands are called as from a shell; what they print is kept."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def open(self) -> None:
        """Take in creditor number 1, with terms, agreement and account."""
        begin()
        with opened(today=TODAY) as office:
            by = By("user:kari", TODAY)
            details = Details(name="Lys og Varme AS", address="Storgata 1, 0155 Oslo")
            creditor_id = creditors.create(office, 1, details, by)
            creditors.accept_terms(office, creditor_id, "1", "daglig leder", by)
            creditors.agree(office, creditor_id, AGREEMENT, by)
            creditors.propose_account(office, creditor_id, "12345678911", by)
            second = By("user:ola", TODAY)
            creditors.answer_account(office, creditor_id, second, approved=True)

    def run(self, *words: str, today: bool = True) -> tuple[int, str]:
        """The exit code of a command, and what it told on both streams."""
        day = ("--today", str(TODAY)) if today else ()
        code = main([*words, *day])
        told = self._capsys.readouterr()
        return code, told.out + told.err

    def told(self) -> str:
        """What has been printed since it was last asked for."""
        return self._capsys.readouterr().out

    def json(self, *words: str, today: bool = True) -> Any:
        """What a command tells as JSON."""
        day = ("--today", str(TODAY)) if today else ()
        main([*words, "--json", *day])
        return json.loads(self._capsys.readouterr().out)

    def file(self, *rows: str, name: str = "faktura.csv") -> str:
        """A file of invoices to import."""
        path = self.folder / name
        path.write_bytes(csv_of(*rows))
        return str(path)
