-- A reset is final: what it pauses is paused until its time, whoever would like it otherwise.
CREATE TRIGGER reset_stays BEFORE UPDATE OR DELETE ON people_factorreset
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

-- Whoever looks into a reset is neither its person nor the administrator who ordered it.
CREATE FUNCTION people_check_reset_review() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM people_factorreset
        WHERE id = NEW.reset_id AND NEW.officer_id IN (person_id, ordered_by_id)
    ) THEN
        PERFORM people_refuse('reset_review_by_another');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reset_review_rules BEFORE INSERT ON people_factorresetreview
    FOR EACH ROW EXECUTE FUNCTION people_check_reset_review();
CREATE TRIGGER reset_review_stays BEFORE UPDATE OR DELETE ON people_factorresetreview
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
