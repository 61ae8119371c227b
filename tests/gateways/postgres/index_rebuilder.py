"""A rebuild of everything in a process of its own, which stands still at a stage to be killed.

`python -m tests.gateways.postgres.index_rebuilder DSN STAGE`.
"""

import sys
from collections.abc import Callable
from functools import partial

from gateways.benching import ours
from gateways.benching.rebuilding import apart
from gateways.postgres import index
from gateways.postgres.coming import Coming
from gateways.postgres.log import OwnPostgresLog
from projections import rebuilding
from projections.filling import Told


def main(dsn: str, stage: str) -> None:
    """Rebuild the index, balance and timeline, in small ranges."""
    rebuilding.RECORDS_AT_ONCE = 20  # type: ignore[misc]  # small, so that there are several
    index.RECORDS_NEAR = 0  # type: ignore[misc]  # nothing is left for the switch

    def stand_still() -> None:
        sys.stdout.write("here\n")
        sys.stdout.flush()
        sys.stdin.read()

    def tell(told: Told) -> None:
        if told.stage == stage and (told.stage != "reading the log" or told.done > told.of / 2):
            stand_still()

    for name, at in {
        "complete": "making keys",
        "switch": "before the switch",
        "_note": "in the switch",
    }.items():
        if at == stage:
            setattr(Coming, name, _standing(getattr(Coming, name), stand_still))
    projections, _ = ours.folds(False)  # noqa: FBT003 - as a process calls it
    with ours.journal(dsn, projections) as (runner, _, _):
        runner.rebuild_index(tell=tell, apart=apart(dsn, partial(OwnPostgresLog, dsn)))


def _standing(method: Callable[..., None], stand_still: Callable[[], None]) -> Callable[..., None]:
    def run(*arguments: object) -> None:
        stand_still()
        method(*arguments)

    return run


if __name__ == "__main__":
    main(*sys.argv[1:])
