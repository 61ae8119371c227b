"""Who a key is: its role and what it may see."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from gateways.durable.access import Role
from gateways.http.access import ALL, Visiting, for_, router

routes = router("access")


class Me(BaseModel):
    """Whoever asks. `creditor_ids` null is every creditor."""

    actor: str = Field(description="How the log names what this key does.")
    role: Role
    creditor_ids: list[UUID] | None


@routes.get("/me", response_model=Me, **for_(*ALL))
def me(visit: Visiting) -> Any:
    """Who the key is, and which creditors it may see."""
    scope = visit.caller.creditor_ids
    return Me(
        actor=visit.caller.actor,
        role=visit.caller.role,
        creditor_ids=None if scope is None else list(scope),
    )
