-- What was reached stays reached, and is recorded once. Each refusal is a check_violation with a constraint name.
CREATE FUNCTION people_check_crossing() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('crossing_stays');
    END IF;
    IF OLD.done_on IS NOT NULL OR (OLD.id, OLD.mark, OLD.crossed_on, OLD.count, OLD.due_on)
        IS DISTINCT FROM (NEW.id, NEW.mark, NEW.crossed_on, NEW.count, NEW.due_on) THEN
        PERFORM people_refuse('crossing_is_final');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER crossing_rules BEFORE UPDATE OR DELETE ON people_crossing
    FOR EACH ROW EXECUTE FUNCTION people_check_crossing();
