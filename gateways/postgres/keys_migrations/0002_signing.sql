-- The key that checkpoints and exports are signed with, made once; it never leaves this table.
CREATE TABLE keys.signing (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
    key bytea NOT NULL CHECK (octet_length(key) = 32),
    made_at timestamptz NOT NULL DEFAULT now()
);
