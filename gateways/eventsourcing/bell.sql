-- Whoever listens on the name of the index is told, at commit, that there is more to read.
CREATE FUNCTION kravspor_index.ring() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify(TG_TABLE_SCHEMA, '');
    RETURN NULL;
END
$$;
CREATE TRIGGER ring AFTER UPDATE OF nid ON kravspor_index.log_meta
    FOR EACH ROW WHEN (NEW.nid <> OLD.nid) EXECUTE FUNCTION kravspor_index.ring();
