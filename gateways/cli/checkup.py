"""The part of `kravspor doctor` that asks the journal: is it whole, does it stand, is it read."""

from contextlib import closing
from typing import TYPE_CHECKING

from engine.journal.shards import in_use
from engine.ports import UnavailableError
from gateways.cli.house import BEGIN, is_there
from gateways.postgres.binaries import ServerError
from gateways.settings import Settings
from gateways.stores import addresses, open_log
from replay.standing import standing

if TYPE_CHECKING:  # the driver takes its time, and most checks need none
    from psycopg import Connection

KEYS_COUNTED = (
    "SELECT (SELECT count(*) FROM keys.person WHERE key IS NOT NULL),"
    " (SELECT count(*) FROM keys.agency)"
)
UNMADE = {"journal": (f"not made yet; {BEGIN}", "")}


def journal_findings(settings: Settings) -> dict[str, tuple[str, str]]:
    """What the journal's checks found, each with what mends it, by name."""
    if settings.database is None and not is_there(settings):
        return UNMADE
    try:
        with addresses(settings) as (journal_dsn, keys_dsn):
            found = _journal(settings, journal_dsn)
            if found == UNMADE:  # then there is nobody yet whose key there could be
                return found
            return {**found, "keys": _keys(keys_dsn)}
    except (UnavailableError, ServerError) as error:
        mend = "see `kravspor log check`" if settings.kafka.servers else "see PostgreSQL above"
        return {"journal": (f"not reached: {error}", mend)}


def _journal(settings: Settings, dsn: str) -> dict[str, tuple[str, str]]:
    from gateways.postgres.database import Database  # noqa: PLC0415 - slow to import

    with Database(dsn) as database:
        if not database.read(lambda c: _is_there(c, "kravspor_index.log_meta")):
            return UNMADE
        with closing(open_log(settings, database)) as journal:
            log, index = journal.log, journal.index
            every = [standing(log, index, shard) for shard in in_use(index)]
            parked = index.parked()
    stands = every[0]
    own = stands.log_id == stands.indexed_log_id
    behind = sum(shard.lag for shard in every)
    records, events = (sum(n) for n in zip(*((s.log_end, s.events) for s in every), strict=True))
    halted = next((shard for shard in every if shard.halt), stands)
    halt = halted.halt
    first = parked[0] if parked else None
    return {
        "journal": (f"{records} records, {events} events", ""),
        "log": (
            stands.log_id
            if own
            else f"{stands.log_id}, but the read models are of {stands.indexed_log_id}",
            "" if own else "use the database the read models were made from",
        ),
        "read models": (
            f"{behind} records behind" if behind else "at the end of the log",
            "run `kravspor work --once`" if behind and not halt else "",
        ),
        "shards": (
            f"{halted.shard} is halted at offset {halt.offset}: {halt.reason}"
            if halt
            else "none is halted",
            "see what it is; if it is rubbish, `kravspor journal quarantine`" if halt else "",
        ),
        "parked streams": (
            f"{len(parked)}, first {first.stream} in {first.projection}: {first.reason}"
            if first
            else "none",
            "`kravspor parked retry` after the cause is mended" if first else "",
        ),
    }


def _keys(dsn: str) -> tuple[str, str]:
    from gateways.postgres.database import Database  # noqa: PLC0415 - slow to import

    with Database(dsn) as database:
        if not database.read(lambda c: _is_there(c, "keys.agency")):
            return "none", "restore the keys' database: without it no name can be read"
        ((persons, agencies),) = database.read(lambda c: c.execute(KEYS_COUNTED).fetchall())
    return f"{persons} persons' keys, {'the' if agencies else 'no'} agency's key", ""


def _is_there(connection: "Connection", table: str) -> bool:
    found = connection.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchone()
    return found is not None and bool(found[0])
