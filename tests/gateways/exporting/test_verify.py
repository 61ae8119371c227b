"""The stand-alone verifier: whatever is changed in an export is found, and named."""

import json
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from engine.journal.merkle import EMPTY, leaf_hash
from engine.journal.note import Signer, checkpoint_text
from gateways.cli import main
from gateways.exporting.verify import KEY, MANIFEST, SIGNATURE, verify
from tests.gateways.exporting.conftest import KINDS
from tests.gateways.exporting.house import (
    CHECKPOINT,
    LOG,
    PLACES,
    House,
    files_of,
    found,
    lines_of,
    repack,
    resign,
)

Copied = Callable[[str], Path]
MIDDLE = 4


def agrees(folder: Path, key: str) -> bool:
    """Whether `replay verify` says of the export what the stand-alone file says."""
    alone = int(verify(folder, key)[1].count > 0)
    return main(["replay", "verify", str(folder), "--key", key]) == alone


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_nobody_touched_is_whole(copied: Copied, key: str, kind: str) -> None:
    folder = copied(kind)

    assert found(folder, key) == found(folder) == []
    assert agrees(folder, key)


@pytest.mark.parametrize("kind", KINDS)
def test_it_runs_without_any_package_and_in_an_empty_environment(
    copied: Copied, key: str, kind: str
) -> None:
    folder = copied(kind)
    command = [sys.executable, "-I", "-S", str(folder / "verify.py"), "--key", key]
    told = subprocess.run(  # noqa: S603 - our own file
        command, env={}, cwd="/", capture_output=True, text=True, check=False
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert "everything is as it was signed" in told.stdout


def test_every_byte_of_every_file_is_covered(copied: Copied, key: str) -> None:
    """Some bytes of each file; and the file is named."""
    folder, missed = copied("case"), []
    for name in files_of(folder):
        content = (folder / name).read_bytes()
        for place in {0, len(content) // 3, len(content) // 2, len(content) - 1}:
            changed = bytearray(content)
            changed[place] ^= 1
            (folder / name).write_bytes(changed)
            if name not in {each.file for each in found(folder, key)}:
                missed.append((name, place))
        (folder / name).write_bytes(content)

    assert missed == []
    assert found(folder, key) == []


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, MIDDLE, -1])
def test_a_line_that_was_changed_is_named(copied: Copied, key: str, kind: str, place: int) -> None:
    folder = copied(kind)
    lines = lines_of(folder)
    lines[place] = lines[place].replace(b'"', b"'", 1) if b'"' in lines[place] else b"other"
    repack(folder, lines)

    assert (LOG, place % len(lines) + 1, "has been changed") in found(folder, key)
    assert agrees(folder, key)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, MIDDLE, -1])
def test_a_line_that_was_taken_out_is_named(
    copied: Copied, key: str, kind: str, place: int
) -> None:
    folder = copied(kind)
    lines = lines_of(folder)
    del lines[place]
    repack(folder, lines)
    number = place % (len(lines) + 1) + 1

    assert (LOG, number, f"line {number} of the export is missing here") in found(folder, key)
    assert agrees(folder, key)


@pytest.mark.parametrize("kind", KINDS)
def test_two_lines_that_were_swapped_are_named(copied: Copied, key: str, kind: str) -> None:
    folder = copied(kind)
    lines = lines_of(folder)
    lines[MIDDLE], lines[MIDDLE + 1] = lines[MIDDLE + 1], lines[MIDDLE]
    repack(folder, lines)
    told = found(folder, key)

    for line, belongs in ((MIDDLE + 1, MIDDLE + 2), (MIDDLE + 2, MIDDLE + 1)):
        assert (LOG, line, f"has been moved: it belongs at line {belongs}") in told
    assert agrees(folder, key)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [0, MIDDLE, 10_000])
def test_a_line_that_was_added_is_named(copied: Copied, key: str, kind: str, place: int) -> None:
    folder = copied(kind)
    lines = lines_of(folder)
    place = min(place, len(lines))
    lines.insert(place, lines[0].replace(b'"fmt":1', b'"fmt":1 '))
    repack(folder, lines)

    assert (LOG, place + 1, "has been added") in found(folder, key)
    assert agrees(folder, key)


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_that_was_changed_is_named(copied: Copied, key: str, kind: str) -> None:
    folder = copied(kind)
    places = lines_of(folder, PLACES)
    places[MIDDLE] = places[MIDDLE].replace(b'"stands"', b'"void"')
    repack(folder, places, PLACES)

    assert (PLACES, MIDDLE + 1, "has been changed: its sum differs") in found(folder, key)
    assert agrees(folder, key)


def forged(folder: Path, place: int, line: bytes) -> None:
    """Another line in the log, and a place that fits it: everything but what is proved."""
    lines, places = lines_of(folder), lines_of(folder, PLACES)
    lines[place] = line
    told: dict[str, Any] = json.loads(places[place])
    del told["sum"]
    told["hash"] = leaf_hash(line).hex()
    body = json.dumps(told, separators=(",", ":")).encode()[:-1]
    places[place] = body + b',"sum":"%s"}' % sha256(body).hexdigest()[:16].encode()
    repack(folder, lines)
    repack(folder, places, PLACES)
    resign(folder, lambda _: None, None)


@pytest.mark.parametrize("kind", KINDS)
def test_a_forger_who_makes_every_sum_fit_is_found_by_signature_and_tree(
    copied: Copied, key: str, kind: str
) -> None:
    folder = copied(kind)
    forged(folder, MIDDLE, lines_of(folder)[MIDDLE].replace(b'"actor":"', b'"actor":"x', 1))
    told = found(folder, key)

    assert any(each.file == MANIFEST and "edited" in each.what for each in told)
    assert any(each.file == LOG for each in told)
    if kind in {"case", "creditor"}:
        assert any((each.file, each.line) == (LOG, MIDDLE + 1) for each in told)
    assert agrees(folder, key)


def test_who_says_that_a_void_commit_stands_is_found(copied: Copied, key: str) -> None:
    for kind in ("log", "case"):
        folder = copied(kind)
        places = lines_of(folder, PLACES)
        place = next(n for n, each in enumerate(places) if b"version_conflict" in each)
        told = json.loads(places[place])
        told |= {"verdict": "stands", "events": [1, 1]}
        del told["sum"]
        body = json.dumps(told, separators=(",", ":")).encode()[:-1]
        places[place] = body + b',"sum":"%s"}' % sha256(body).hexdigest()[:16].encode()
        repack(folder, places, PLACES)
        assert any((each.file, each.line) == (LOG, place + 1) for each in found(folder, key))


@pytest.mark.parametrize(
    "edit",
    [
        lambda told: told["filter"].update(kind="log"),
        lambda told: told["shards"][0].update(lines=3),
        lambda told: told["shards"][0].update(events=3),
        lambda told: told["shards"][0].update(size=3),
        lambda told: told["shards"][0].update(root="00" * 32),
        lambda told: told["shards"][0].update(frontier="nothing"),
        lambda told: told["shards"].clear(),
        lambda told: told.update(shards=None),
        lambda told: told["files"].pop("history.txt"),
        lambda told: told["files"].update({"../outside": {"bytes": 1, "sha256": ""}}),
        lambda told: told.update(format="kravspor-export/2"),
        lambda told: told["log"].update(id="another"),
    ],
)
def test_a_manifest_that_was_edited_is_found(
    copied: Copied, key: str, edit: Callable[[dict[str, Any]], object]
) -> None:
    folder = copied("case")
    manifest = json.loads((folder / MANIFEST).read_bytes())
    edit(manifest)
    (folder / MANIFEST).write_text(json.dumps(manifest))
    told = found(folder, key)

    assert (MANIFEST, 0, "is not the manifest that was signed: it has been edited") in told
    assert agrees(folder, key)


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{}", b"\xff\xfe", b"{" * 100])
def test_a_manifest_that_is_none_is_told_and_nothing_breaks(
    copied: Copied, key: str, raw: bytes
) -> None:
    folder = copied("case")
    (folder / MANIFEST).write_bytes(raw)

    assert MANIFEST in {each.file for each in found(folder, key)}
    assert agrees(folder, key)


def test_an_export_that_somebody_else_signed_whole_is_told_by_the_published_key(
    copied: Copied, key: str
) -> None:
    """Nothing in the folder can tell; that is why the key must come from elsewhere."""
    folder, stranger = copied("log"), Signer("kravspor/memory", bytes(32))
    (folder / KEY).write_text(stranger.public.text + "\n")
    tree = EMPTY.grown(lines_of(folder))
    text = checkpoint_text("memory", 0, tree.size, tree.root)
    (folder / CHECKPOINT).write_text(stranger.sign(text))
    resign(folder, lambda _: None, stranger)

    assert found(folder) == []
    assert {each.file for each in found(folder, key)} >= {KEY, SIGNATURE, CHECKPOINT}
    assert agrees(folder, key)


def test_a_signature_put_in_place_of_another_is_found(copied: Copied, key: str) -> None:
    folder = copied("case")
    (folder / SIGNATURE).write_bytes((folder / CHECKPOINT).read_bytes())
    assert found(folder, key)[0].file == MANIFEST
    (folder / SIGNATURE).write_bytes((copied("log") / SIGNATURE).read_bytes())

    assert found(folder, key)[0] == (
        MANIFEST,
        0,
        "is not the manifest that was signed: it has been edited",
    )
    assert agrees(folder, key)


@pytest.mark.parametrize("kind", KINDS)
def test_a_checkpoint_of_another_size_is_found(
    exported: tuple[House, Path], copied: Copied, key: str, kind: str
) -> None:
    house, folder = exported[0], copied(kind)
    tree = EMPTY.grown([b"one line"])
    signer = house.world.office.notary.signer("memory")
    note = signer.sign(checkpoint_text("memory", 0, tree.size, tree.root))
    (folder / CHECKPOINT).write_text(note)

    assert {(each.file, each.line) for each in found(folder, key)} >= {
        (CHECKPOINT, 0),
        (CHECKPOINT, 2),
    }
    assert agrees(folder, key)


def test_a_checkpoint_of_another_shard_or_root_is_found(
    exported: tuple[House, Path], copied: Copied, key: str
) -> None:
    house, folder = exported[0], copied("log")
    signer, size = house.world.office.notary.signer("memory"), len(lines_of(folder))
    for shard, root, line in ((1, bytes(32), 2 - 1), (0, bytes(32), 3)):
        (folder / CHECKPOINT).write_text(signer.sign(checkpoint_text("memory", shard, size, root)))
        assert (CHECKPOINT, line) in {(each.file, each.line) for each in found(folder, key)}


def test_a_file_that_is_missing_and_one_too_many_are_named(copied: Copied, key: str) -> None:
    folder = copied("case")
    for name in files_of(folder):
        content = (folder / name).read_bytes()
        (folder / name).unlink()
        if name == MANIFEST:
            with pytest.raises(ValueError, match="no export"):
                verify(folder, key)
            assert main(["replay", "verify", str(folder), "--key", key]) == 2
        else:
            assert name in {each.file for each in found(folder, key)}, name
            assert agrees(folder, key)
        (folder / name).write_bytes(content)
    (folder / "schemas" / "more.json").write_text("{}")

    what = "does not belong to the export: the manifest does not name it"
    assert found(folder, key) == [("schemas/more.json", 0, what)]


def test_an_export_of_one_case_cut_short_by_its_own_house_is_found(
    exported: tuple[House, Path], copied: Copied, key: str
) -> None:
    """Who holds the key leaves an event in the middle out: the chain tells."""
    house, folder = exported[0], copied("case")
    lines, places = lines_of(folder), lines_of(folder, PLACES)
    kept = [n for n in range(len(lines)) if n != MIDDLE]
    renumbered = []
    for number, n in enumerate(kept, 1):
        told = json.loads(places[n])
        told["n"] = number
        del told["sum"]
        body = json.dumps(told, separators=(",", ":")).encode()[:-1]
        renumbered.append(body + b',"sum":"%s"}' % sha256(body).hexdigest()[:16].encode())
    repack(folder, [lines[n] for n in kept])
    repack(folder, renumbered, PLACES)
    signer = house.world.office.notary.signer("memory")
    resign(folder, lambda told: told["shards"][0].update(lines=len(kept)), signer)
    told = found(folder, key)

    assert (LOG, MIDDLE + 1, "does not follow from the lines before it: version_conflict") in told
