"""A file is handed over once, whoever takes it away and whatever stops us in between."""

from datetime import date
from fcntl import LOCK_EX, flock
from pathlib import Path

import pytest

from gateways.dispatch.outbox import HANDED, ElsewhereError, Outbox

ON = date(2026, 8, 3)


def put(folder: Path, content: bytes = b"pay") -> Path:
    Outbox(folder).put("payouts", ON, "a.xml", content)
    return folder / "payouts" / "2026-08-03" / "a.xml"


def test_a_file_appears_whole_under_its_day(tmp_path: Path) -> None:
    place = put(tmp_path)

    assert place.read_bytes() == b"pay"
    assert Outbox(tmp_path).handed("payouts", "a.xml")
    assert not Outbox(tmp_path).handed("payouts", "b.xml")


def test_a_file_that_was_taken_away_is_not_handed_over_again(tmp_path: Path) -> None:
    place = put(tmp_path)
    place.unlink()

    put(tmp_path)

    assert not place.exists()
    assert Outbox(tmp_path).handed("payouts", "a.xml")


@pytest.mark.parametrize("noted", [False, True])
def test_what_was_stopped_before_it_was_moved_in_is_handed_over(
    tmp_path: Path, *, noted: bool
) -> None:
    held = tmp_path / HANDED / "payouts"
    held.mkdir(parents=True)
    (held / "a.xml.part").write_bytes(b"pay" if noted else b"pa")
    if noted:
        (held / "a.xml").touch()
    assert not Outbox(tmp_path).handed("payouts", "a.xml")

    place = put(tmp_path)

    assert place.read_bytes() == b"pay"
    assert Outbox(tmp_path).handed("payouts", "a.xml")


def test_a_folder_that_cannot_be_written_to_is_an_error_and_hands_nothing_over(
    tmp_path: Path,
) -> None:
    (tmp_path / "payouts").touch()

    with pytest.raises(OSError, match="payouts"):
        put(tmp_path)

    assert not Outbox(tmp_path).handed("payouts", "a.xml")


def test_one_worker_at_a_time_hands_a_thing_over(tmp_path: Path) -> None:
    lock = tmp_path / HANDED / "payouts" / "a.xml.lock"
    lock.parent.mkdir(parents=True)
    with lock.open("wb") as held:
        flock(held, LOCK_EX)  # another worker, stopped in the middle
        with pytest.raises(ElsewhereError, match=r"a\.xml"):
            put(tmp_path)
        assert not Outbox(tmp_path).handed("payouts", "a.xml")

    assert put(tmp_path).read_bytes() == b"pay"
    assert not lock.exists()


def test_a_folder_has_one_name_however_it_is_reached(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "other").symlink_to(tmp_path / "one")
    name = Outbox(tmp_path / "one").name()

    assert Outbox(tmp_path / "other").name() == name
    assert Outbox(tmp_path / "another").name() != name


def test_what_was_withdrawn_is_never_handed_over_whoever_brings_it(tmp_path: Path) -> None:
    assert Outbox(tmp_path).withdraw("letters", "a.pdf")
    assert Outbox(tmp_path).withdraw("letters", "a.pdf")
    with pytest.raises(ElsewhereError, match="withdrawn"):
        Outbox(tmp_path).put("letters", ON, "a.pdf", b"late")

    assert not list(tmp_path.glob("letters/*/*"))
    assert not Outbox(tmp_path).handed("letters", "a.pdf")


def test_what_was_handed_over_cannot_be_withdrawn(tmp_path: Path) -> None:
    Outbox(tmp_path).put("letters", ON, "a.pdf", b"in time")

    assert not Outbox(tmp_path).withdraw("letters", "a.pdf")
    assert Outbox(tmp_path).handed("letters", "a.pdf")


def test_what_was_stopped_before_it_was_moved_in_can_be_withdrawn(tmp_path: Path) -> None:
    held = tmp_path / HANDED / "payouts"
    held.mkdir(parents=True)
    (held / "a.xml.part").write_bytes(b"pay")
    (held / "a.xml").touch()

    assert Outbox(tmp_path).withdraw("payouts", "a.xml")
    with pytest.raises(ElsewhereError, match="withdrawn"):
        put(tmp_path)
    assert not Outbox(tmp_path).handed("payouts", "a.xml")
    assert not list(tmp_path.glob("payouts/*/*"))
