-- name: rebuild_lock
-- One rebuild at a time; it is let go with the connection, also when its process is killed.
SELECT pg_try_advisory_lock(%(lock)b)

-- name: one_moment
-- All statements of the transaction see what the first one sees.
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ

-- name: beside_told
-- The tables beside, the shape each was made in, its state, and by which folds it is filled.
SELECT sql_name, shape, state, made_by FROM kravspor_index.projection
WHERE starts_with(sql_name, %(prefix)b) ORDER BY sql_name

-- name: note_beside
-- A table that was just made beside the live ones.
INSERT INTO kravspor_index.projection (sql_name, name, shape, state, made_by, seal)
VALUES (%(sql_name)b, %(name)b, %(shape)b, %(state)b, %(made_by)b, '')

-- name: place_beside
-- Where a new table begins: at the index's end, or before the first event.
INSERT INTO kravspor_index.beside (sql_name, shard, nid)
SELECT %(sql_name)b, shard, CASE WHEN %(at_end)b THEN nid ELSE 0 END FROM kravspor_index.log_meta

-- name: forget_beside
-- Nothing is known of a table any more; whoever asks drops it.
WITH places AS (DELETE FROM kravspor_index.beside WHERE sql_name = %(sql_name)b),
parks AS (DELETE FROM kravspor_index.parked_beside WHERE sql_name = %(sql_name)b)
DELETE FROM kravspor_index.projection WHERE sql_name = %(sql_name)b

-- name: forget_parts
-- No part is left of any rebuild.
DELETE FROM kravspor_index.filling_part

-- name: make_parts
-- All streams in parts of about so many events, by the order of their names.
INSERT INTO kravspor_index.filling_part (above, upto, events)
SELECT coalesce(lag(upto) OVER (ORDER BY upto), ''), upto, events
FROM (
    SELECT max(stream) AS upto, sum(version)::bigint AS events
    FROM (
        SELECT stream, version,
            (sum(version) OVER (ORDER BY stream) - 1)::bigint / %(size)b AS part
        FROM kravspor_index.head
    ) AS counted
    GROUP BY part
) AS cut

-- name: parts
-- The parts that are left.
SELECT above, upto, events FROM kravspor_index.filling_part ORDER BY upto

-- name: part_done
-- A part is written.
DELETE FROM kravspor_index.filling_part WHERE upto = %(upto)b

-- name: sort_in_memory
-- The events of a part are some megabytes, and are put in order stream by stream.
SET work_mem = '64MB'

-- name: part_entries
-- The events of some streams that new tables begin with, stream by stream in order.
SELECT e.shard, e.nid, e.stream, e.version, e.event_id, e.type, e.schema, e.data, e.commit_id,
    e.command_id, e.log_offset, e.recorded_at, e.actor, e.correlation, e.causation
FROM kravspor_index.event AS e
JOIN (
    SELECT shard, max(nid) AS nid FROM kravspor_index.beside
    WHERE starts_with(sql_name, 'new__') GROUP BY shard
) AS until ON until.shard = e.shard AND e.nid <= until.nid
WHERE e.stream > %(above)b AND e.stream <= %(upto)b ORDER BY e.stream, e.version

-- name: beside_keyed
-- A new table has its keys.
UPDATE kravspor_index.projection SET state = 'filled' WHERE sql_name = %(sql_name)b

-- name: positions
-- How far tables beside have come.
SELECT sql_name, shard, nid FROM kravspor_index.beside WHERE sql_name = ANY(%(names)b::text[])

-- name: parked_beside
-- What tables beside could not take.
SELECT p.name, b.stream, b.event_id, b.shard, b.nid, b.reason
FROM kravspor_index.parked_beside AS b JOIN kravspor_index.projection AS p USING (sql_name)
WHERE b.sql_name = ANY(%(names)b::text[]) ORDER BY p.name, b.stream

-- name: move_beside
-- Tables beside have taken up a shard's events up to one more.
INSERT INTO kravspor_index.beside AS held (sql_name, shard, nid)
SELECT p.sql_name, %(shard)b, %(nid)b FROM kravspor_index.projection AS p
WHERE p.sql_name = ANY(%(names)b::text[]) AND p.state <> 'live'
ON CONFLICT (sql_name, shard) DO UPDATE SET nid = excluded.nid WHERE held.nid < excluded.nid

-- name: park_beside
-- Streams that tables beside could not take.
INSERT INTO kravspor_index.parked_beside (sql_name, stream, event_id, shard, nid, reason)
SELECT sql_name, stream, event_id, shard, nid, reason
FROM unnest(%(sql_name)b::text[], %(stream)b::text[], %(event_id)b::uuid[], %(shard)b::bigint[],
    %(nid)b::bigint[], %(reason)b::text[])
    AS new (sql_name, stream, event_id, shard, nid, reason)

-- name: indexed_shards
-- The shards there are.
SELECT shard FROM kravspor_index.log_meta ORDER BY shard

-- name: every_shard
-- Nothing is applied to any shard until the transaction ends.
SELECT shard FROM kravspor_index.log_meta ORDER BY shard FOR UPDATE

-- name: soon
-- Who cannot have a lock soon tries again later, so that nobody queues behind.
SET LOCAL lock_timeout = '200ms'

-- name: lives
-- The live tables, the name and the shape of each.
SELECT sql_name, name, shape FROM kravspor_index.projection WHERE state = 'live' ORDER BY sql_name

-- name: of_name
-- The tables of a name, live or not.
SELECT sql_name FROM kravspor_index.projection WHERE name = %(name)b ORDER BY sql_name

-- name: kept
-- The tables that were live.
SELECT sql_name, name FROM kravspor_index.projection WHERE state = 'kept' ORDER BY sql_name

-- name: renamed
-- A table has another name and state.
WITH places AS (
    UPDATE kravspor_index.beside SET sql_name = %(after)b WHERE sql_name = %(before)b
), parks AS (
    UPDATE kravspor_index.parked_beside SET sql_name = %(after)b WHERE sql_name = %(before)b
)
UPDATE kravspor_index.projection
SET sql_name = %(after)b, state = %(state)b, made_by = '', seal = ''
WHERE sql_name = %(before)b

-- name: keep_places
-- A table that was live stands where the index does.
INSERT INTO kravspor_index.beside (sql_name, shard, nid)
SELECT %(sql_name)b, shard, nid FROM kravspor_index.log_meta

-- name: keep_parked
-- What was parked in a table that was live stays parked in it.
WITH gone AS (
    DELETE FROM kravspor_index.parked WHERE projection = %(name)b
    RETURNING stream, event_id, shard, nid, reason
)
INSERT INTO kravspor_index.parked_beside (sql_name, stream, event_id, shard, nid, reason)
SELECT %(sql_name)b, stream, event_id, shard, nid, reason FROM gone

-- name: take_parked
-- What is parked in a table beside is parked in the live one that it becomes.
WITH gone AS (
    DELETE FROM kravspor_index.parked_beside WHERE sql_name = %(sql_name)b
    RETURNING stream, event_id, shard, nid, reason
), places AS (
    DELETE FROM kravspor_index.beside WHERE sql_name = %(sql_name)b
)
INSERT INTO kravspor_index.parked (projection, stream, event_id, shard, nid, reason)
SELECT %(name)b, stream, event_id, shard, nid, reason FROM gone

-- name: next_generation
-- Whoever remembers rows, or what is parked, reads them again.
UPDATE kravspor_index.log_meta SET generation = generation + 1

-- name: parked_apart
-- Streams parked live and beside differently, in one projection.
SELECT coalesce(l.stream, b.stream)
FROM (SELECT stream, event_id FROM kravspor_index.parked WHERE projection = %(name)b) AS l
FULL JOIN (
    SELECT stream, event_id FROM kravspor_index.parked_beside WHERE sql_name = %(sql_name)b
) AS b ON l.stream = b.stream AND l.event_id = b.event_id
WHERE l.stream IS NULL OR b.stream IS NULL

-- name: seal
-- A kept table is as it is now; empty when it is being changed.
UPDATE kravspor_index.projection SET seal = %(seal)b WHERE sql_name = %(sql_name)b

-- name: sealed
-- What is noted of a kept table beside its rows, each part as one text.
SELECT
    (SELECT concat_ws(' ', name, shape, state, made_by)
        FROM kravspor_index.projection WHERE sql_name = %(sql_name)b),
    (SELECT string_agg(concat_ws(' ', shard, nid), ',' ORDER BY shard)
        FROM kravspor_index.beside WHERE sql_name = %(sql_name)b),
    (SELECT string_agg(concat_ws(' ', stream, event_id, shard, nid, reason), ',' ORDER BY stream)
        FROM kravspor_index.parked_beside WHERE sql_name = %(sql_name)b)

-- name: row_type
-- The type of a table's rows.
SELECT reltype::bigint FROM pg_class
WHERE relnamespace = to_regnamespace(%(schema)b) AND relname = %(name)b
