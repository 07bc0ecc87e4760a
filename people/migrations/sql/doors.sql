-- What a role asks of where and how its holder came in is what the newest change in force says; and what lets more people
-- in than before, into a role that opens data, was agreed to by another than asked (or given up at the console, by the
-- house itself). Each refusal is a check_violation with a constraint name, as in guards.sql.
CREATE FUNCTION people_networks_are(networks text[]) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN NOT EXISTS (
        SELECT FROM unnest(networks) one WHERE one::cidr::text <> one OR masklen(one::cidr) = 0
    );
EXCEPTION WHEN invalid_text_representation THEN
    RETURN false;
END $$;

CREATE FUNCTION people_check_door_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    former record;
    loosens boolean;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('door_change_stays');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            PERFORM people_refuse('door_change_begins_pending');
        END IF;
        IF NOT people_networks_are(NEW.networks) THEN
            PERFORM people_refuse('door_change_of_networks');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> 'pending' OR to_jsonb(OLD) - 'state' - 'decided_at' - 'approval_id'
        <> to_jsonb(NEW) - 'state' - 'decided_at' - 'approval_id' THEN
        PERFORM people_refuse('door_change_is_final');
    END IF;
    IF NEW.state = 'in_force' THEN
        SELECT networks, passkey_from INTO former FROM people_roledoor WHERE role_id = NEW.role_id;
        loosens := FOUND AND (
            (former.passkey_from IS NOT NULL AND (NEW.passkey_from IS NULL OR NEW.passkey_from > former.passkey_from))
            OR (former.networks <> '{}' AND (NEW.networks = '{}' OR EXISTS (
                SELECT FROM unnest(NEW.networks) one WHERE NOT EXISTS (
                    SELECT FROM unnest(former.networks) known WHERE one::cidr <<= known::cidr
                )
            )))
        );
        IF loosens AND NEW.asked_by_id <> '00000000-0000-4000-8000-000000000001'
            AND (SELECT opens_data FROM people_role WHERE code = NEW.role_id)
            AND NOT EXISTS (
                SELECT FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
                WHERE r.id = NEW.approval_id AND r.action = 'role.door' AND r.state = 'approved'
                    AND r.standing_id IS NULL AND r.params ->> 'change' = NEW.id::text
                    AND d.verdict = 'approve' AND d.decider_id NOT IN (r.requester_id, NEW.asked_by_id)
            ) THEN
            PERFORM people_refuse('door_opens_by_two');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER door_change_rules BEFORE INSERT OR UPDATE OR DELETE ON people_doorchange
    FOR EACH ROW EXECUTE FUNCTION people_check_door_change();

CREATE FUNCTION people_check_door() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('role_door_stays');
    END IF;
    IF NOT EXISTS (
        SELECT FROM (
            SELECT networks, passkey_from FROM people_doorchange
                WHERE role_id = NEW.role_id AND state = 'in_force' ORDER BY decided_at DESC, id DESC LIMIT 1
        ) agreed WHERE (agreed.networks, agreed.passkey_from) IS NOT DISTINCT FROM (NEW.networks, NEW.passkey_from)
    ) THEN
        PERFORM people_refuse('role_door_is_agreed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER role_door_rules BEFORE INSERT OR UPDATE OR DELETE ON people_roledoor
    FOR EACH ROW EXECUTE FUNCTION people_check_door();
