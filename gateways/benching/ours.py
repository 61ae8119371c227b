"""Our side: the journal with live read models on a database of its own."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import batched, count
from typing import Final
from uuid import UUID

from psycopg import connect
from psycopg.sql import SQL
from typing_extensions import override

from engine.journal.commit import Line
from engine.journal.outcome import Committed, Outcome
from engine.journal.recorded import Envelope
from engine.journal.shards import OneShard
from engine.journal.store import EventStore
from engine.journal.writer import Writer
from engine.ports import Head
from engine.streams import case_stream
from engine.vault import Vault
from events import registry
from gateways.benching import course
from gateways.ids import SystemIds, pause
from gateways.memory.keys import MemoryKeys
from gateways.postgres.database import open_journal
from gateways.postgres.index import PostgresIndex
from gateways.postgres.log import PostgresLog
from gateways.postgres.reading import PostgresRows
from projections import balance, timeline
from projections.projection import AnyProjection
from projections.runner import Runner
