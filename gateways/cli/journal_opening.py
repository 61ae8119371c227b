"""Opens the journal as it stands: nothing is caught up, so that a halted one can be looked at."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine.ports import Log
from engine.vault import Vault
from events import registry
from gateways.cli.house import refuse_unless_there
from gateways.cli.opening import settings_of
from gateways.postgres.checkpoints import PostgresCheckpoints
from gateways.postgres.database import Database
from gateways.postgres.index import PostgresIndex
from gateways.postgres.keys import open_keys
from gateways.stores import LogAndIndex, addresses, open_database, open_log
from projections import all_projections
from projections.runner import Runner
from replay.checkpoints import Notary


@dataclass(frozen=True)
class Journal:
    """The journal's parts, and the keys' database."""

    database: Database
    keys_database: Database
    stores: LogAndIndex
    vault: Vault
    notary: Notary

    @property
    def log(self) -> Log:
        """The log, wherever it is."""
        return self.stores.log

    @property
    def log_elsewhere(self) -> Log | None:
        """The log where it is not in the database of the index."""
        return self.stores.log if self.stores.together is None else None

    @property
    def index(self) -> PostgresIndex:
        """The index of it."""
        return self.stores.index

    def catch_up(self, shard: int) -> int:
        """Read on from where the index stands; the offset it then stands at.

        Raises HaltedError at a record that is unreadable and not quarantined.
        """
        projections = all_projections(self.vault)
        together = self.stores.together
        runner = Runner(self.log, self.index, projections, registry.decode, together=together)
        self.index.prepare([projection.table for projection in projections])
        return runner.catch_up(shard)


@contextmanager
def journal_opened(data: Path | None = None) -> Iterator[Journal]:
    """The journal of the settings.

    Raises NoHouseError when there is none; SettingsError, ServerError or UnavailableError when
    it cannot be had.
    """
    settings = settings_of(data)
    refuse_unless_there(settings)
    with (
        addresses(settings) as (journal_dsn, keys_dsn),
        Database(keys_dsn) as keys_database,
        closing(open_database(settings, journal_dsn)) as database,
        closing(open_keys(keys_dsn)) as keys,
        closing(open_log(settings, database)) as stores,
    ):
        notary = Notary(keys, PostgresCheckpoints(database))
        yield Journal(database, keys_database, stores, Vault(keys), notary)
