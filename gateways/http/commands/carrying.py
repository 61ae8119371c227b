"""How a command comes in over HTTP: one key is one wish; or it is tried, and nothing written."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Final, Literal, TypeVar
from uuid import UUID, uuid5

from fastapi import Depends, Header, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from engine.case.statement import Statement, statement
from engine.journal.outcome import Committed
from engine.journal.recorded import recorded
from engine.loop import Foreseen, fold
from engine.ports import CommitUnknownError
from engine.refusal import RefusedError
from engine.registration import CASE
from engine.streams import case_stream
from events.base import Event
from gateways.desk.asking import By, Outcome
from gateways.durable.access import Role
from gateways.durable.requests import Request
from gateways.http.access import Visit, Visiting, for_
from gateways.office import Office
from gateways.trial import trial_of
from projections.case_list import CaseRow
from replay import sentences

POSITION: Final = "Kravspor-Position"
COMMAND_STATUSES: Final = (409, 413, 415, 422)

Wish = Callable[[Office, By], Outcome]


class Happened(BaseModel):
    """One event, in plain Norwegian."""

    type: str = Field(examples=["case.paused"])
    what: str = Field(examples=["Saken er satt på vent."])


class Owed(BaseModel):
    """What would be owed on the case at the end of the day."""

    on: date
    principal_ore: int
    interest_ore: int
    costs_ore: int
    paid_ore: int
    total_ore: int


class Carried(BaseModel):
    """What became of a command.

    `done`: it is written, and every projection shows it. `already`: it was so before, and
    nothing is written. `foreseen`: it was only tried. `unknown`: nobody can tell yet; ask at
    `Location`, or send the very same again: it has one effect.
    """

    outcome: Literal["done", "already", "foreseen", "unknown"]
    repeated: bool = Field(
        default=False, description="The same command was carried out before; this is its answer."
    )
    commit_id: UUID | None = None
    position: str | None = Field(default=None, description="SHARD:NID", examples=["0:1234"])
    subject_id: UUID | None = Field(default=None, description="What it is about: a case, …")
    events: list[Happened] = Field(default_factory=list)
    would_owe: Owed | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """A command on its way: whose, under which key, and whether it is only tried."""

    visit: Visit
    key: str
    dry_run: bool

    @property
    def command_id(self) -> UUID:
        """The key as the log knows it: another caller's same key is another wish."""
        return uuid5(self.visit.caller.key_id, self.key)

    def on_case(self, case_id: UUID, wish: "CaseWish", content: BaseModel | None = None) -> Any:
        """Have a wish on a case carried out, if the case is the caller's to see.

        Refuses: case_unknown, key_reused, and as the wish does.
        """
        row = self.visit.case(case_id)
        return self.carry(case_stream(case_id), lambda office, by: wish(office, row, by), content)

    def carry(self, stream: str, wish: Wish, content: BaseModel | bytes | None = None) -> Any:
        """Have a wish carried out whose events go to `stream`, among others.

        The same key with the same content gives the first answer again, if anything was
        written; else it is decided anew.
        Refuses: key_reused, and as the wish does.
        """
        office = self.visit.office
        if self.dry_run:
            return self._tried(stream, wish)
        self.remember(content)
        with self.visit.lanes.of(stream):
            earlier = office.store.answer(self.command_id, [stream])
            if earlier is not None:
                return self._done(stream, earlier)
            try:
                outcome = wish(office, self.visit.by(self.command_id))
            except CommitUnknownError as unknown:
                return self._unknown(stream, unknown.commit_id)
        if isinstance(outcome, Committed):
            return self._done(stream, outcome)
        return _answer(200, Carried(outcome="already", subject_id=_subject(stream)))

    def remember(self, content: BaseModel | bytes | None) -> None:
        """Hold the key to its first content.

        Refuses: key_reused.
        """
        told = content.model_dump_json().encode() if isinstance(content, BaseModel) else content
        words = f"{self.visit.method} {self.visit.path}\n".encode() + (told or b"")
        request = Request(
            command_id=self.command_id,
            key_id=self.visit.caller.key_id,
            mac=self.visit.office.vault.hmac("request", words),
            asked_at=self.visit.office.clock.now(),
        )
        if self.visit.office.durable.requests.first(request).mac != request.mac:
            raise RefusedError("key_reused")

    def _done(self, stream: str, outcome: Committed) -> JSONResponse:
        store = self.visit.office.store
        shard = store.shards.shard_of(stream) or 0
        count = outcome.last_nid - outcome.first_nid + 1
        entries = store.index.entries(shard, outcome.first_nid - 1, count)
        position = f"{shard}:{outcome.last_nid}"
        carried = Carried(
            outcome="done",
            repeated=outcome.repeated,
            commit_id=outcome.commit_id,
            position=position,
            subject_id=_subject(stream),
            events=[_happened(recorded(entry, store.decode).event) for entry in entries],
        )
        return _answer(200, carried, {POSITION: position})

    def _unknown(self, stream: str, commit_id: UUID) -> JSONResponse:
        self.visit.office.durable.requests.unknown(self.command_id, commit_id)
        carried = Carried(outcome="unknown", commit_id=commit_id, subject_id=_subject(stream))
        return _answer(202, carried, {"Location": f"/v1/outcomes/{commit_id}"})

    def _tried(self, stream: str, wish: Wish) -> JSONResponse:
        outcome = wish(trial_of(self.visit.office), self.visit.by(self.command_id))
        if not isinstance(outcome, Foreseen):
            return _answer(200, Carried(outcome="already", subject_id=_subject(stream)))
        carried = Carried(
            outcome="foreseen",
            subject_id=_subject(stream),
            events=[_happened(e) for events in outcome.changes.values() for e in events],
            would_owe=_owed(self.visit.office, outcome.changes),
        )
        return _answer(200, carried)


CaseWish = Callable[[Office, CaseRow, By], Outcome]
T = TypeVar("T")


def given(wish: Callable[[Office, CaseRow, T, By], Outcome], told: T) -> CaseWish:
    """The wish with what it is told."""
    return lambda office, row, by: wish(office, row, told, by)


def asking(
    visit: Visiting,
    idempotency_key: Annotated[
        str,
        Header(
            pattern=r"^[!-~]{8,200}$",
            description="The wish's own id, made by the caller: sent again it has one effect.",
            examples=["6c0d7f4e-2f7e-4c0e-9a55-0d6f2f3f9a10"],
        ),
    ],
    *,
    dry_run: Annotated[
        bool, Query(description="Only tell what would happen; nothing is written.")
    ] = False,
) -> Asking:
    """The command that this request is."""
    return Asking(visit, idempotency_key, dry_run)


Asked = Annotated[Asking, Depends(asking)]


def command_for(*roles: Role) -> dict[str, Any]:
    """The declaration of a command: who may give it, and how it may end."""
    told = for_(*roles, also=COMMAND_STATUSES)
    position = {"schema": {"type": "string"}, "description": "Where the log stands with it."}
    told["responses"][200] = {"headers": {POSITION: position}}
    told["responses"][202] = {
        "model": Carried,
        "description": "Nobody can tell yet; ask at `Location`, or send the same again.",
        "headers": {"Location": {"schema": {"type": "string"}}},
    }
    return {**told, "response_model": Carried}


def files_for(model: type[BaseModel], *roles: Role) -> dict[str, Any]:
    """The declaration of a command that hands in many rows, each told of by itself."""
    told = for_(*roles, also=COMMAND_STATUSES)
    return {**told, "response_model": model}


def _answer(
    status: int, carried: Carried, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    return JSONResponse(carried.model_dump(mode="json"), status, headers=headers)


def _happened(event: Event) -> Happened:
    return Happened(type=event.TYPE, what=sentences.told(event))


def _subject(stream: str) -> UUID:
    return UUID(stream[-36:])


def _owed(office: Office, changes: Mapping[str, Sequence[Event]]) -> Owed | None:
    """What would be owed on the one case that changes; None when none or several do."""
    cases = [stream for stream in changes if stream.startswith("case-")]
    if len(cases) != 1:
        return None
    case = fold(CASE, office.store.read(cases[0]))
    for event in changes[cases[0]]:
        case = CASE.evolve(case, event)  # type: ignore[arg-type]  # a case's stream holds a case's events
    try:
        return _told(statement(case, office.today))
    except RefusedError:  # no rate is known for the day: then nobody can say
        return None


def _told(owed: Statement) -> Owed:
    return Owed(
        on=owed.on,
        principal_ore=owed.principal_ore,
        interest_ore=owed.interest_ore,
        costs_ore=owed.costs_ore,
        paid_ore=owed.paid_ore,
        total_ore=owed.total_ore,
    )
