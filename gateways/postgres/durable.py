"""What is kept beside the log, in the schema `durable` of the journal's database."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from gateways.durable.access import AccessLine, ApiKey
from gateways.durable.requests import Request
from gateways.durable.stores import Durable
from gateways.postgres.checkpoints import PostgresCheckpoints
from gateways.postgres.database import Database, Params, counted
from gateways.postgres.queries import query
from gateways.postgres.webhooks import PostgresWebhooks
from projections.views.sql import listed


class PostgresAccess:
    """Keys and the record of access."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, key: ApiKey, digest: bytes) -> None:
        """Keep a new key."""
        params = {
            "key_id": key.key_id,
            "label": key.label,
            "role": key.role,
            "creditor_ids": listed(key.creditor_ids),
            "digest": digest,
            "ends_with": key.ends_with,
            "added_at": key.added_at,
        }
        _run(self._database, "add_key", params)

    def rotate(self, key_id: UUID, digest: bytes, ends_with: str, at: datetime) -> bool:
        """Give a key another secret."""
        params = {"key_id": key_id, "digest": digest, "ends_with": ends_with, "at": at}
        return bool(self._database.fetch("rotate_key", params))

    def revoke(self, key_id: UUID, at: datetime) -> bool:
        """Let a key open nothing any more."""
        return bool(self._database.fetch("revoke_key", {"key_id": key_id, "at": at}))

    def all_keys(self) -> Sequence[ApiKey]:
        """All keys, in the order they were added."""
        return [_key(row) for row in self._database.fetch("api_keys")]

    def opened_by(self, digest: bytes) -> ApiKey | None:
        """The key with that secret."""
        rows = self._database.fetch("key_opened_by", {"digest": digest})
        return _key(rows[0]) if rows else None

    def used(self, key_id: UUID, at: datetime) -> None:
        """Note when a key was last used."""
        _run(self._database, "key_used", {"key_id": key_id, "at": at})

    def note(self, line: AccessLine) -> None:
        """Add a line to the record of access; a connection lost in the middle may add two."""
        params = {
            "at": line.at,
            "act": line.act,
            "actor": line.actor,
            "role": line.role,
            "route": line.route,
            "request_id": line.request_id,
            "key_id": line.key_id,
            "case_ids": list(line.case_ids),
            "person_ids": list(line.person_ids),
        }
        _run(self._database, "note_access", params)

    def about(self, person_id: UUID, case_ids: Sequence[UUID] = ()) -> Sequence[AccessLine]:
        """Who has looked at a person, or at one of the cases, the latest first."""
        params = {"person_id": person_id, "case_ids": list(case_ids)}
        return [_line(row) for row in self._database.fetch("access_about", params)]

    def lines(self, limit: int) -> Sequence[AccessLine]:
        """The latest lines of the record, the latest first."""
        return [_line(row) for row in self._database.fetch("access_lines", {"limit": limit})]

    def named(self, before: datetime) -> Sequence[UUID]:
        """The persons that lines from before that moment name."""
        return [row[0] for row in self._database.fetch("access_named", {"before": before})]

    def prune(self, before: datetime, held: Collection[UUID], *, trial: bool = False) -> int:
        """Remove old lines that name nobody of `held`."""
        params = {"before": before, "held": list(held), "trial": trial}
        return counted(self._database, "prune_access", params)


class PostgresRequests:
    """Requests by their command id."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def first(self, request: Request) -> Request:
        """Keep the request unless its command id is known; what is kept under it."""
        params = {
            "command_id": request.command_id,
            "key_id": request.key_id,
            "mac": request.mac,
            "asked_at": request.asked_at,
        }
        rows: list[tuple[UUID, UUID, str, datetime, UUID | None]] = []
        while not rows:  # another process kept one at the very same moment: asked again
            rows = self._database.fetch("first_request", params)
        return _request(rows[0])

    def unknown(self, command_id: UUID, commit_id: UUID) -> None:
        """Note the commit that the command's outcome hangs on."""
        params = {"command_id": command_id, "commit_id": commit_id}
        _run(self._database, "request_unknown", params)

    def waiting(self, commit_id: UUID, key_id: UUID) -> Request | None:
        """The request of that key whose outcome hangs on the commit."""
        params = {"commit_id": commit_id, "key_id": key_id}
        rows = self._database.fetch("request_waiting", params)
        return _request(rows[0]) if rows else None

    def prune(self, before: datetime, *, trial: bool = False) -> int:
        """Remove what was first asked before that moment."""
        return counted(self._database, "prune_requests", {"before": before, "trial": trial})


def on_postgres(database: Database) -> Durable:
    """The stores in that database; its schema was made when the journal was opened."""
    return Durable(
        PostgresAccess(database),
        PostgresRequests(database),
        PostgresCheckpoints(database),
        PostgresWebhooks(database),
    )


def _run(database: Database, name: str, params: Params) -> None:
    database.read(lambda connection: connection.execute(query(name), params))


def _key(row: tuple[object, ...]) -> ApiKey:
    names = (
        *("key_id", "label", "role", "creditor_ids", "ends_with"),
        *("added_at", "rotated_at", "revoked_at", "last_used_at"),
    )
    told = dict(zip(names, row, strict=True))
    scope = told["creditor_ids"]
    told["creditor_ids"] = tuple(scope) if isinstance(scope, list) else None
    return ApiKey(**told)  # type: ignore[arg-type]  # the columns are typed as the fields are


def _line(row: tuple[object, ...]) -> AccessLine:
    names = (
        *("at", "act", "actor", "role", "route", "request_id", "key_id"),
        *("case_ids", "person_ids"),
    )
    plain = (tuple(value) if isinstance(value, list) else value for value in row)
    return AccessLine(**dict(zip(names, plain, strict=True)))  # type: ignore[arg-type]  # as above


def _request(row: tuple[UUID, UUID, str, datetime, UUID | None]) -> Request:
    command_id, key_id, mac, asked_at, commit_id = row
    return Request(
        command_id=command_id, key_id=key_id, mac=mac, asked_at=asked_at, commit_id=commit_id
    )
