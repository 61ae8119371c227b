"""Exports: whole or not at all, the same bytes for the same part, and told in the log."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import jsonschema_rs
import pytest

from engine.journal.merkle import EMPTY
from events.export import ExportMade
from events.registry import decode
from gateways.exporting.making import scope_of_log
from gateways.exporting.scope import Scope, Span
from gateways.exporting.verify import MANIFEST, main
from gateways.memory.index import MemoryIndex
from gateways.memory.log import MemoryLog
from replay.logged import UnprovableError
from tests.gateways.desk.world import refused
from tests.gateways.exporting.conftest import KINDS
from tests.gateways.exporting.house import (
    JUNK,
    LOG,
    NAMES,
    PLACES,
    House,
    files_of,
    found,
    lines_of,
)


def content(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in files_of(folder)}


def fresh(tmp_path: Path) -> tuple[House, Path]:
    return House(), tmp_path / "export"


def places(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines_of(folder, PLACES)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_part_gives_the_same_bytes_whatever_has_happened_since(
    tmp_path: Path, kind: str
) -> None:
    house, to = fresh(tmp_path)
    scope = house.scope(kind)
    house.export(scope, to)
    house.world.days_until(date(2026, 9, 20))
    house.export(scope, tmp_path / "again")

    assert house.end > scope.spans[0].until
    assert content(to) == content(tmp_path / "again")


def test_the_whole_log_is_there_byte_for_byte(exported: tuple[House, Path]) -> None:
    house, folder = exported
    (shard,) = json.loads((folder / "log" / MANIFEST).read_bytes())["shards"]
    until = shard["until_offset"]
    records = [raw for _, raw in house.world.office.runner.log.read(0, 0, until)]
    told = places(folder / "log")

    assert JUNK in records
    assert lines_of(folder / "log") == [line for raw in records for line in raw.split(b"\n")]
    assert {"stands", "duplicate", "version_conflict", "unreadable"} <= {
        p["verdict"] for p in told
    }


def test_a_part_of_the_log_goes_on_from_the_tree_before_it(exported: tuple[House, Path]) -> None:
    house, folder = exported
    manifest = json.loads((folder / "range" / MANIFEST).read_bytes())
    (shard,) = manifest["shards"]
    start, until = shard["from_offset"], shard["until_offset"]
    records = [raw for _, raw in house.world.office.runner.log.read(0, 0, until)]
    before = EMPTY.grown(line for raw in records[:start] for line in raw.split(b"\n"))

    assert shard["first_leaf"] == before.size >= start == 7
    assert [bytes.fromhex(each) for each in shard["frontier"]] == list(before.frontier)
    assert shard["size"] == before.size + shard["lines"]


def test_an_export_of_a_case_holds_all_of_it_and_nobody_elses(
    exported: tuple[House, Path],
) -> None:
    house, folder = exported
    own, others = house.case_id(), {house.case_id(1), house.case_id(2)}
    told = b"\n".join(lines_of(folder / "case"))
    version = {
        part["first_version"] + n
        for line, place in zip(lines_of(folder / "case"), places(folder / "case"), strict=True)
        if place["verdict"] == "stands"
        for part in json.loads(line)["parts"]
        if part["stream"] == f"case-{own}"
        for n, _ in enumerate(part["events"])
    }

    assert version == set(range(1, len(house.world.office.store.read(f"case-{own}").events) + 1))
    assert b"claim.offered" in told
    assert not [case for case in others if str(case).encode() in told]
    stream = re.compile(rb'"stream":"person-[0-9a-f-]+"')
    assert len(set(stream.findall(told))) == 1


def test_an_export_of_a_creditor_holds_its_cases_and_no_others(
    exported: tuple[House, Path],
) -> None:
    house, folder = exported
    told = b"\n".join(lines_of(folder / "creditor"))
    by_creditor = {house.case_id(n): house.creditor_id(n) for n in range(3)}

    for case_id, creditor_id in by_creditor.items():
        assert (f"case-{case_id}".encode() in told) == (creditor_id == house.creditor_id())
    assert b"creditor.payout_account_approved" in told
    assert len(set(by_creditor.values())) == 2


@pytest.mark.parametrize("kind", KINDS)
def test_no_name_is_in_clear_in_any_file(exported: tuple[House, Path], kind: str) -> None:
    _, folder = exported
    for name, raw in content(folder / kind).items():
        text = b"\n".join(lines_of(folder / kind, name)) if name.endswith(".gz") else raw
        assert not [each for each in NAMES if each.encode() in text], name


def test_a_case_is_told_in_plain_norwegian(exported: tuple[House, Path]) -> None:
    told = (exported[1] / "case" / "history.txt").read_text("utf-8")

    assert "Inkassovarsel sendt. Frist" in told
    assert "registrert 13.08.2026 10:00:00 av" in told or "registrert 03.08.2026" in told


def test_every_event_has_the_shape_its_schema_says(exported: tuple[House, Path]) -> None:
    folder = exported[1] / "log"
    shapes = {
        path.name: jsonschema_rs.validator_for(json.loads(path.read_bytes()))
        for path in (folder / "schemas").iterdir()
    }
    count = 0
    for line, place in zip(lines_of(folder), places(folder), strict=True):
        if place["verdict"] == "unreadable":
            continue
        for part in json.loads(line)["parts"]:
            for event in part["events"]:
                shapes[f"{event['type']}.{event['schema']}.json"].validate(event["data"])
                count += 1

    assert count > 50
    assert not [n for n in shapes if b"Clear" in (folder / "schemas" / n).read_bytes()]


def test_that_it_was_exported_stands_in_the_log_with_who_and_what(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    scope = house.scope("case")
    made = house.export(scope, to)
    entry = house.world.office.runner.index.entries(0, 0, 9999)[-1]
    event = decode(entry.type, entry.schema, entry.data)

    assert isinstance(event, ExportMade)
    assert entry.actor == "user:kari"
    assert entry.stream.startswith("export-")
    assert (event.kind, event.subject_id) == ("case", house.case_id())
    assert (event.spans[0].until_offset, event.lines) == (scope.spans[0].until, made.lines)
    assert event.manifest_sha256 == made.manifest_sha256


def nothing_left(folder: Path) -> bool:
    return not folder.exists() and list(folder.parent.glob("*")) == []


def test_an_export_that_fails_leaves_nothing_and_tells_nothing(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    end = house.world.end
    with refused("subject_unknown"):
        house.export(replace(house.scope("case"), subject_id=house.creditor_id()), to)
    with refused("range_empty"):
        house.export(Scope(spans=(Span(0, 5, 5),)), to)
    with refused("range_empty"):
        house.export(Scope(spans=()), to)
    with refused("range_beyond_log"):
        house.export(Scope(spans=(Span(0, 0, house.end + 1),)), to)
    house.world.office.store.writer.append = failing  # type: ignore[method-assign]  # a hand on the switch
    with pytest.raises(InterruptedError):
        house.export(house.scope(), to)

    assert nothing_left(to)
    assert house.world.end == end


def failing(_line: object) -> None:
    raise InterruptedError


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    to.mkdir()
    house.export(house.scope(), to)
    before = content(to)
    with refused("folder_not_empty"):
        house.export(house.scope(), to)

    assert content(to) == before
    assert found(to, house.key) == []


def test_a_log_that_is_not_what_was_judged_is_not_exported(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    log = house.world.office.runner.log
    assert isinstance(log, MemoryLog)
    records = log._shards[0]  # noqa: SLF001 - a stranger's hand
    before = list(records)
    records[12] = records[12].replace(b'"actor":"', b'"actor":"x', 1)
    with pytest.raises(UnprovableError, match="not the one that was judged"):
        house.export(house.scope(), to)
    records[12] = JUNK
    with pytest.raises(UnprovableError, match="tree of the index"):
        house.export(house.scope(), to)
    records[:] = before
    index = house.world.office.runner.index
    assert isinstance(index, MemoryIndex)
    index.content.decided.clear()
    with pytest.raises(UnprovableError, match="has no verdict"):
        house.export(house.scope(), to)

    assert nothing_left(to)


def test_a_log_that_was_rewritten_since_a_checkpoint_is_not_exported(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    office, stranger = house.world.office, House().world.office
    meta = stranger.runner.index.meta(0)
    stored = stranger.notary.signed(meta.log_id, 0, meta.tree, house.world.clock.now())
    office.notary.store.keep(replace(stored, size=EMPTY.grown([b""] * 9).size))
    with pytest.raises(UnprovableError, match="rewritten"):
        house.export(house.scope(), to)

    assert nothing_left(to)


def test_an_export_leaves_a_checkpoint_behind(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    meta = house.world.office.runner.index.meta(0)
    house.export(house.scope(), to)
    kept = house.world.office.notary.store.last(meta.log_id, 0)

    assert kept is not None
    assert (kept.size, kept.root) == (meta.tree.size, meta.tree.root.hex())
    assert (to / "checkpoint-0.txt").read_text() == kept.note


def test_the_scope_without_an_end_goes_to_where_the_log_is_now(tmp_path: Path) -> None:
    house, to = fresh(tmp_path)
    first = scope_of_log(house.world.office)
    house.export(first, to)
    second = scope_of_log(house.world.office)

    assert second.spans[0].until == first.spans[0].until + 1


def test_the_verifier_tells_people_and_programs(
    copied: Callable[[str], Path], key: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = copied("log")
    assert main([str(folder)]) == 0
    trusting = capsys.readouterr().out
    assert main([str(folder), "--key", key, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"count": 0, "findings": []}
    (folder / LOG).unlink()
    assert main([str(folder), "--key", key]) == 1
    told = capsys.readouterr().out
    assert main([str(folder / "schemas")]) == 2

    assert "compare it with the published one" in trusting
    assert f"WRONG  {LOG}: is missing" in told


def personal(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in lines_of(folder, "personal-0.jsonl.gz")]


def test_what_is_personal_is_in_clear_only_when_asked_for_and_says_slettet_once_erased(
    tmp_path: Path,
) -> None:
    house, to = fresh(tmp_path)
    scope = replace(house.scope("case"), personal=True)
    house.export(scope, to)
    told = personal(to)
    own = {each["person_id"] for each in told if each["field"] == "name"}
    for person_id in own:
        house.world.office.vault._keys.destroy(UUID(person_id))  # noqa: SLF001 - as erasing does
    house.export(scope, tmp_path / "after")
    entry = house.world.office.runner.index.entries(0, 0, 9999)[-1]

    (name,) = (each["text"] for each in told if each["field"] == "name")
    assert name in NAMES
    assert {each["text"] for each in personal(tmp_path / "after")} == {"slettet"}
    assert name.encode() not in b"".join(content(tmp_path / "after").values())
    assert lines_of(to) == lines_of(tmp_path / "after")
    assert found(to, house.key) == found(tmp_path / "after", house.key) == []
    assert b'"personal":true' in entry.data
