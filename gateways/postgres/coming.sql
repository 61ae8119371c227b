-- name: soon_on_disk
-- A commit is not waited for; the next one that is brings it to the disk, too.
SET synchronous_commit = off

-- name: much_memory
-- Keys are made of all rows at once, and nothing else is done on the connection meanwhile.
SET maintenance_work_mem = '256MB'

-- name: keys_uncompressed
-- Whole pages of new keys are the write-ahead log's, and pressing each takes as long as making it.
SELECT set_config('wal_compression', 'off', false)
WHERE has_parameter_privilege(current_user, 'wal_compression', 'SET')

-- name: keys_of_index
-- The keys of the tables that a rebuild copies into, how each is taken off and put on again.
SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
    format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass, conname,
        pg_get_constraintdef(oid))
FROM pg_constraint
WHERE contype IN ('p', 'u') AND conrelid::regclass = ANY(ARRAY['kravspor_index.event',
    'kravspor_index.commit_verdict', 'kravspor_index.command']::regclass[])
UNION ALL
SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
FROM pg_index
WHERE indrelid = 'kravspor_index.event'::regclass AND NOT indisunique

-- name: analyze_index
-- The tables are to be asked, and their statistics are those of empty ones.
ANALYZE kravspor_index.event, kravspor_index.head, kravspor_index.commit_verdict,
    kravspor_index.command, kravspor_index.tracking

-- name: lock_index
-- Nobody reads the index or writes it until the transaction ends.
LOCK TABLE kravspor_index.event, kravspor_index.head, kravspor_index.commit_verdict,
    kravspor_index.command, kravspor_index.tracking IN ACCESS EXCLUSIVE MODE

-- name: index_gone
-- What gives way to what was made again.
DROP TABLE kravspor_index.event, kravspor_index.head, kravspor_index.commit_verdict,
    kravspor_index.command, kravspor_index.tracking

-- name: place
-- Where a shard stands, whatever was known of it.
INSERT INTO kravspor_index.log_meta
    (shard, log_id, next_offset, nid, last_hash, tree_size, tree_frontier, generation, formats,
        passed)
VALUES (%(shard)b, %(log_id)b, %(after)b, %(nid)b, %(last_hash)b, %(tree_size)b,
    %(tree_frontier)b, 0, %(formats)b::text[], %(passed)b::text[])
ON CONFLICT (shard) DO UPDATE SET next_offset = excluded.next_offset, nid = excluded.nid,
    last_hash = excluded.last_hash, tree_size = excluded.tree_size,
    tree_frontier = excluded.tree_frontier, formats = excluded.formats, passed = excluded.passed

-- name: nothing_live
-- No table is live, and nothing is parked in one.
WITH parks AS (DELETE FROM kravspor_index.parked)
DELETE FROM kravspor_index.projection WHERE state = 'live'
