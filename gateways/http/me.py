"""Who a key is: its role and what it may see."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gateways.durable.access import Role
from gateways.http.access import ALL, Visiting, for_, router
from projections.views.sql import listed

routes = router("access")


class Me(BaseModel):
    """Whoever asks. `creditor_ids` null is every creditor."""

    actor: str = Field(description="How the log names what this key does.")
    role: Role
    creditor_ids: list[UUID] | None


@routes.get("/me", response_model=Me, **for_(*ALL))
def me(visit: Visiting) -> Any:
    """Who the key is, and which creditors it may see."""
    caller = visit.caller
    return Me(actor=caller.actor, role=caller.role, creditor_ids=listed(caller.creditor_ids))
