-- As in guards.sql.
CREATE OR REPLACE FUNCTION people_check_grant() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    person record;
    given record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.user_id, OLD.role_id, OLD.granted_by_id, OLD.created_at, OLD.valid_until)
            IS DISTINCT FROM (NEW.user_id, NEW.role_id, NEW.granted_by_id, NEW.created_at, NEW.valid_until) THEN
            PERFORM people_refuse('grant_content_is_final');
        END IF;
        IF OLD.state IN ('revoked', 'refused') OR (OLD.state = 'active' AND NEW.state IN ('pending', 'refused')) THEN
            PERFORM people_refuse('grant_state_moves_on');
        END IF;
    END IF;
    IF NEW.state NOT IN ('pending', 'active') THEN
        RETURN NEW;
    END IF;
    SELECT kind INTO person FROM people_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    SELECT duty, opens_data INTO given FROM people_role WHERE code = NEW.role_id;
    IF person.kind = 'service' OR (person.kind = 'outside' AND NEW.role_id <> 'auditor') THEN
        PERFORM people_refuse('grant_fits_kind');
    END IF;
    IF NEW.state = 'active' AND given.opens_data AND NEW.confirmed_by_id IS NULL
        AND NEW.granted_by_id <> '00000000-0000-4000-8000-000000000001' THEN
        PERFORM people_refuse('grant_opening_is_confirmed');
    END IF;
    IF EXISTS (
        SELECT FROM people_rolegrant other JOIN people_role role ON role.code = other.role_id
        WHERE other.user_id = NEW.user_id AND other.id <> NEW.id AND other.state IN ('pending', 'active')
            AND (role.duty = 'admin') <> (given.duty = 'admin')
    ) THEN
        PERFORM people_refuse('grant_admin_apart');
    END IF;
    RETURN NEW;
END $$;
