-- name: identity
-- The name the log was born with.
SELECT log_id::text FROM journal.identity

-- name: log_append
-- One record at the end of its shard, the offset taken under the shard row's lock.
WITH taken AS (
    INSERT INTO journal.shard AS held (shard, end_offset) VALUES (%(shard)b, 1)
    ON CONFLICT (shard) DO UPDATE SET end_offset = held.end_offset + 1
    RETURNING held.shard, held.end_offset - 1 AS log_offset
)
INSERT INTO journal.record (shard, log_offset, record)
SELECT taken.shard, taken.log_offset, %(record)b::bytea FROM taken
RETURNING log_offset

-- name: log_read
-- Records in order, from an offset on.
SELECT log_offset, record FROM journal.record
WHERE shard = %(shard)b AND log_offset >= %(start)b ORDER BY log_offset LIMIT %(limit)b

-- name: log_end
-- The offset the next record of the shard will get.
SELECT coalesce(max(end_offset), 0) FROM journal.shard WHERE shard = %(shard)b

-- name: open_shard
-- The rows a shard is counted in, made when missing.
WITH log AS (
    INSERT INTO journal.shard (shard, end_offset) VALUES (%(shard)b, 0) ON CONFLICT DO NOTHING
)
INSERT INTO kravspor_index.log_meta
    (shard, log_id, next_offset, nid, last_hash, tree_size, tree_frontier, generation, formats,
        passed)
SELECT %(shard)b, log_id::text, 0, 0, '', 0, '', 0, '{}', '{}' FROM journal.identity
ON CONFLICT DO NOTHING

-- name: indexed_logs
-- The logs that this index was made from; more than one is never right.
SELECT DISTINCT log_id FROM kravspor_index.log_meta WHERE next_offset > 0

-- name: open_shard_elsewhere
-- The row a shard is counted in whose log lies outside this database.
INSERT INTO kravspor_index.log_meta
    (shard, log_id, next_offset, nid, last_hash, tree_size, tree_frontier, generation, formats,
        passed)
VALUES (%(shard)b, %(log_id)b, 0, 0, '', 0, '', 0, '{}', '{}')
ON CONFLICT DO NOTHING

-- name: meta
-- How far the index of a shard has come.
SELECT shard, log_id, next_offset, nid, last_hash, tree_size, tree_frontier, generation,
    formats, passed, halted_offset, halted_reason
FROM kravspor_index.log_meta WHERE shard = %(shard)b

-- name: places
-- How far every shard has come.
SELECT shard, nid, next_offset FROM kravspor_index.log_meta

-- name: advance_both
-- The compare-and-set of log and index at once, with the record; steps of `written`.
logged AS (
    UPDATE journal.shard SET end_offset = %(after)b
    WHERE shard = %(shard)b AND end_offset = %(before)b
    RETURNING shard
), kept AS (
    INSERT INTO journal.record (shard, log_offset, record)
    SELECT logged.shard, %(before)b, %(record)b::bytea FROM logged
), moved AS (
    UPDATE kravspor_index.log_meta
    SET next_offset = %(after)b, nid = %(nid)b, last_hash = %(last_hash)b,
        tree_size = %(tree_size)b, tree_frontier = %(tree_frontier)b::bytea,
        formats = %(formats)b::text[], passed = %(passed)b::text[],
        generation = %(next_generation)b, halted_offset = NULL, halted_reason = NULL
    WHERE shard = %(shard)b AND next_offset = %(before)b AND generation = %(generation)b
        AND EXISTS (SELECT FROM logged)
    RETURNING shard
)

-- name: advance
-- The compare-and-set of the index alone; a step of `written`.
moved AS (
    UPDATE kravspor_index.log_meta
    SET next_offset = %(after)b, nid = %(nid)b, last_hash = %(last_hash)b,
        tree_size = %(tree_size)b, tree_frontier = %(tree_frontier)b::bytea,
        formats = %(formats)b::text[], passed = %(passed)b::text[],
        generation = %(next_generation)b, halted_offset = NULL, halted_reason = NULL
    WHERE shard = %(shard)b AND next_offset = %(before)b AND generation = %(generation)b
    RETURNING shard
)

-- name: moved
-- The end of a statement that began with a compare-and-set. It divides by zero when that
-- hit no row, which undoes the statement and whatever follows it in the transaction.
-- Who listens is told at commit, once a batch; a batch that came too late tells nothing.
SELECT 1 / count(*), count(pg_notify(%(channel)b, concat_ws(':', shard, %(nid)b, %(after)b)))
FROM moved

-- name: plan_once
-- A statement that is sent again and again keeps its plan, whatever its arrays hold: one that
-- looks rows up by their keys, though the tables are small when it is planned.
SELECT set_config('plan_cache_mode', 'force_generic_plan', false),
    set_config('enable_seqscan', 'off', false)

-- name: write_commits
-- Events, verdicts and commands of a batch; steps that wait for the compare-and-set.
events AS (
    INSERT INTO kravspor_index.event (shard, nid, stream, version, event_id, type, schema, data,
        commit_id, command_id, log_offset, recorded_at, actor, correlation, causation)
    SELECT new.shard, new.nid, new.stream, new.version, new.event_id, new.type, new.schema,
        new.data, new.commit_id, new.command_id, new.log_offset, new.recorded_at, new.actor,
        new.correlation, new.causation
    FROM moved, unnest(%(events)b::kravspor_index.event[]) AS new
), commands AS (
    INSERT INTO kravspor_index.command (stream, command_id, commit_id)
    SELECT new.stream, new.command_id, new.commit_id
    FROM moved, unnest(%(commands)b::kravspor_index.command[]) AS new
), verdicts AS (
    INSERT INTO kravspor_index.commit_verdict (commit_id, command_id, command_mac, shard,
        log_offset, stands, reason, first_nid, last_nid, hash)
    SELECT new.commit_id, new.command_id, new.command_mac, new.shard, new.log_offset,
        new.stands, new.reason, new.first_nid, new.last_nid, new.hash
    FROM moved, unnest(%(verdicts)b::kravspor_index.commit_verdict[]) AS new
)

-- name: begin_heads
-- The heads of streams that begin; one that is there already ends the statement.
begun AS (
    INSERT INTO kravspor_index.head (stream, version, hash)
    SELECT new.stream, new.version, new.hash
    FROM moved, unnest(%(begun)b::kravspor_index.head[]) AS new
)

-- name: move_heads
-- The heads of streams that go on, or may do so.
heads AS (
    INSERT INTO kravspor_index.head (stream, version, hash)
    SELECT new.stream, new.version, new.hash
    FROM moved, unnest(%(heads)b::kravspor_index.head[]) AS new
    ON CONFLICT (stream) DO UPDATE SET version = excluded.version, hash = excluded.hash
)

-- name: fill_heads
-- The heads as a rebuild has found them so far.
INSERT INTO kravspor_index.head (stream, version, hash)
SELECT stream, version, hash
FROM unnest(%(stream)b::text[], %(version)b::bigint[], %(hash)b::text[])
    AS new (stream, version, hash)
ON CONFLICT (stream) DO UPDATE SET version = excluded.version, hash = excluded.hash

-- name: row_types
-- The types of the rows of the index's tables; a table that is made anew has a new one.
SELECT relname::text, reltype::bigint FROM pg_class
WHERE relnamespace = to_regnamespace(%(schema)b) AND relkind = 'r'

-- name: write_tracking
-- How far applications have come.
INSERT INTO kravspor_index.tracking (shard, application, upstream, tracking_id)
SELECT %(shard)b, application, upstream, tracking_id
FROM unnest(%(application)b::text[], %(upstream)b::text[], %(tracking_id)b::bigint[])
    AS new (application, upstream, tracking_id)
ON CONFLICT (shard, application, upstream) DO UPDATE SET tracking_id = excluded.tracking_id

-- name: write_parked
-- Streams a projection could not take; the first event that stopped it stays the one named.
INSERT INTO kravspor_index.parked (projection, stream, event_id, shard, nid, reason)
SELECT projection, stream, event_id, %(shard)b, nid, reason
FROM unnest(%(projection)b::text[], %(stream)b::text[], %(event_id)b::uuid[],
    %(nid)b::bigint[], %(reason)b::text[]) AS new (projection, stream, event_id, nid, reason)
ON CONFLICT (projection, stream) DO NOTHING

-- name: free_parked
-- Streams taken up again.
DELETE FROM kravspor_index.parked AS held
USING unnest(%(projection)b::text[], %(stream)b::text[]) AS freed (projection, stream)
WHERE held.projection = freed.projection AND held.stream = freed.stream

-- name: parked
-- All that is parked.
SELECT projection, stream, event_id, shard, nid, reason
FROM kravspor_index.parked ORDER BY projection, stream

-- name: heads
-- The heads of the named streams.
SELECT stream, version, hash FROM kravspor_index.head WHERE stream = ANY(%(streams)b::text[])

-- name: decided
-- The verdicts on the named commits.
SELECT commit_id, command_id, command_mac, shard, log_offset, stands, reason, first_nid,
    last_nid, hash
FROM kravspor_index.commit_verdict WHERE commit_id = ANY(%(commits)b::uuid[])

-- name: commands
-- Which of the named commands stand on the named streams.
SELECT held.stream, held.command_id FROM kravspor_index.command AS held
JOIN unnest(%(streams)b::text[], %(commands)b::uuid[]) AS asked (stream, command_id)
    ON held.command_id = asked.command_id AND held.stream = asked.stream

-- name: tracking
-- How far the named applications have come.
SELECT held.application, held.upstream, held.tracking_id FROM kravspor_index.tracking AS held
JOIN unnest(%(applications)b::text[], %(upstreams)b::text[]) AS asked (application, upstream)
    ON held.application = asked.application AND held.upstream = asked.upstream
WHERE held.shard = %(shard)b

-- name: answers
-- The standing commits of a command on any of the named streams.
SELECT DISTINCT v.commit_id, v.command_id, v.command_mac, v.shard, v.log_offset, v.stands,
    v.reason, v.first_nid, v.last_nid, v.hash
FROM kravspor_index.command AS c JOIN kravspor_index.commit_verdict AS v USING (commit_id)
WHERE c.command_id = %(command)b AND c.stream = ANY(%(streams)b::text[])
ORDER BY v.log_offset, v.first_nid

-- name: read_streams
-- Streams with their heads, all in one statement so that they are of one moment.
SELECT h.version, h.hash, e.shard, e.nid, e.stream, e.version, e.event_id, e.type, e.schema,
    e.data, e.commit_id, e.command_id, e.log_offset, e.recorded_at, e.actor, e.correlation,
    e.causation
FROM kravspor_index.head AS h JOIN kravspor_index.event AS e ON e.stream = h.stream
WHERE h.stream = ANY(%(streams)b::text[]) ORDER BY e.stream, e.version

-- name: entries
-- Standing events of a shard in order, beyond a nid.
SELECT shard, nid, stream, version, event_id, type, schema, data, commit_id, command_id,
    log_offset, recorded_at, actor, correlation, causation
FROM kravspor_index.event
WHERE shard = %(shard)b AND nid > %(after)b ORDER BY nid LIMIT %(limit)b

-- name: by_id
-- The standing events of some ids.
SELECT shard, nid, stream, version, event_id, type, schema, data, commit_id, command_id,
    log_offset, recorded_at, actor, correlation, causation
FROM kravspor_index.event
WHERE event_id = ANY(%(events)b::uuid[])

-- name: stream_slice
-- A stream's events between two versions, in order.
SELECT nid, stream, version, type, data FROM kravspor_index.event
WHERE stream = %(stream)b AND version > %(above)b AND version <= %(upto)b
ORDER BY version LIMIT %(limit)b

-- name: stream_slice_back
-- A stream's events between two versions, the last first.
SELECT nid, stream, version, type, data FROM kravspor_index.event
WHERE stream = %(stream)b AND version > %(above)b AND version <= %(upto)b
ORDER BY version DESC LIMIT %(limit)b

-- name: notifications
-- Standing events of a shard between two nids, in order, of some types or (naming none) all;
-- what the log says about itself is left out.
SELECT nid, stream, version, type, data FROM kravspor_index.event
WHERE shard = %(shard)b AND nid > %(above)b AND nid <= %(upto)b AND stream !~ '^control-'
    AND (cardinality(%(topics)b::text[]) = 0 OR type = ANY(%(topics)b::text[]))
ORDER BY nid LIMIT %(limit)b

-- name: halt
-- Where a shard stands still, for whoever looks.
UPDATE kravspor_index.log_meta SET halted_offset = %(at)b, halted_reason = %(reason)b
WHERE shard = %(shard)b

-- name: lock_log
-- Nothing is appended to these shards until the transaction ends.
SELECT shard FROM journal.shard WHERE shard = ANY(%(shards)b::bigint[]) ORDER BY shard FOR UPDATE

-- name: fresh
-- Whether nothing has been indexed yet.
SELECT NOT EXISTS (SELECT FROM kravspor_index.log_meta WHERE next_offset > 0)

-- name: no_projections
-- Nothing is known of any table.
DELETE FROM kravspor_index.projection

-- name: add_projection
-- A table that was just made and holds all that was said, since nothing was.
INSERT INTO kravspor_index.projection (sql_name, name, shape, state, made_by, seal)
VALUES (%(sql_name)b, %(name)b, %(shape)b, 'live', '', '')

-- name: key
-- A person's key, empty when destroyed.
SELECT key FROM keys.person WHERE person_id = %(person_id)b

-- name: make_keys
-- Keys for those who have none; a tombstone stays as it is.
INSERT INTO keys.person (person_id, key)
SELECT person_id, key FROM unnest(%(person_ids)b::uuid[], %(keys)b::bytea[]) AS new (person_id, key)
ON CONFLICT (person_id) DO NOTHING

-- name: keys
-- The keys of these persons.
SELECT person_id, key FROM keys.person WHERE person_id = ANY(%(person_ids)b::uuid[])

-- name: destroy_key
-- The key is gone and its tombstone stands, whether or not there was one.
INSERT INTO keys.person (person_id, key, destroyed_at) VALUES (%(person_id)b, NULL, now())
ON CONFLICT (person_id) DO UPDATE
SET key = NULL, destroyed_at = coalesce(keys.person.destroyed_at, now())

-- name: agency_key
-- The agency's key, the one offered when there was none.
WITH made AS (
    INSERT INTO keys.agency (key) VALUES (%(key)b) ON CONFLICT DO NOTHING RETURNING key
)
SELECT key FROM made UNION ALL SELECT key FROM keys.agency LIMIT 1

-- name: signing_key
-- The key that is signed with, the one offered when there was none.
WITH made AS (
    INSERT INTO keys.signing (key) VALUES (%(key)b) ON CONFLICT DO NOTHING RETURNING key
)
SELECT key FROM made UNION ALL SELECT key FROM keys.signing LIMIT 1

-- name: lock_projections
-- One process at a time makes tables.
LOCK TABLE kravspor_index.projection IN EXCLUSIVE MODE

-- name: projection_tables
-- Every table of a projection there is, also those that are being filled or were replaced.
SELECT sql_name FROM kravspor_index.projection ORDER BY sql_name

-- name: lease
-- A session that has shown no sign of life for so long is ended by the server.
SELECT set_config('idle_session_timeout', %(lease)b, false),
    set_config('application_name', %(name)b, false)

-- name: be_present
-- One more worker is there.
SELECT pg_advisory_lock_shared(hashtext(%(log)b), %(place)b::int)

-- name: workers_present
-- How many workers there are.
SELECT count(*) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 2 AND granted AND mode = 'ShareLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = hashtext(%(log)b)::bigint & 4294967295 AND objid = %(place)b::bigint

-- name: take_hold
-- Whether the shard is this session's now.
SELECT pg_try_advisory_lock(hashtext(%(log)b), %(place)b::int)

-- name: let_go
-- The shard is anybody's.
SELECT pg_advisory_unlock(hashtext(%(log)b), %(place)b::int)

-- name: holders
-- Who works on which shard.
SELECT held.objid::bigint, coalesce(who.application_name, '')
FROM pg_locks AS held LEFT JOIN pg_stat_activity AS who ON who.pid = held.pid
WHERE held.locktype = 'advisory' AND held.objsubid = 2 AND held.granted
    AND held.mode = 'ExclusiveLock'
    AND held.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND held.classid::bigint = hashtext(%(log)b)::bigint & 4294967295
    AND held.objid < %(present)b::bigint
ORDER BY 1

-- name: add_webhook
-- A webhook, unless its id is known.
INSERT INTO durable.webhook
    (webhook_id, key_id, url, creditor_ids, types, places, secret_version, added_at)
VALUES (%(webhook_id)s, %(key_id)s, %(url)s, %(creditor_ids)s::uuid[], %(types)s::text[],
    %(places)s, %(secret_version)s, %(added_at)s)
ON CONFLICT DO NOTHING

-- name: webhook
-- One webhook, removed or not.
SELECT webhook_id, key_id, url, creditor_ids, types, places, secret_version, added_at,
    removed_at, stopped_at
FROM durable.webhook WHERE webhook_id = %(webhook_id)s

-- name: webhooks
-- All webhooks that are not removed.
SELECT webhook_id, key_id, url, creditor_ids, types, places, secret_version, added_at,
    removed_at, stopped_at
FROM durable.webhook WHERE removed_at IS NULL ORDER BY added_at, webhook_id

-- name: rotate_webhook
-- Another secret.
UPDATE durable.webhook SET secret_version = secret_version + 1 WHERE webhook_id = %(webhook_id)s

-- name: remove_webhook
-- Tell it nothing more.
UPDATE durable.webhook SET removed_at = %(at)s
WHERE webhook_id = %(webhook_id)s AND removed_at IS NULL

-- name: stop_webhook
-- Stop it, or start it again.
UPDATE durable.webhook SET stopped_at = %(at)s::timestamptz WHERE webhook_id = %(webhook_id)s

-- name: move_webhook
-- How far the log has been looked through, from where it had been.
UPDATE durable.webhook SET places = %(places)s
WHERE webhook_id = %(webhook_id)s AND places = %(before)s

-- name: add_delivery
-- One thing to tell, unless it is known.
INSERT INTO durable.delivery
    (webhook_id, event_id, place, type, body, state, attempts, next_at, tried_at, answer, added_at)
VALUES (%(webhook_id)s, %(event_id)s, %(place)s, %(type)s, %(body)s, %(state)s, %(attempts)s,
    %(next_at)s, %(tried_at)s, %(answer)s, %(added_at)s)
ON CONFLICT DO NOTHING

-- name: take_deliveries
-- What is to be told now, leased so that no other process tells it too.
WITH due AS (
    SELECT d.webhook_id, d.event_id
    FROM durable.delivery d JOIN durable.webhook w USING (webhook_id)
    WHERE d.state = 'waiting' AND d.next_at <= %(now)s::timestamptz
        AND w.removed_at IS NULL AND w.stopped_at IS NULL
    ORDER BY d.next_at LIMIT %(limit)s::bigint
    FOR UPDATE OF d SKIP LOCKED
)
UPDATE durable.delivery d SET next_at = %(leased)s::timestamptz
FROM due WHERE d.webhook_id = due.webhook_id AND d.event_id = due.event_id
RETURNING d.webhook_id, d.event_id, d.place, d.type, d.body, d.state, d.attempts, d.next_at,
    d.tried_at, d.answer, d.added_at

-- name: tried_delivery
-- What became of a try.
UPDATE durable.delivery
SET state = %(state)s, attempts = %(attempts)s, next_at = %(next_at)s, tried_at = %(tried_at)s,
    answer = %(answer)s
WHERE webhook_id = %(webhook_id)s AND event_id = %(event_id)s

-- name: deliver_again
-- Whatever became of it.
UPDATE durable.delivery SET state = 'waiting', attempts = 0, next_at = %(now)s::timestamptz
WHERE webhook_id = %(webhook_id)s AND event_id = %(event_id)s
RETURNING event_id

-- name: deliveries
-- What a webhook was told, the latest first.
SELECT webhook_id, event_id, place, type, body, state, attempts, next_at, tried_at, answer, added_at
FROM durable.delivery
WHERE webhook_id = %(webhook_id)s
    AND (%(at)s::timestamptz IS NULL
        OR (added_at, event_id) < (%(at)s::timestamptz, %(event_id)s::uuid))
ORDER BY added_at DESC, event_id DESC LIMIT %(limit)s::bigint

-- name: refusing_since
-- When the oldest thing came that was never taken, if nothing was taken since.
SELECT CASE WHEN max(tried_at) FILTER (WHERE state = 'delivered')
        > min(added_at) FILTER (WHERE state <> 'delivered' AND attempts > 0) THEN NULL
    ELSE min(added_at) FILTER (WHERE state <> 'delivered' AND attempts > 0) END
FROM durable.delivery WHERE webhook_id = %(webhook_id)s
