-- How far each feed to other systems has come in each shard of the log.
CREATE SCHEMA IF NOT EXISTS durable;

-- `feed` is the topic's name and the id it was born with: a topic made anew is told all again.
CREATE TABLE durable.feed (
    log_id text COLLATE "C" NOT NULL,
    feed text COLLATE "C" NOT NULL,
    shard bigint NOT NULL,
    nid bigint NOT NULL CHECK (nid >= 0),
    PRIMARY KEY (log_id, feed, shard)
);
