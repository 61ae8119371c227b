"""What a cell may hold, and what may be wrong with it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Cell = str | date | int | Decimal | None


@dataclass(frozen=True, slots=True)
class CellProblem:
    """Why one cell, and so its row, is refused.

    `code` is stable; `found` is what stood there; `hint` says in Norwegian what would do.
    """

    code: str
    field: str
    found: str = ""
    hint: str = ""


def shown(cell: Cell) -> str:
    """The cell as the creditor would write it: dates dd.mm.yyyy, decimals with a comma."""
    match cell:
        case None:
            return ""
        case date():
            return cell.strftime("%d.%m.%Y")
        case Decimal():
            return str(cell).replace(".", ",")
        case _:
            return str(cell)
