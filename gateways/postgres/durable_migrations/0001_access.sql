-- What is kept beside the log and cannot be computed from it again.
CREATE SCHEMA IF NOT EXISTS durable;

-- Who holds an API key, and what it opens. Of the secret there is its SHA-256 alone.
-- `creditor_ids` is the scope of a creditor or an adviser; NULL is every creditor's.
CREATE TABLE durable.api_key (
    key_id uuid PRIMARY KEY,
    label text NOT NULL CHECK (length(label) BETWEEN 1 AND 100),
    role text NOT NULL
        CHECK (role IN ('creditor', 'adviser', 'case_handler', 'auditor', 'operator')),
    creditor_ids uuid[],
    digest bytea NOT NULL UNIQUE CHECK (octet_length(digest) = 32),
    ends_with text NOT NULL,
    added_at timestamptz NOT NULL,
    rotated_at timestamptz,
    revoked_at timestamptz,
    last_used_at timestamptz,
    CHECK ((role IN ('creditor', 'adviser')) = (creditor_ids IS NOT NULL))
);

-- Who did what, about whom, when, by which request. Lines are added and never changed.
CREATE TABLE durable.access_line (
    line_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    act text NOT NULL,
    actor text NOT NULL,
    role text NOT NULL,
    route text NOT NULL,
    request_id uuid,
    key_id uuid,
    case_ids uuid[] NOT NULL,
    person_ids uuid[] NOT NULL
);
CREATE INDEX ON durable.access_line USING gin (person_ids);
CREATE INDEX ON durable.access_line USING gin (case_ids);

CREATE FUNCTION durable.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the record of access is append-only';
END
$$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON durable.access_line
    FOR EACH STATEMENT EXECUTE FUNCTION durable.refuse_change();

-- What was asked under which Idempotency-Key. `mac` is of the content, under the agency's key.
CREATE TABLE durable.request (
    command_id uuid PRIMARY KEY,
    key_id uuid NOT NULL,
    mac text NOT NULL,
    asked_at timestamptz NOT NULL,
    commit_id uuid
);
CREATE INDEX ON durable.request (commit_id) WHERE commit_id IS NOT NULL;
