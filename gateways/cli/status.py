"""`kravspor status`: the figures that are watched, as they stand now."""

from datetime import UTC, datetime

import typer

from engine.journal.shards import in_use
from gateways.cli.journal_opening import journal_opened
from gateways.cli.output import OSLO, emit, norwegian_date
from gateways.cli.taking import Shared, looks
from gateways.postgres.reading import PostgresRows
from replay.standing import Figures, Standing, figures


@looks
def status(*, shared: Shared) -> None:
    """Tell how far the log is read, what is halted or parked, and what is overdue.

    Nothing is moved by it. 1 when a shard is halted, a stream parked, or the log another's.
    """
    today = shared.today or datetime.now(UTC).astimezone(OSLO).date()
    with journal_opened(shared.data) as opened:
        reader = PostgresRows(opened.database)
        told = figures(opened.log, opened.index, reader, in_use(opened.index), today)
    if shared.json:
        emit(told, json=True)
    else:
        _print(told)
    if not told.sound:
        raise typer.Exit(1)


def _print(told: Figures) -> None:
    for shard in told.shards:
        emit({f"shard {shard.shard}": "", **_lines(shard)})
    parked = ", ".join(f"{each.count} in {each.projection}" for each in told.parked)
    since = f", the longest since {norwegian_date(told.due_since)}" if told.due_since else ""
    due = "not known yet" if told.due_cases is None else f"{told.due_cases} cases{since}"
    emit({"parked": parked or "none", "steps not taken": due})


def _lines(shard: Standing) -> dict[str, object]:
    halt = shard.halt
    return {
        "log ends at offset": shard.log_end,
        "read up to offset": shard.next_offset,
        "records not read": shard.lag,
        "commits without a verdict": len(shard.unresolved),
        "halted": f"at offset {halt.offset}: {halt.reason}" if halt else "no",
    }
