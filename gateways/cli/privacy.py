"""`kravspor privacy`: what is held on a person, how long it must be, and forgetting it."""

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from engine.erasure import Hold
from gateways.cli.opening import opened, settings_of
from gateways.cli.output import NotUnderstoodError, as_json_text, emit
from gateways.cli.taking import Shared, asks, looks
from gateways.desk import forgetting
from gateways.desk.forgetting import Forgotten
from gateways.desk.portrait import portrait_of
from gateways.desk.portrait_page import printed
from gateways.desk.pruning import prune
from projections import kept

app = typer.Typer(no_args_is_help=True)

Person = Annotated[
    str,
    typer.Argument(
        metavar="PERSON", help="A fødselsnummer or orgnr, a debtor's id, or one of its cases."
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What must be kept on a debtor; nothing, when `may_be_forgotten_on` has come."""

    debtor_id: UUID
    may_be_forgotten_on: date | None
    holds: tuple[Hold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What the clock will take: people, requests of the API, deliveries, lines of the record."""

    persons: tuple[kept.Forgettable, ...]
    requests: int
    deliveries: int
    access_lines: int


@app.callback()
def privacy() -> None:
    """A person's rights: to see all that is held, and to be forgotten when nothing holds it."""


@app.command()
@looks
def holds(person: Person, *, shared: Shared) -> None:
    """Tell what must be kept on a person, until when, and by which law."""
    with opened(shared.data, shared.today) as office:
        found = [
            _held(debtor_id, forgetting.holds_on(office, debtor_id, office.today))
            for debtor_id in forgetting.find_persons(office, person)
        ]
    if shared.json:
        emit(found, json=True)
        return
    for each in found:
        emit(f"Debtor {each.debtor_id}:")
        emit(each.holds or "  nothing has to be kept")
        if each.may_be_forgotten_on:
            emit(f"May be forgotten from {each.may_be_forgotten_on:%d.%m.%Y} on.\n")
        else:
            emit("May not be forgotten while that lasts.\n")


@app.command()
@asks
def erase(
    person: Person,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do it; it cannot be undone.")] = False,
    shared: Shared,
) -> None:
    """Forget a person at its request: the keys are destroyed, and what was printed is removed.

    Refused while anything must be kept; `privacy holds` tells what. Amounts, dates and the
    chain of the log stay, and say "slettet".
    """
    if not yes:
        raise NotUnderstoodError("a key that is destroyed is gone for ever: add --yes")
    outbox = settings_of(shared.data).data / "outbox"
    with opened(shared.data, shared.today) as office:
        found = forgetting.find_persons(office, person)
        # Whoever is held is refused before anybody else's key is gone.
        for debtor_id in found:
            forgetting.refuse_if_held(office, debtor_id, office.today)
        by = shared.by(office)
        done = [forgetting.forget(office, outbox, debtor_id, by) for debtor_id in found]
    if shared.json:
        emit(done, json=True)
    else:
        emit("\n".join(map(_told, done)))


@app.command()
@looks
def export(
    person: Person,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="An empty or new folder.")],
    shared: Shared,
) -> None:
    """Write all that is held on a person as a PDF to read and as JSON."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise NotUnderstoodError(f"{to} is there already and not an empty folder")
    with opened(shared.data, shared.today) as office:
        portrait = portrait_of(office, forgetting.find_persons(office, person))
        page = printed(portrait, office.agency)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    files = {"innsyn.pdf": page, "innsyn.json": as_json_text(portrait).encode()}
    for name, content in files.items():
        (to / name).write_bytes(content)
    if shared.json:
        emit({"files": [str(to / name) for name in files]}, json=True)
    else:
        emit("written: " + ", ".join(str(to / name) for name in files))


@app.command()
@looks
def retention(
    *,
    days: Annotated[int, typer.Option(help="How far ahead to look.", min=0, max=3660)] = 30,
    shared: Shared,
) -> None:
    """List what the clock will take in the coming days, before `work` does it.

    Who will be forgotten; how many requests of the API are no longer held to their key, and how
    many things that webhooks took are no longer listed; how many lines of the record of access,
    on people who are forgotten, are old enough to go.
    """
    with opened(shared.data, shared.today) as office:
        last = office.today + timedelta(days=days)
        persons = kept.forgettable(office.rows, last - kept.DAY)
        due = Due(persons=tuple(persons), **asdict(prune(office, last, trial=True)))
    if shared.json:
        emit(due, json=True)
        return
    emit(persons or f"nobody in the next {days} days")
    emit(f"Requests of the API past their time by then: {due.requests}")
    emit(f"Deliveries to webhooks past their time by then: {due.deliveries}")
    emit(f"Lines of the record of access past their time by then: {due.access_lines}")


def _held(debtor_id: UUID, found: list[Hold]) -> Held:
    days = [hold.until for hold in found]
    last = None if None in days else max(filter(None, days), default=None)
    return Held(
        debtor_id=debtor_id,
        may_be_forgotten_on=None if last is None else last + kept.DAY,
        holds=tuple(found),
    )


def _told(done: Forgotten) -> str:
    return f"{done.debtor_id} is forgotten; files removed from the outbox: {done.files_removed}"
