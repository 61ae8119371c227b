-- The index: everything here is computed from the log, and may be dropped and made again.
CREATE SCHEMA kravspor_index;

-- How far each shard has come; all that is written hangs from next_offset standing still.
CREATE TABLE kravspor_index.log_meta (
    shard bigint PRIMARY KEY,
    log_id text NOT NULL,
    next_offset bigint NOT NULL,
    nid bigint NOT NULL,
    last_hash text NOT NULL,
    tree_size bigint NOT NULL,
    tree_frontier bytea NOT NULL,
    generation bigint NOT NULL,
    formats text[] NOT NULL,
    passed text[] NOT NULL,
    halted_offset bigint,
    halted_reason text
) WITH (fillfactor = 50);

-- The standing events of a shard, counted by nid without a gap.
CREATE TABLE kravspor_index.event (
    shard bigint NOT NULL,
    nid bigint NOT NULL,
    stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    schema bigint NOT NULL,
    data bytea NOT NULL,
    commit_id uuid NOT NULL,
    command_id uuid NOT NULL,
    log_offset bigint NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text NOT NULL,
    correlation uuid NOT NULL,
    causation uuid,
    PRIMARY KEY (shard, nid),
    UNIQUE (stream, version)
);

-- Who looks back asks for an event by its id; each event pays about 2 microseconds for it.
CREATE INDEX event_by_id ON kravspor_index.event (event_id);

-- Where each stream ends.
CREATE TABLE kravspor_index.head (
    stream text COLLATE "C" PRIMARY KEY,
    version bigint NOT NULL,
    hash text NOT NULL
) WITH (fillfactor = 80);

-- The first verdict on each commit.
CREATE TABLE kravspor_index.commit_verdict (
    commit_id uuid PRIMARY KEY,
    command_id uuid NOT NULL,
    command_mac text NOT NULL,
    shard bigint NOT NULL,
    log_offset bigint NOT NULL,
    stands boolean NOT NULL,
    reason text NOT NULL,
    first_nid bigint NOT NULL,
    last_nid bigint NOT NULL,
    hash text NOT NULL
);

-- The standing commit of each command on each stream.
CREATE TABLE kravspor_index.command (
    stream text COLLATE "C" NOT NULL,
    command_id uuid NOT NULL,
    commit_id uuid NOT NULL,
    PRIMARY KEY (command_id, stream)
);

-- How far each application has come in each log it follows.
CREATE TABLE kravspor_index.tracking (
    shard bigint NOT NULL,
    application text NOT NULL,
    upstream text NOT NULL,
    tracking_id bigint NOT NULL,
    PRIMARY KEY (shard, application, upstream)
);

-- The streams a projection could not take further.
CREATE TABLE kravspor_index.parked (
    projection text COLLATE "C" NOT NULL,
    stream text COLLATE "C" NOT NULL,
    event_id uuid NOT NULL,
    shard bigint NOT NULL,
    nid bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (projection, stream)
);

-- The tables of the projections by their names in SQL. A `live` one holds all that the log
-- has said; one that is `filling` or `filled` is made beside it, and a `kept` one was live:
-- its `seal` tells whether it is as it was then.
CREATE TABLE kravspor_index.projection (
    sql_name text PRIMARY KEY,
    name text NOT NULL,
    shape text NOT NULL,
    state text NOT NULL,
    made_by text NOT NULL,
    seal text NOT NULL
);

-- How many of a shard's events a table that is not live has taken up.
CREATE TABLE kravspor_index.beside (
    sql_name text NOT NULL,
    shard bigint NOT NULL,
    nid bigint NOT NULL,
    PRIMARY KEY (sql_name, shard)
);

-- The streams that a table that is not live could not take further.
CREATE TABLE kravspor_index.parked_beside (
    sql_name text NOT NULL,
    stream text COLLATE "C" NOT NULL,
    event_id uuid NOT NULL,
    shard bigint NOT NULL,
    nid bigint NOT NULL,
    reason text NOT NULL,
    PRIMARY KEY (sql_name, stream)
);

-- The streams that a rebuild has yet to fold, some at a time: beyond one, up to another.
CREATE TABLE kravspor_index.filling_part (
    above text COLLATE "C" NOT NULL,
    upto text COLLATE "C" PRIMARY KEY,
    events bigint NOT NULL
);
