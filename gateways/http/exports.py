"""Exports over HTTP: what is about one case or creditor, with its proofs, as one file."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from gateways.durable.access import Role
from gateways.exporting.making import export, scope_of_case, scope_of_creditor
from gateways.exporting.scope import Scope
from gateways.exporting.zipped import zip_into
from gateways.http.access import Visit, Visiting, for_, router

ZIP: Final = "application/zip"
AUDITORS: Final[tuple[Role, ...]] = ("auditor", "operator")
OFFSET_MOST: Final = 2**62

routes = router("exports")


class ExportAsked(BaseModel):
    """Where an export ends."""

    model_config = ConfigDict(extra="ignore")

    until_offset: int | None = Field(
        default=None,
        ge=1,
        le=OFFSET_MOST,
        description="Records of the log before this one; all there are, if not told. The "
        "manifest tells it, and the same offset gives the same bytes again.",
    )


def _declared() -> dict[str, Any]:
    told = for_(*AUDITORS, also=(422,))
    told["responses"][200] = {
        "description": "A zip file; `README.txt` in it tells how it is verified.",
        "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
    }
    return {**told, "response_class": Response}


@routes.post("/cases/{case_id}/export", **_declared())
def export_case(
    visit: Visiting, case_id: UUID, asked: Annotated[ExportAsked, Query()]
) -> Response:
    """Take out all commits on a case, with the proof of each one's place in the whole log.

    What is personal stays sealed. Each time it is an event in the log.
    """
    row = visit.case(case_id)
    return _sent(visit, scope_of_case(visit.office, row.case_id), asked, row.case_number)


@routes.post("/creditors/{creditor_id}/export", **_declared())
def export_creditor(
    visit: Visiting, creditor_id: UUID, asked: Annotated[ExportAsked, Query()]
) -> Response:
    """Take out all commits on a creditor, its payouts, candidates and cases, with their proofs.

    What is personal stays sealed. Each time it is an event in the log.
    """
    row = visit.creditor(creditor_id)
    return _sent(visit, scope_of_creditor(visit.office, row.creditor_id), asked, str(row.number))


def _sent(visit: Visit, scope: Scope, asked: ExportAsked, name: str) -> Response:
    if asked.until_offset is not None:
        scope = scope.until(asked.until_offset)
    with TemporaryDirectory() as scratch:
        folder, zipped = Path(scratch) / "export", BytesIO()
        export(visit.office, scope, folder, visit.caller.actor, _untold)
        zip_into(folder, zipped)
    headers = {"Content-Disposition": f'attachment; filename="{scope.kind}-{name}.zip"'}
    return Response(zipped.getvalue(), media_type=ZIP, headers=headers)


def _untold(_records: int) -> None:
    """Progress nobody can be shown."""
