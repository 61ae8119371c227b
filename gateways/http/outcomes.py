"""What became of a command whose outcome nobody could tell when it was given."""

from typing import Any
from uuid import UUID

from fastapi.responses import JSONResponse

from engine.journal.outcome import Committed, outcome_of
from engine.refusal import RefusedError
from gateways.http.access import ALL, Visiting, for_, router
from gateways.http.commands.carrying import POSITION, Carried

routes = router("commands")


@routes.get("/outcomes/{commit_id}", response_model=Carried, **for_(*ALL))
def outcome(commit_id: UUID, visit: Visiting) -> Any:
    """What became of one's own command: `unknown` still, `done`, or `already` for nothing done.

    Of what came to nothing the same command may be sent again, and is decided anew.
    """
    office = visit.office
    if office.durable.requests.waiting(commit_id, visit.caller.key_id) is None:
        raise RefusedError("outcome_unknown")
    decided = office.store.index.decided([commit_id]).get(commit_id)
    if decided is None:
        return Carried(outcome="unknown", commit_id=commit_id)
    found = outcome_of(decided)
    if not isinstance(found, Committed):
        return Carried(outcome="already", commit_id=commit_id)
    position = f"{decided.shard}:{found.last_nid}"
    told = Carried(outcome="done", commit_id=commit_id, position=position)
    return JSONResponse(told.model_dump(mode="json"), headers={POSITION: position})
