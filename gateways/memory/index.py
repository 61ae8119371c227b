"""The index as dicts, under the log's lock: the same contract as PostgreSQL's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from engine.ports import Decided, Entry, Stored
from gateways.memory.beside import MemoryBeside
from gateways.memory.content import Content, Holdings
from gateways.memory.log import MemoryLog
from gateways.moves import Moves, Place
from projections.index import Batch, Found, Halt, Meta, Rebuilding, Wanted
from projections.parked import Parked
from projections.projection import AnyTable, Key, Rows


class MemoryIndex:
    """Holds an index beside a log, and can move both at once."""

    def __init__(self, log: MemoryLog) -> None:
        self.log = log
        self.moves = Moves()
        self._held = Holdings(log)
        self._metas = self._held.metas

    @property
    def content(self) -> Content:
        """What is live."""
        return self._held.content

    def prepare(self, tables: Sequence[AnyTable]) -> None:
        """Have these tables, and no others, if no event has been indexed yet."""
        with self.log.lock:
            if not any(meta.nid for meta in self._metas.values()):
                self.content.rows = {
                    table.sql_name: self.content.rows.get(table.sql_name, {}) for table in tables
                }

    def lacking(self, tables: Sequence[AnyTable]) -> Sequence[AnyTable]:
        """Which of these tables are not live."""
        return [table for table in tables if table.sql_name not in self.content.rows]

    def strange(self, tables: Sequence[AnyTable]) -> Sequence[str]:
        """The live tables that are not among these."""
        return sorted(self.content.rows.keys() - {table.sql_name for table in tables})

    def uncounted(self, tables: Sequence[AnyTable]) -> Sequence[str]:  # noqa: ARG002 - for any
        """None: nobody asks an index in memory in SQL, so it keeps no tallies."""
        return ()

    def beside(self) -> MemoryBeside:
        """The tables beside the live ones."""
        return MemoryBeside(self._held)

    def meta(self, shard: int) -> Meta:
        """How far the shard has come."""
        with self.log.lock:
            return self._metas.setdefault(shard, Meta(shard=shard, log_id=self.log.identity()))

    def load(self, shard: int, wanted: Wanted) -> Found:  # noqa: ARG002 - one content for all shards
        """What is known of what is wanted."""
        with self.log.lock:
            held = self.content
            return Found(
                heads={s: held.heads[s] for s in wanted.streams if s in held.heads},
                decided={c: held.decided[c] for c in wanted.commits if c in held.decided},
                commands=frozenset(pair for pair in wanted.commands if pair in held.commands),
                tracking={t: held.tracking[t] for t in wanted.tracking if t in held.tracking},
            )

    def rows(self, wanted: Mapping[AnyTable, Sequence[Key]]) -> Mapping[AnyTable, Rows]:
        """The rows there are under the keys."""
        with self.log.lock:
            return {
                table: {key: held[key] for key in keys if key in held}
                for table, keys in wanted.items()
                for held in [self.content.rows[table.sql_name]]
            }

    def parked(self) -> Sequence[Parked]:
        """The streams that are parked."""
        with self.log.lock:
            return [self.content.parked[place] for place in sorted(self.content.parked)]

    def apply(self, batch: Batch) -> bool:
        """Write the batch whole, if the shard still stands where it begins."""
        with self.log.lock:
            if not self._fits(batch):
                return False
            self.log.faults.at("before_apply")
            self._write(batch)
            self.log.faults.at("after_apply")
            return True

    def append_and_apply(self, record: bytes, batch: Batch) -> bool:
        """Append the record and write the batch, both or neither."""
        with self.log.lock:
            at_end = self.log.end(batch.before.shard) == batch.before.next_offset
            if not at_end or not self._fits(batch):
                return False
            self.log.faults.at("before_apply")
            quiet, self.log.faults = self.log.faults, type(self.log.faults)()
            self.log.append(batch.before.shard, record)
            self.log.faults = quiet
            self._write(batch)
            self.log.faults.at("after_apply")
            return True

    def halt(self, shard: int, halt: Halt) -> None:
        """Note where the shard stands still."""
        with self.log.lock:
            self._metas[shard] = replace(self.meta(shard), halt=halt)

    def rebuild(self, shards: Sequence[int], fold: Rebuilding) -> None:
        """Put what `fold` gives in the place of all but the tables."""
        with self.log.lock:
            batches = list(fold.batches([self.meta(shard) for shard in shards]))
            while fold.behind(metas := [self.meta(shard) for shard in shards]):
                batches += fold.batches(metas)
            self._held.content = Content(rows=self.content.rows, parked=self.content.parked)
            for batch in batches:
                self._hold(batch)
            for reached in fold.reached:
                meta = self.meta(reached.shard)
                if meta.next_offset < reached.next_offset:
                    self.content.rows, self.content.parked = {}, {}
                self._metas[meta.shard] = replace(
                    reached, generation=meta.generation, halt=meta.halt
                )
            self._held.next_generation()

    def read(self, streams: Sequence[str]) -> Mapping[str, Stored]:
        """The named streams, as of one moment."""
        with self.log.lock:
            held = self.content
            return {
                stream: Stored(held.heads.get(stream), tuple(held.entries.get(stream, ())))
                for stream in streams
            }

    def entries(self, shard: int, after: int, limit: int) -> Sequence[Entry]:
        """At most `limit` standing events of the shard beyond `after`."""
        with self.log.lock:
            return self.content.by_nid.get(shard, [])[after : after + limit]

    def by_id(self, event_ids: Sequence[UUID]) -> Mapping[UUID, Entry]:
        """The standing events there are of these ids."""
        wanted = set(event_ids)
        with self.log.lock:
            every = (entry for held in self.content.by_nid.values() for entry in held)
            return {entry.event_id: entry for entry in every if entry.event_id in wanted}

    def decided(self, commit_ids: Sequence[UUID]) -> Mapping[UUID, Decided]:
        """The verdicts there are."""
        with self.log.lock:
            held = self.content.decided
            return {commit_id: held[commit_id] for commit_id in commit_ids if commit_id in held}

    def answers(self, command_id: UUID, streams: Sequence[str]) -> Sequence[Decided]:
        """The standing commits of the command on any of `streams`."""
        with self.log.lock:
            held = self.content
            pairs = [(stream, command_id) for stream in streams]
            ids = dict.fromkeys(held.commands[pair] for pair in pairs if pair in held.commands)
            return [held.decided[commit_id] for commit_id in ids]

    def _fits(self, batch: Batch) -> bool:
        meta = self.meta(batch.before.shard)
        at = (meta.next_offset, meta.generation)
        held = self.content
        return (
            at == (batch.before.next_offset, batch.before.generation)
            and not any(decided.commit_id in held.decided for decided in batch.decided)
            and not any(
                (stream, command) in held.commands for stream, command, _ in batch.commands
            )
            and not any(stream in held.heads for stream in batch.fresh_streams)
            and not any(
                key in held.rows[table.sql_name] and batch.rows[table].get(key) is not None
                for table, keys in batch.fresh_rows.items()
                for key in keys
            )
        )

    def _write(self, batch: Batch) -> None:
        self._hold(batch)
        held = self.content
        for table, changed in batch.rows.items():
            rows = held.rows[table.sql_name]
            rows.update({key: row for key, row in changed.items() if row is not None})
            for key in [key for key, row in changed.items() if row is None]:
                rows.pop(key, None)
        for place in batch.freed:
            held.parked.pop(place, None)
        held.parked.update({(parked.projection, parked.stream): parked for parked in batch.parked})
        self._metas[batch.after.shard] = batch.after
        self.moves.tell(batch.after.shard, Place(batch.after.nid, batch.after.next_offset))

    def _hold(self, batch: Batch) -> None:
        """Its events, heads and verdicts."""
        held = self.content
        for entry in batch.entries:
            held.entries.setdefault(entry.stream, []).append(entry)
            held.by_nid.setdefault(entry.shard, []).append(entry)
        held.heads.update(batch.heads)
        held.decided.update({decided.commit_id: decided for decided in batch.decided})
        held.commands.update({(stream, cmd): commit for stream, cmd, commit in batch.commands})
        held.tracking.update(batch.tracking)
