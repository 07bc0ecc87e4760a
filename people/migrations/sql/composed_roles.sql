-- Roles that the house composes. Whatever writes the rows: a set never holds more than its role stands for, and a
-- composed set holds nothing that two people did not agree to.

-- Whose duty a permission is, as people/roles/permissions.py says (a test compares them). One that this function does
-- not know is oversight's, which opens data: it comes into no role of administration.
CREATE FUNCTION people_permission_duty(permission text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE
        WHEN permission IN ('key.view', 'people.manage', 'role.manage') THEN 'admin'
        WHEN permission IN ('audit.manage', 'log.export', 'log.read', 'log.reason') THEN 'audit'
        WHEN permission IN ('book.create', 'book.manage', 'client.create', 'client.edit', 'client.export',
            'client.import', 'client.reveal', 'client.search', 'client.view', 'deal.create', 'deal.lead',
            'figures.view', 'room.manage') THEN 'business'
        ELSE 'oversight'
    END
$$;

-- The role's row is locked, so that its duty and its set cannot change at the same moment.
CREATE FUNCTION people_check_role_permission() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given record;
    agreed text[];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM people_refuse('role_permission_is_final');
    END IF;
    SELECT code, duty, opens_data INTO given FROM people_role WHERE code = NEW.role_id FOR NO KEY UPDATE;
    IF NOT given.opens_data AND people_permission_duty(NEW.permission) <> 'admin' THEN
        PERFORM people_refuse('role_permission_opens_data');
    END IF;
    IF given.code NOT LIKE 'house-%' THEN
        RETURN NEW;
    END IF;
    IF people_permission_duty(NEW.permission) <> given.duty THEN
        PERFORM people_refuse('role_has_one_duty');
    END IF;
    SELECT permissions INTO agreed FROM people_rolechange
        WHERE code = NEW.role_id AND state = 'in_force' ORDER BY decided_at DESC, id DESC LIMIT 1;
    IF agreed IS NULL OR NOT NEW.permission = ANY (agreed) THEN
        PERFORM people_refuse('role_permission_is_agreed');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_permission_rules BEFORE INSERT OR UPDATE ON people_rolepermission
    FOR EACH ROW EXECUTE FUNCTION people_check_role_permission();

CREATE FUNCTION people_check_role() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.code <> NEW.code OR (OLD.code LIKE 'house-%' AND OLD.duty <> NEW.duty) THEN
        PERFORM people_refuse('role_duty_is_final');
    END IF;
    IF OLD.retired_at IS NOT NULL THEN
        PERFORM people_refuse('role_stays_retired');
    END IF;
    IF NEW.retired_at IS NOT NULL AND EXISTS (
        SELECT FROM people_rolegrant WHERE role_id = NEW.code AND state IN ('pending', 'active')
    ) THEN
        PERFORM people_refuse('role_retires_unheld');
    END IF;
    IF NOT NEW.opens_data AND EXISTS (
        SELECT FROM people_rolepermission WHERE role_id = NEW.code AND people_permission_duty(permission) <> 'admin'
    ) THEN
        PERFORM people_refuse('role_permission_opens_data');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_rules BEFORE UPDATE ON people_role FOR EACH ROW EXECUTE FUNCTION people_check_role();

-- Who asks for a change of a role, and who agrees to it, does not hold the role, nor waits for it.
CREATE FUNCTION people_check_role_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            PERFORM people_refuse('role_change_begins_pending');
        END IF;
        IF EXISTS (SELECT FROM unnest(NEW.permissions) AS one WHERE people_permission_duty(one) <> NEW.duty) THEN
            PERFORM people_refuse('role_has_one_duty');
        END IF;
    ELSIF TG_OP = 'DELETE' OR OLD.state <> 'pending' OR (
        to_jsonb(OLD) - 'state' - 'confirmed_by_id' - 'decided_at'
        <> to_jsonb(NEW) - 'state' - 'confirmed_by_id' - 'decided_at'
    ) THEN
        PERFORM people_refuse('role_change_is_final');
    END IF;
    IF EXISTS (
        SELECT FROM people_rolegrant WHERE role_id = NEW.code AND state IN ('pending', 'active')
            AND user_id IN (NEW.proposed_by_id, NEW.confirmed_by_id)
    ) AND NEW.state <> 'refused' THEN
        PERFORM people_refuse('role_change_not_of_ones_own');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_change_rules BEFORE INSERT OR UPDATE OR DELETE ON people_rolechange
    FOR EACH ROW EXECUTE FUNCTION people_check_role_change();

-- After the trigger of migration 0002, which has locked the person. The role's row is locked against its retirement.
CREATE FUNCTION people_check_grant_of_role() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given record;
BEGIN
    IF NEW.state NOT IN ('pending', 'active') THEN
        RETURN NEW;
    END IF;
    SELECT duty, retired_at INTO given FROM people_role WHERE code = NEW.role_id FOR SHARE;
    IF given.retired_at IS NOT NULL THEN
        PERFORM people_refuse('grant_of_standing_role');
    END IF;
    IF EXISTS (
        SELECT FROM people_rolegrant other JOIN people_role role ON role.code = other.role_id
        WHERE other.user_id = NEW.user_id AND other.id <> NEW.id AND other.state IN ('pending', 'active')
            AND (role.duty = 'audit') <> (given.duty = 'audit')
    ) THEN
        PERFORM people_refuse('grant_audit_apart');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grant_rules_of_roles BEFORE INSERT OR UPDATE ON people_rolegrant
    FOR EACH ROW EXECUTE FUNCTION people_check_grant_of_role();
