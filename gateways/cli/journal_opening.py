"""Opens the journal as it stands: nothing is caught up, so that a halted one can be looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.vault import Vault
from events import registry
from gateways.cli.opening import settings_of
from gateways.postgres.checkpoints import PostgresCheckpoints
from gateways.postgres.database import Database, open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.keys import open_keys
from gateways.postgres.log import PostgresLog
from gateways.postgres.server import Server, ensure_beside
from gateways.settings import Settings
from gateways.wiring import DATABASE, KEYS_DATABASE
from projections import all_projections
from projections.runner import Runner
from replay.checkpoints import Notary


@dataclass(frozen=True)
class Journal:
    """The journal's parts, and the keys' database."""

    database: Database
    keys_database: Database
    index: PostgresIndex
    log: PostgresLog
    vault: Vault
    notary: Notary

    def catch_up(self, shard: int) -> int:
        """Read on from where the index stands; the offset it then stands at.

        Raises HaltedError at a record that is unreadable and not quarantined.
        """
        projections = all_projections(self.vault)
        runner = Runner(self.log, self.index, projections, registry.decode, together=self.index)
        runner.start([shard])
        return runner.catch_up(shard)


@contextmanager
def journal_opened(data: Path | None = None) -> Iterator[Journal]:
    """The journal of the settings.

    Raises SettingsError, ServerError or UnavailableError when it cannot be had.
    """
    with (
        addresses(settings_of(data)) as (journal_dsn, keys_dsn),
        Database(keys_dsn) as keys_database,
    ):
        database, keys = open_journal(journal_dsn), open_keys(keys_dsn)
        index = PostgresIndex(database)
        try:
            log, vault = PostgresLog(database), Vault(keys)
            notary = Notary(keys, PostgresCheckpoints(database))
            yield Journal(database, keys_database, index, log, vault, notary)
        finally:
            for closer in (index, keys, database):
                closer.close()


@contextmanager
def addresses(settings: Settings) -> Iterator[tuple[str, str]]:
    """Where the journal and the keys are; an embedded server is up while the block lasts."""
    if settings.database is not None:
        dsn, own = settings.database.get_secret_value(), settings.keys_database
        yield dsn, own.get_secret_value() if own else ensure_beside(dsn, "_keys")
        return
    with Server.start(Path(settings.data) / "pg") as server:
        yield server.ensure_database(DATABASE), server.ensure_database(KEYS_DATABASE)
