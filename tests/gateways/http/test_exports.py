"""Exports over HTTP: one file that proves itself, for auditors and for nobody else."""

from io import BytesIO
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

from events.export import ExportMade
from events.registry import decode
from gateways.exporting.verify import verify
from tests.gateways.http.world import ApiWorld


def unpacked(content: bytes, folder: Path) -> Path:
    with ZipFile(BytesIO(content)) as zipped:
        zipped.extractall(folder)
    return folder


def key_of(api: ApiWorld) -> str:
    office = api.office
    return office.notary.signer(office.runner.log.identity()).public.text


def test_a_case_and_a_creditor_are_exported_as_a_file_that_proves_itself(
    api: ApiWorld, tmp_path: Path
) -> None:
    case = api.case()
    paths = (f"/v1/cases/{case.case_id}/export", f"/v1/creditors/{case.creditor_id}/export")
    for number, path in enumerate(paths):
        answer = api.post(path, role="auditor")
        folder = unpacked(answer.content, tmp_path / str(number))

        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip")
        assert verify(folder, key_of(api))[1].told == []


def test_the_same_end_gives_the_same_bytes_and_each_time_is_an_event(api: ApiWorld) -> None:
    path, end = f"/v1/cases/{api.case().case_id}/export", api.office.runner.log.end(0)
    first = api.post(path, role="auditor")
    again = api.post(f"{path}?until_offset={end}", role="operator")
    events = [decode(e.type, e.schema, e.data) for e in api.office.store.index.entries(0, 0, 999)]

    assert first.content == again.content
    assert sum(isinstance(event, ExportMade) for event in events) == 2
    assert api.post(f"{path}?until_offset=999999", role="auditor").status_code == 422


def test_nobody_but_auditors_and_operators_may_take_a_case_out(api: ApiWorld) -> None:
    path = f"/v1/cases/{api.case().case_id}/export"

    assert [api.post(path, role=r).status_code for r in ("creditor", "case_handler")] == [403, 403]
    assert api.post(f"/v1/cases/{uuid4()}/export", role="auditor").status_code == 404
