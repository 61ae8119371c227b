-- What is kept beside the log goes when its time has come, by the day's work and no other way.
CREATE INDEX ON durable.request (asked_at);
CREATE INDEX ON durable.access_line (at);

-- The lines of the record of access from before a moment that name nobody of `held`.
CREATE FUNCTION durable.access_past(before timestamptz, held uuid[]) RETURNS SETOF bigint
LANGUAGE sql STABLE AS $$
    SELECT line_id FROM durable.access_line WHERE at < before
    EXCEPT
    SELECT l.line_id FROM durable.access_line l CROSS JOIN unnest(l.person_ids) AS person
    WHERE l.at < before AND person IN (SELECT unnest(held))
$$;

CREATE FUNCTION durable.prune_access(before timestamptz, held uuid[]) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    gone bigint;
BEGIN
    PERFORM set_config('kravspor.pruning', 'access_line', true);
    DELETE FROM durable.access_line
    WHERE line_id IN (SELECT durable.access_past(before, held));
    GET DIAGNOSTICS gone = ROW_COUNT;
    PERFORM set_config('kravspor.pruning', '', true);
    RETURN gone;
END
$$;

CREATE OR REPLACE FUNCTION durable.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND current_setting('kravspor.pruning', true) = TG_TABLE_NAME THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the record of access is append-only';
END
$$;
