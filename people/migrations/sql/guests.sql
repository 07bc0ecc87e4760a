-- A guest's number never changes hands: whoever could change it would come in as its person.
CREATE FUNCTION people_check_phone() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.person_id, NEW.number, NEW.lookup, NEW.key_id, NEW.set_by_id, NEW.set_at)
        IS DISTINCT FROM (OLD.person_id, OLD.number, OLD.lookup, OLD.key_id, OLD.set_by_id, OLD.set_at)
    THEN
        PERFORM people_refuse('phone_never_changes');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER phone_rules BEFORE UPDATE ON people_guestphone
    FOR EACH ROW EXECUTE FUNCTION people_check_phone();
