"""`kravspor key`: who may come in over HTTP, as what, and for which creditors."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

import typer

from engine.refusal import RefusedError, refuse_if
from gateways.cli.opening import opened
from gateways.cli.output import emit
from gateways.cli.taking import Shared, hands_in, looks
from gateways.desk.finding import begins, find_creditor, only
from gateways.durable import access
from gateways.durable.access import OF_CREDITORS, SHOWN_LETTERS, AccessLine, Act, ApiKey, Role
from gateways.office import Office

app = typer.Typer(no_args_is_help=True)

KeyWords = Annotated[
    str, typer.Argument(metavar="KEY", help="The key's id, the beginning of it, or its label.")
]


class Roles(StrEnum):
    """What a key may do."""

    creditor = "creditor"
    adviser = "adviser"
    case_handler = "case_handler"
    auditor = "auditor"
    operator = "operator"


ROLES: dict[Roles, Role] = {
    Roles.creditor: "creditor",
    Roles.adviser: "adviser",
    Roles.case_handler: "case_handler",
    Roles.auditor: "auditor",
    Roles.operator: "operator",
}


@app.callback()
def key() -> None:
    """API keys. A secret is shown once, when it is made."""


@app.command()
@hands_in
def add(
    label: Annotated[str, typer.Argument(help="Whose key it is, for people to know it by.")],
    *,
    role: Annotated[Roles, typer.Option(help="What the key may do.")],
    creditor: Annotated[
        list[str] | None, typer.Option(help="A creditor it may see; may be repeated.")
    ] = None,
    shared: Shared,
) -> None:
    """Make a key. A creditor's has one creditor, an adviser's one or several."""
    with opened(shared.data, shared.today) as office:
        scope = _scope(office, ROLES[role], creditor or [])
        made, secret = access.make(
            office.durable.access,
            label=label[: access.LABEL_LENGTH_MOST],
            role=ROLES[role],
            creditor_ids=scope,
            at=office.clock.now(),
        )
        _note(office, "key_added", made, shared.actor)
    _tell_secret(made, secret, json=shared.json)


@app.command("list")
@looks
def list_(*, shared: Shared) -> None:
    """List the keys, the revoked too, and when each was last used."""
    with opened(shared.data, shared.today) as office:
        found = office.durable.access.all_keys()
    emit(list(found) if shared.json else [_line(each) for each in found], json=shared.json)


@app.command()
@hands_in
def rotate(words: KeyWords, *, shared: Shared) -> None:
    """Give a key another secret; the one before opens nothing from now on."""
    secret = access.new_secret()
    with opened(shared.data, shared.today) as office:
        found = _find(office, words)
        moved = office.durable.access.rotate(
            found.key_id,
            access.digest_of(secret),
            secret[-SHOWN_LETTERS:],
            office.clock.now(),
        )
        refuse_if(not moved, "key_unknown", asked=words)
        _note(office, "key_rotated", found, shared.actor)
    _tell_secret(found, secret, json=shared.json)


@app.command()
@hands_in
def revoke(words: KeyWords, *, shared: Shared) -> None:
    """Let a key open nothing any more, from this moment."""
    with opened(shared.data, shared.today) as office:
        found = _find(office, words)
        if office.durable.access.revoke(found.key_id, office.clock.now()):
            _note(office, "key_revoked", found, shared.actor)
    told = {"key_id": found.key_id, "label": found.label, "revoked": True}
    emit(told if shared.json else f"{found.label} opens nothing any more.", json=shared.json)


def _scope(office: Office, role: Role, called: list[str]) -> list[UUID]:
    """The creditors a key may see.

    Refuses: scope_missing, scope_superfluous, creditor_unknown.
    """
    refuse_if(role in OF_CREDITORS and not called, "scope_missing")
    refuse_if(role == "creditor" and len(called) > 1, "scope_superfluous")
    refuse_if(role not in OF_CREDITORS and bool(called), "scope_superfluous")
    return [find_creditor(office, words).creditor_id for words in called]


def _find(office: Office, words: str) -> ApiKey:
    """The key that is meant, among those that still open something.

    Refuses: key_unknown, id_ambiguous.
    """
    said = words.strip()
    standing = [each for each in office.durable.access.all_keys() if each.revoked_at is None]
    found = [each for each in standing if each.label == said or begins(each.key_id, said.lower())]
    if not found:
        raise RefusedError("key_unknown", asked=words)
    return only(found, words)


def _note(office: Office, act: Act, key: ApiKey, actor: str) -> None:
    office.durable.access.note(
        AccessLine(at=office.clock.now(), act=act, actor=actor, role=key.role, key_id=key.key_id)
    )


def _tell_secret(key: ApiKey, secret: str, *, json: bool) -> None:
    if json:
        emit({"key_id": key.key_id, "label": key.label, "secret": secret}, json=True)
        return
    emit(f"{key.label} ({key.role}, {key.key_id})")
    emit(f"  {secret}")
    emit("Nobody can tell it again: keep it now, where secrets are kept.")


def _line(key: ApiKey) -> dict[str, object]:
    return {
        "key": str(key.key_id)[:8],
        "label": key.label,
        "role": key.role,
        "creditors": "all" if key.creditor_ids is None else len(key.creditor_ids),
        "ends with": f"…{key.ends_with}",
        "added_at": key.added_at,
        "rotated_at": key.rotated_at,
        "used_at": key.last_used_at,
        "revoked_at": key.revoked_at,
    }
