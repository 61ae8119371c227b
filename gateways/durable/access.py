"""API keys and their holders, and the record of who has looked at whom."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final, Literal, Protocol, get_args
from uuid import UUID, uuid4

Role = Literal["creditor", "adviser", "case_handler", "auditor", "operator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)
OF_CREDITORS: Final[frozenset[Role]] = frozenset({"creditor", "adviser"})
AGENCY: Final[tuple[Role, ...]] = ("case_handler", "auditor", "operator")

PREFIX: Final = "kvs_"
SECRET_BYTES: Final = 32
SHOWN_LETTERS: Final = 4
LABEL_LENGTH_MOST: Final = 100

Act = Literal["key_added", "key_rotated", "key_revoked", "read", "command"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """Who holds a key and what it opens; the secret itself is nowhere, only its SHA-256.

    `creditor_ids` is the scope of a creditor or an adviser; None is every creditor's.
    `ends_with` are the secret's last letters, for telling keys apart.
    """

    key_id: UUID
    label: str
    role: Role
    creditor_ids: tuple[UUID, ...] | None
    ends_with: str
    added_at: datetime
    rotated_at: datetime | None = None
    revoked_at: datetime | None = None
    last_used_at: datetime | None = None

    @property
    def actor(self) -> str:
        """How the log names the holder: by the key, which stays the same when it is rotated."""
        return f"key:{self.key_id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessLine:
    """One line of the record of access: who did what, about whom, when, by which request."""

    at: datetime
    act: Act
    actor: str
    role: str
    route: str = ""
    request_id: UUID | None = None
    key_id: UUID | None = None
    case_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()


class AccessStore(Protocol):
    """Keeps keys and the record of access. Lines are added, never changed, and go by age alone."""

    def add(self, key: ApiKey, digest: bytes) -> None:
        """Keep a new key; the digest is of its secret."""
        ...

    def rotate(self, key_id: UUID, digest: bytes, ends_with: str, at: datetime) -> bool:
        """Give a key that is not revoked another secret; the one before opens nothing more.

        False when there is no such key.
        """
        ...

    def revoke(self, key_id: UUID, at: datetime) -> bool:
        """Let a key open nothing any more; False when there is none that did."""
        ...

    def all_keys(self) -> Sequence[ApiKey]:
        """All keys, the revoked too, in the order they were added."""
        ...

    def opened_by(self, digest: bytes) -> ApiKey | None:
        """The key with that secret; None when it is unknown or revoked."""
        ...

    def used(self, key_id: UUID, at: datetime) -> None:
        """Note when a key was last used."""
        ...

    def note(self, line: AccessLine) -> None:
        """Add a line to the record of access; it is durable on return."""
        ...

    def about(self, person_id: UUID, case_ids: Sequence[UUID] = ()) -> Sequence[AccessLine]:
        """Who has looked at a person, or at one of the cases, the latest first."""
        ...

    def lines(self, limit: int) -> Sequence[AccessLine]:
        """The latest lines of the record, the latest first."""
        ...

    def named(self, before: datetime) -> Sequence[UUID]:
        """The persons that lines from before that moment name, each once."""
        ...

    def prune(self, before: datetime, held: Collection[UUID], *, trial: bool = False) -> int:
        """Remove lines from before that moment that name nobody of `held`; how many.

        In a trial they all stay.
        """
        ...


def make(
    access: AccessStore, *, label: str, role: Role, creditor_ids: Sequence[UUID], at: datetime
) -> tuple[ApiKey, str]:
    """Make a key and keep it; with its secret, which nobody can tell again.

    The scope is a creditor's or an adviser's; the agency's own see every creditor.
    """
    secret = new_secret()
    key = ApiKey(
        key_id=uuid4(),
        label=label,
        role=role,
        creditor_ids=tuple(creditor_ids) if role in OF_CREDITORS else None,
        ends_with=secret[-SHOWN_LETTERS:],
        added_at=at,
    )
    access.add(key, digest_of(secret))
    return key, secret


def new_secret() -> str:
    """A secret nobody can guess, to be shown once."""
    return PREFIX + token_urlsafe(SECRET_BYTES)


def digest_of(secret: str) -> bytes:
    """What is kept of a secret. It is random and long, so that a fast hash hides it well."""
    return sha256(secret.encode()).digest()
