"""What a projection promises of its rows is so, in every case that is told in a file."""

from collections import defaultdict
from pathlib import Path

import pytest

from engine.journal.recorded import recorded
from events.registry import decode
from gateways.simulating.playing import Play
from gateways.simulating.reading import read
from projections import all_projections

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.yaml"))
ENTRIES_MOST = 100_000


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_a_row_that_is_to_be_of_one_stream_is_written_by_no_other(path: Path) -> None:
    play = Play(read(path))
    play.run()
    office = play.office
    promised = [each for each in all_projections(office.vault) if each.table.one_stream]
    writers: defaultdict[tuple[object, ...], set[str]] = defaultdict(set)
    for entry in office.store.index.entries(0, 0, ENTRIES_MOST):
        if not entry.stream.startswith("control-"):
            event = recorded(entry, decode)
            for projection in promised:
                for key in projection.touches(event):
                    writers[projection.table.name, *key].add(event.stream)

    assert writers
    assert {key: streams for key, streams in writers.items() if len(streams) > 1} == {}
