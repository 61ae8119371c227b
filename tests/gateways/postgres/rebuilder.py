"""A rebuild in a process of its own, which stands still at a stage until it is killed.

`python -m tests.gateways.postgres.rebuilder DSN STAGE`, and no stage to go through.
"""

import sys

import orjson

from gateways.benching import ours
from gateways.postgres import beside
from projections.filling import Told

PARTS_BEFORE = 3


def main(dsn: str, stage: str = "") -> None:
    """Rebuild balance and timeline in small parts."""
    beside.PART_EVENTS = 100  # type: ignore[misc]  # small, so that there are many
    told_at = 0

    def tell(told: Told) -> None:
        nonlocal told_at
        told_at += told.stage == stage
        if told.stage == stage and (told_at == PARTS_BEFORE or stage != "folding streams"):
            sys.stdout.write("here\n")
            sys.stdout.flush()
            sys.stdin.read()

    projections, _ = ours.folds(False)  # noqa: FBT003 - as a process calls it
    with ours.journal(dsn, projections) as (runner, _, _):
        rebuilt = runner.filling(tell=tell).rebuild()
    sys.stdout.write(orjson.dumps(rebuilt).decode())


if __name__ == "__main__":
    main(*sys.argv[1:])
