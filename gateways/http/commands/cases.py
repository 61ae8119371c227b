"""Commands on one case: what the debtor, the creditor and the post say of it."""

from typing import Any
from uuid import UUID

from gateways.desk import cases
from gateways.http.access import WRITERS, router
from gateways.http.bodies import Body, Words
from gateways.http.commands.carrying import Asked, command_for

routes = router("case commands")


class Pausing(Body):
    """Why a case is to rest."""

    reason: Words


@routes.post("/cases/{case_id}/pause", **command_for(*WRITERS))
def pause(case_id: UUID, said: Pausing, asked: Asked) -> Any:
    """Let a case rest: no letters, no new costs, until it is resumed."""
    return asked.on_case(
        case_id, lambda office, row, by: cases.pause(office, row, said.reason, by), said
    )


@routes.post("/cases/{case_id}/resume", **command_for(*WRITERS))
def resume(case_id: UUID, asked: Asked) -> Any:
    """Let a resting case go on."""
    return asked.on_case(case_id, cases.resume)
