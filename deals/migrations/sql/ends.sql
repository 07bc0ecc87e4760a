-- The day by which a version goes is set once, and an end that has come is for ever: nobody who runs a room
-- keeps the copy of a destroyed person longer by touching its row.
CREATE FUNCTION deals_version_end_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
        OR (OLD.version_id, OLD.found_at, OLD.due_at) IS DISTINCT FROM (NEW.version_id, NEW.found_at, NEW.due_at)
        OR OLD.asked_by_id IS NOT NULL AND OLD.asked_by_id IS DISTINCT FROM NEW.asked_by_id THEN
        PERFORM deals_refuse('version_end_stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER version_end_stays BEFORE UPDATE OR DELETE ON deals_versionend
    FOR EACH ROW EXECUTE FUNCTION deals_version_end_stays();
