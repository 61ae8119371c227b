"""The API of an office with two creditors, a case of each, and a key of every role."""

import warnings
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from gateways.desk import invoices
from gateways.durable import access
from gateways.durable.access import Role
from gateways.http.app import create_app
from gateways.http.limits import Limits
from gateways.office import Office
from projections import case_list, creditor
from projections.case_list import CaseRow
from projections.creditor import Creditor
from tests.gateways.desk.world import World, csv_of, row

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the name its HTTP client will have in the next release
    from fastapi.testclient import TestClient

ROOMY = Limits(per_second=1e6, burst=1_000_000)
OURS, OTHERS = "Lys og Varme AS", "Vann og Kloakk AS"


@dataclass
class ApiWorld:
    """An office, its API, and who may ask."""

    world: World
    client: TestClient
    secrets: dict[str, str]

    @property
    def office(self) -> Office:
        return self.world.office

    def creditor(self, name: str = OURS) -> Creditor:
        return next(r for r in self.office.rows.find(creditor.TABLE) if r.name == name)

    def case(self, name: str = OURS) -> CaseRow:
        """The first case of the creditor."""
        equals = {"creditor_id": self.creditor(name).creditor_id}
        return self.office.rows.find(case_list.TABLE, equals=equals)[0]

    def ask(self, method: str, path: str, role: str = "creditor", **more: Any) -> Any:
        """The answer to a request by the key of that role; a command gets a key of its own."""
        headers = {"Authorization": f"Bearer {self.secrets[role]}"}
        if method != "GET":
            headers["Idempotency-Key"] = str(uuid4())
        headers |= more.pop("headers", {})
        return self.client.request(method, path, headers=headers, **more)

    def get(self, path: str, role: str = "creditor", **more: Any) -> Any:
        return self.ask("GET", path, role, **more)

    def post(self, path: str, body: object = None, role: str = "creditor", **more: Any) -> Any:
        if body is not None:
            more["json"] = body
        return self.ask("POST", path, role, **more)


def api_world(world: World, limits: Limits = ROOMY) -> ApiWorld:
    """Two creditors with a case each, and keys: `creditor` and `adviser` are the first's."""
    world.creditor()
    world.creditor(2, OTHERS)
    for name, number in ((OURS, "1001"), (OTHERS, "2001")):
        rows = csv_of(row(number, creditor=name, name=f"Kunde av {number}"))
        invoices.take_in(world.office, rows, "a.csv", today=world.today, actor="user:kari")
    app = create_app(world.office, limits=limits)
    made = ApiWorld(world, TestClient(app, raise_server_exceptions=True), {})
    ours, others = made.creditor().creditor_id, made.creditor(OTHERS).creditor_id
    made.secrets = {
        "creditor": secret_of(world.office, "creditor", [ours]),
        "other creditor": secret_of(world.office, "creditor", [others]),
        "adviser": secret_of(world.office, "adviser", [ours]),
        "case_handler": secret_of(world.office, "case_handler"),
        "second case_handler": secret_of(world.office, "case_handler"),
        "auditor": secret_of(world.office, "auditor"),
        "operator": secret_of(world.office, "operator"),
    }
    return made


def secret_of(office: Office, role: Role, scope: list[UUID] | None = None) -> str:
    """The secret of a new key."""
    _, secret = access.make(
        office.durable.access,
        label=f"test {role}",
        role=role,
        creditor_ids=scope or [],
        at=office.clock.now(),
    )
    return secret
