-- name: add_key
-- A new API key.
INSERT INTO durable.api_key (key_id, label, role, creditor_ids, digest, ends_with, added_at)
VALUES (%(key_id)b, %(label)b, %(role)b, %(creditor_ids)b::uuid[], %(digest)b, %(ends_with)b,
    %(added_at)b)

-- name: rotate_key
-- Another secret for a key that still opens something.
UPDATE durable.api_key
SET digest = %(digest)b, ends_with = %(ends_with)b, rotated_at = %(at)b
WHERE key_id = %(key_id)b AND revoked_at IS NULL
RETURNING key_id

-- name: revoke_key
-- A key that opens nothing any more.
UPDATE durable.api_key SET revoked_at = %(at)b
WHERE key_id = %(key_id)b AND revoked_at IS NULL
RETURNING key_id

-- name: api_keys
-- All keys, in the order they were added.
SELECT key_id, label, role, creditor_ids, ends_with, added_at, rotated_at, revoked_at,
    last_used_at
FROM durable.api_key ORDER BY added_at, key_id

-- name: key_opened_by
-- The key with a secret of that digest, unless it is revoked.
SELECT key_id, label, role, creditor_ids, ends_with, added_at, rotated_at, revoked_at,
    last_used_at
FROM durable.api_key WHERE digest = %(digest)b AND revoked_at IS NULL

-- name: key_used
-- When a key was last used.
UPDATE durable.api_key SET last_used_at = %(at)b WHERE key_id = %(key_id)b

-- name: note_access
-- One line of the record of access.
INSERT INTO durable.access_line
    (at, act, actor, role, route, request_id, key_id, case_ids, person_ids)
VALUES (%(at)b, %(act)b, %(actor)b, %(role)b, %(route)b, %(request_id)b::uuid, %(key_id)b::uuid,
    %(case_ids)b::uuid[], %(person_ids)b::uuid[])

-- name: access_about
-- Who has looked at a person, or at one of the cases, the latest first.
SELECT at, act, actor, role, route, request_id, key_id, case_ids, person_ids
FROM durable.access_line WHERE person_ids @> ARRAY[%(person_id)b::uuid] OR case_ids && %(case_ids)b::uuid[]
ORDER BY line_id DESC

-- name: access_lines
-- The latest lines of the record of access.
SELECT at, act, actor, role, route, request_id, key_id, case_ids, person_ids
FROM durable.access_line ORDER BY line_id DESC LIMIT %(limit)b

-- name: access_named
-- The persons that lines from before a moment name.
SELECT DISTINCT unnest(person_ids) FROM durable.access_line
WHERE at < %(before)b::timestamptz

-- name: prune_access
-- Lines from before a moment that name nobody who is held go, but in a trial; how many.
SELECT CASE WHEN %(trial)b
    THEN (SELECT count(*) FROM durable.access_past(%(before)b::timestamptz, %(held)b::uuid[]))
    ELSE durable.prune_access(%(before)b::timestamptz, %(held)b::uuid[]) END

-- name: prune_requests
-- Requests first asked before a moment go, but in a trial; how many.
WITH old AS MATERIALIZED (
    SELECT command_id FROM durable.request WHERE asked_at < %(before)b::timestamptz
), gone AS (
    DELETE FROM durable.request
    WHERE NOT %(trial)b AND command_id IN (SELECT command_id FROM old)
)
SELECT count(*) FROM old

-- name: prune_deliveries
-- What was taken before a moment goes, but each webhook's last and in a trial; how much.
WITH old AS MATERIALIZED (
    SELECT d.webhook_id, d.event_id
    FROM durable.webhook w JOIN durable.delivery d USING (webhook_id)
    WHERE d.state = 'delivered' AND d.tried_at < least(%(before)b::timestamptz, (
        SELECT max(l.tried_at) FROM durable.delivery l
        WHERE l.webhook_id = w.webhook_id AND l.state = 'delivered'))
), gone AS (
    DELETE FROM durable.delivery d USING old
    WHERE NOT %(trial)b AND d.webhook_id = old.webhook_id AND d.event_id = old.event_id
        AND d.state = 'delivered'
)
SELECT count(*) FROM old

-- name: first_request
-- What is kept under a command id: this request, or the one that came first.
WITH kept AS (
    INSERT INTO durable.request (command_id, key_id, mac, asked_at)
    VALUES (%(command_id)b, %(key_id)b, %(mac)b, %(asked_at)b)
    ON CONFLICT DO NOTHING
    RETURNING command_id, key_id, mac, asked_at, commit_id
)
SELECT command_id, key_id, mac, asked_at, commit_id FROM kept
UNION ALL
SELECT command_id, key_id, mac, asked_at, commit_id FROM durable.request
WHERE command_id = %(command_id)b
LIMIT 1

-- name: request_unknown
-- The commit that a command's outcome hangs on.
UPDATE durable.request SET commit_id = %(commit_id)b WHERE command_id = %(command_id)b

-- name: request_waiting
-- The request of a key whose outcome hangs on a commit.
SELECT command_id, key_id, mac, asked_at, commit_id
FROM durable.request WHERE commit_id = %(commit_id)b AND key_id = %(key_id)b

-- name: keep_checkpoint
-- What is kept of a checkpoint's size: this one, or the one that came first.
WITH kept AS (
    INSERT INTO durable.checkpoint (log_id, shard, size, root, note, made_at)
    VALUES (%(log_id)b, %(shard)b, %(size)b, %(root)b, %(note)b, %(made_at)b)
    ON CONFLICT DO NOTHING
    RETURNING log_id, shard, size, root, note, made_at
)
SELECT log_id, shard, size, root, note, made_at FROM kept
UNION ALL
SELECT log_id, shard, size, root, note, made_at FROM durable.checkpoint
WHERE log_id = %(log_id)b AND shard = %(shard)b AND size = %(size)b
LIMIT 1

-- name: last_checkpoint
-- The checkpoint of a shard with the most lines.
SELECT log_id, shard, size, root, note, made_at FROM durable.checkpoint
WHERE log_id = %(log_id)b AND shard = %(shard)b ORDER BY size DESC LIMIT 1

-- name: checkpoints
-- The checkpoints of a shard, by size.
SELECT log_id, shard, size, root, note, made_at FROM durable.checkpoint
WHERE log_id = %(log_id)b AND shard = %(shard)b ORDER BY size

-- name: feed_position
-- The last event of a shard that a feed has published.
SELECT nid FROM durable.feed
WHERE log_id = %(log_id)b AND feed = %(feed)b AND shard = %(shard)b

-- name: feed_reached
-- How far a feed has come; one that was slower takes nothing back.
INSERT INTO durable.feed (log_id, feed, shard, nid)
VALUES (%(log_id)b, %(feed)b, %(shard)b, %(nid)b)
ON CONFLICT (log_id, feed, shard)
DO UPDATE SET nid = greatest(durable.feed.nid, excluded.nid)
