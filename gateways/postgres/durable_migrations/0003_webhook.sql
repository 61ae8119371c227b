-- Who is told by HTTP of what happens, and what has been told.
CREATE SCHEMA IF NOT EXISTS durable;

-- `places` is how far the log has been looked through, a place a shard: "0:4711,1:3". The
-- secret stands nowhere: it is computed from the agency's key, the id and `secret_version`.
CREATE TABLE durable.webhook (
    webhook_id uuid PRIMARY KEY,
    key_id uuid NOT NULL,
    url text NOT NULL CHECK (length(url) BETWEEN 1 AND 2000),
    creditor_ids uuid[],
    types text[] NOT NULL,
    places text NOT NULL,
    secret_version bigint NOT NULL DEFAULT 1,
    added_at timestamptz NOT NULL,
    removed_at timestamptz,
    stopped_at timestamptz
);

CREATE TABLE durable.delivery (
    webhook_id uuid NOT NULL REFERENCES durable.webhook,
    event_id uuid NOT NULL,
    place text NOT NULL,
    type text NOT NULL,
    body bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'given_up')),
    attempts bigint NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    tried_at timestamptz,
    answer text NOT NULL DEFAULT '',
    added_at timestamptz NOT NULL,
    PRIMARY KEY (webhook_id, event_id)
);
CREATE INDEX ON durable.delivery (next_at) WHERE state = 'waiting';
CREATE INDEX ON durable.delivery (webhook_id, added_at, event_id);
