-- What the log had come to, signed. Kept for ever, copied outside the house, never changed.
CREATE SCHEMA IF NOT EXISTS durable;

CREATE TABLE durable.checkpoint (
    log_id text COLLATE "C" NOT NULL,
    shard bigint NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    root text NOT NULL,
    note text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (log_id, shard, size)
);

CREATE FUNCTION durable.refuse_other_checkpoint() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a checkpoint stands for ever';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON durable.checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION durable.refuse_other_checkpoint();
