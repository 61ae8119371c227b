-- The keys, in a database of their own, so that a backup of the log never holds them.
CREATE SCHEMA keys;

-- A person's key; a destroyed one leaves its row as a tombstone, so that it is never made again.
CREATE TABLE keys.person (
    person_id uuid PRIMARY KEY,
    key bytea CHECK (octet_length(key) = 32),
    made_at timestamptz NOT NULL DEFAULT now(),
    destroyed_at timestamptz,
    CHECK ((key IS NULL) = (destroyed_at IS NOT NULL))
);

-- The agency's own key, made once.
CREATE TABLE keys.agency (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    key bytea NOT NULL CHECK (octet_length(key) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
