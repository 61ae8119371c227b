-- The log: append-only records, each at an offset of its shard. Never dropped, never changed.
CREATE SCHEMA journal;

-- The name the log was born with; an index made from another log is refused.
CREATE TABLE journal.identity (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    log_id uuid NOT NULL DEFAULT gen_random_uuid(),
    born_at timestamptz NOT NULL DEFAULT now()
);
INSERT INTO journal.identity DEFAULT VALUES;

-- Where each shard ends. The next offset is taken under this row's lock, never from a
-- sequence: with a sequence record 6 could be seen before record 5.
CREATE TABLE journal.shard (
    shard bigint PRIMARY KEY,
    end_offset bigint NOT NULL CHECK (end_offset >= 0)
);

CREATE TABLE journal.record (
    shard bigint NOT NULL REFERENCES journal.shard,
    log_offset bigint NOT NULL,
    record bytea NOT NULL,
    PRIMARY KEY (shard, log_offset)
);
ALTER TABLE journal.record ALTER COLUMN record SET STORAGE EXTERNAL;

CREATE FUNCTION journal.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the log is append-only';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON journal.record
    FOR EACH STATEMENT EXECUTE FUNCTION journal.refuse_change();
