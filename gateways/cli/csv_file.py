"""What a command shows, as a CSV that a Norwegian spreadsheet opens as it stands."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from gateways.cli.output import cell, title
from gateways.importing.neutral import neutral


def write_csv(path: Path, records: Sequence[Mapping[str, object]], names: Sequence[str]) -> None:
    """Write the records under the headings that the table has, over what the file held.

    UTF-8 with a mark, semicolons, decimal commas; no text can be taken for a formula.
    Raises OSError when the disk is full or the folder cannot be written to.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([title(name) for name in names])
    writer.writerows([_field(name, record.get(name)) for name in names] for record in records)
    part = path.with_name(f"{path.name}.part")
    try:
        part.write_bytes(out.getvalue().encode("utf-8-sig"))
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def _field(name: str, value: object) -> str:
    """A value as the table has it; sums without the blank that makes them text."""
    if isinstance(value, int) and not isinstance(value, bool) and name.endswith("_ore"):
        return cell(name, value).replace(" ", "")
    return neutral(cell(name, value))
