"""What every log promises."""

from concurrent.futures import ThreadPoolExecutor

from tests.contracts.world import World


def test_an_empty_log_ends_at_zero(unstarted: World) -> None:
    assert unstarted.log.end(0) == 0
    assert list(unstarted.log.read(0, 0, 10)) == []


def test_a_record_is_read_back_as_the_very_bytes_appended(unstarted: World) -> None:
    record = bytes(range(256)) * 1000

    offset = unstarted.log.append(0, record)

    assert (offset, list(unstarted.log.read(0, 0, 10))) == (0, [(0, record)])


def test_offsets_have_no_gap_when_many_append_at_once(unstarted: World) -> None:
    with ThreadPoolExecutor(8) as threads:
        offsets = list(threads.map(lambda n: unstarted.log.append(0, b"%d" % n), range(40)))

    records = list(unstarted.log.read(0, 0, 100))
    assert sorted(offsets) == [offset for offset, _ in records] == list(range(40))
    assert all(records[offset][1] == b"%d" % n for n, offset in enumerate(offsets))
    assert unstarted.log.end(0) == 40


def test_reading_begins_at_the_offset_asked_for_and_stops_at_the_limit(unstarted: World) -> None:
    for n in range(5):
        unstarted.log.append(0, b"%d" % n)

    assert list(unstarted.log.read(0, 2, 2)) == [(2, b"2"), (3, b"3")]
    assert list(unstarted.log.read(0, 5, 2)) == []


def test_the_identity_of_a_log_never_changes(unstarted: World) -> None:
    before = unstarted.log.identity()
    unstarted.log.append(0, b"x")

    assert unstarted.log.identity() == before != ""
