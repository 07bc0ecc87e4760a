-- A decision in somebody's place needs a delegation in force, and never returns to who asked: each refusal is a
-- check_violation with a constraint name, as in guards.sql.

CREATE FUNCTION people_check_delegated() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
BEGIN
    SELECT requester_id, action INTO asked FROM people_approvalrequest WHERE id = NEW.request_id;
    IF asked.requester_id = NEW.decided_for_id THEN
        PERFORM people_refuse('decision_not_by_requester');
    END IF;
    -- Under a lock, so that one that is being ended is over before this decision or begins to end after it. The
    -- wall clock, not the claimed time.
    PERFORM FROM people_delegation
        WHERE giver_id = NEW.decided_for_id AND delegate_id = NEW.decider_id AND asked.action = ANY (actions)
            AND state = 'active' AND starts_at <= clock_timestamp() AND ends_at > clock_timestamp()
        FOR SHARE;
    IF NOT FOUND THEN
        PERFORM people_refuse('decision_by_delegation');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_in_place BEFORE INSERT ON people_approvaldecision
    FOR EACH ROW WHEN (NEW.decided_for_id IS NOT NULL) EXECUTE FUNCTION people_check_delegated();

-- What was agreed stays as it was agreed, and an ended delegation stays ended.
CREATE FUNCTION people_check_delegation() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF to_jsonb(OLD) - 'state' - 'confirmed_by_id' - 'ended_at'
        <> to_jsonb(NEW) - 'state' - 'confirmed_by_id' - 'ended_at' THEN
        PERFORM people_refuse('delegation_content_is_final');
    END IF;
    IF NOT ((OLD.state = 'pending' AND NEW.state IN ('active', 'refused', 'ended'))
            OR (OLD.state = 'active' AND NEW.state = 'ended')) THEN
        PERFORM people_refuse('delegation_state_moves_on');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER delegation_rules BEFORE UPDATE ON people_delegation
    FOR EACH ROW EXECUTE FUNCTION people_check_delegation();
CREATE TRIGGER delegation_stays BEFORE DELETE ON people_delegation
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
