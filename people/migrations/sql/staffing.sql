-- A change of staff says for ever what was planned, and is done only when it is: whoever left has no role and no open
-- account, whoever came to a job, new or from another, holds its roles and no other. Each refusal is a check_violation with a constraint name,
-- as in guards.sql.
CREATE FUNCTION people_check_staff_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('staff_change_stays');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' THEN
            PERFORM people_refuse('staff_change_begins_planned');
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.kind, OLD.person_id, OLD.lead_id, OLD.job_id, OLD.roles, OLD.reason, OLD.happens_at, OLD.planned_by_id,
        OLD.planned_at) IS DISTINCT FROM (NEW.kind, NEW.person_id, NEW.lead_id, NEW.job_id, NEW.roles, NEW.reason,
        NEW.happens_at, NEW.planned_by_id, NEW.planned_at) OR OLD.state IN ('done', 'cancelled')
        OR (OLD.acknowledged_at IS NOT NULL AND (OLD.acknowledged_at, OLD.acknowledged_text, OLD.acknowledged_name)
            IS DISTINCT FROM (NEW.acknowledged_at, NEW.acknowledged_text, NEW.acknowledged_name)) THEN
        PERFORM people_refuse('staff_change_content_is_final');
    END IF;
    IF OLD.state <> NEW.state AND NOT (
        (OLD.state = 'planned' AND NEW.state IN ('held', 'set', 'cancelled'))
        OR (OLD.state = 'held' AND NEW.state IN ('planned', 'cancelled'))
        OR (OLD.state = 'set' AND NEW.state IN ('done', 'cancelled'))
    ) THEN
        PERFORM people_refuse('staff_change_state_moves_on');
    END IF;
    IF NEW.kind <> 'leave' AND NEW.state = 'set' AND NOT EXISTS (
        SELECT FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
        WHERE r.id = NEW.approval_id AND r.action = 'staffing.job' AND r.state = 'approved' AND r.standing_id IS NULL
            AND r.params ->> 'change' = NEW.id::text AND r.requester_id <> NEW.person_id
            AND d.verdict = 'approve' AND d.decider_id NOT IN (r.requester_id, NEW.person_id)
    ) THEN
        PERFORM people_refuse('staff_change_agreed_by_approval');
    END IF;
    IF NEW.kind = 'leave' AND NEW.state = 'done' AND (
        (SELECT is_active FROM people_user WHERE id = NEW.person_id)
        OR EXISTS (SELECT FROM people_rolegrant WHERE user_id = NEW.person_id AND state IN ('pending', 'active'))
    ) THEN
        PERFORM people_refuse('staff_change_leaves_nothing');
    END IF;
    IF NEW.kind <> 'leave' AND NEW.state = 'done' AND (
        SELECT coalesce(array_agg(role_id::text ORDER BY role_id::text COLLATE "C"), '{}') FROM people_rolegrant
        WHERE user_id = NEW.person_id AND state IN ('pending', 'active')
    ) IS DISTINCT FROM (SELECT array_agg(code::text ORDER BY code::text COLLATE "C") FROM unnest(NEW.roles) code) THEN
        PERFORM people_refuse('staff_change_gives_exactly_the_job');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER staff_change_rules BEFORE INSERT OR UPDATE OR DELETE ON people_staffchange
    FOR EACH ROW EXECUTE FUNCTION people_check_staff_change();

-- Who gets what is not named any more once it has happened, and never the person themselves.
CREATE FUNCTION people_check_succession() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    change record;
BEGIN
    SELECT person_id, state INTO change FROM people_staffchange
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.change_id ELSE NEW.change_id END FOR SHARE;
    IF change.state IN ('done', 'cancelled') THEN
        PERFORM people_refuse('succession_is_over');
    END IF;
    IF TG_OP <> 'DELETE' AND change.person_id = NEW.to_id THEN
        PERFORM people_refuse('succession_to_another');
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER succession_rules BEFORE INSERT OR UPDATE OR DELETE ON people_succession
    FOR EACH ROW EXECUTE FUNCTION people_check_succession();
