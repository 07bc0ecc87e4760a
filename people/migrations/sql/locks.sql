-- A lock is set by one and ended by two; nothing of it is changed, and it is not deleted. Each refusal is a
-- check_violation with a constraint name, as in guards.sql.
CREATE FUNCTION people_check_lock() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    officers integer;
    administrators integer;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('lock_stays');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.ended_at IS NOT NULL
            OR to_jsonb(OLD) - 'ended_at' - 'approval_id' <> to_jsonb(NEW) - 'ended_at' - 'approval_id' THEN
            PERFORM people_refuse('lock_content_is_final');
        END IF;
        IF NOT people_lock_ended_by_two(NEW) THEN
            PERFORM people_refuse('lock_ends_by_two');
        END IF;
        RETURN NEW;
    END IF;
    -- Locks queue: two officers who lock each other at the same moment leave one of them.
    PERFORM pg_advisory_xact_lock(hashtext('people.lock'));
    IF NEW.ended_at IS NOT NULL THEN
        PERFORM people_refuse('lock_begins_open');
    END IF;
    -- By the database's own clock: nothing was discovered tomorrow, and no lock is dated back.
    IF NEW.locked_at NOT BETWEEN clock_timestamp() - interval '1 minute' AND clock_timestamp() + interval '1 minute'
        OR NEW.discovered_at > clock_timestamp() THEN
        PERFORM people_refuse('lock_begins_now');
    END IF;
    IF NEW.person_id IS NOT NULL THEN
        IF (SELECT kind FROM people_user WHERE id = NEW.person_id) = 'service' THEN
            PERFORM people_refuse('lock_not_of_the_house');
        END IF;
        SELECT count(DISTINCT g.user_id) FILTER (WHERE g.role_id = 'compliance_officer'),
            count(DISTINCT g.user_id) FILTER (WHERE r.duty = 'admin')
        INTO officers, administrators
        FROM people_rolegrant g JOIN people_role r ON r.code = g.role_id JOIN people_user u ON u.id = g.user_id
        WHERE g.state = 'active' AND u.is_active AND g.user_id <> NEW.person_id
            AND (g.valid_until IS NULL OR g.valid_until > clock_timestamp());
        -- One has to approve the end, another one to ask for it.
        IF officers = 0 OR officers + administrators < 2 THEN
            PERFORM people_refuse('lock_leaves_two');
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION people_lock_ended_by_two(lock people_lock) RETURNS boolean LANGUAGE sql
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT lock.ended_at IS NULL OR EXISTS (
        SELECT FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
        WHERE r.id = lock.approval_id AND r.action = 'lock.end' AND r.state = 'approved' AND r.standing_id IS NULL
            AND r.params ->> 'lock' = lock.id::text AND r.created_at >= lock.locked_at
            AND r.requester_id IS DISTINCT FROM lock.person_id
            AND d.verdict = 'approve' AND d.decider_id <> r.requester_id
            AND d.decider_id IS DISTINCT FROM lock.person_id
            AND (d.decided_for_id IS NULL OR d.decided_for_id IS DISTINCT FROM lock.person_id)
    )
$$;

CREATE TRIGGER lock_rules BEFORE INSERT OR UPDATE OR DELETE ON people_lock
    FOR EACH ROW EXECUTE FUNCTION people_check_lock();

-- The account closes with the lock, whoever inserts it, and no session of before is the person's ever again. That
-- it was closed by the lock is said by the time.
CREATE FUNCTION people_lock_closes() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE people_user SET is_active = false, session_mark = session_mark + 1,
        disabled_at = CASE WHEN is_active THEN NEW.locked_at ELSE disabled_at END
        WHERE id = NEW.person_id;
    RETURN NULL;
END $$;
CREATE TRIGGER lock_closes AFTER INSERT ON people_lock
    FOR EACH ROW WHEN (NEW.person_id IS NOT NULL) EXECUTE FUNCTION people_lock_closes();

CREATE FUNCTION people_locked_stays_closed() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM people_lock WHERE person_id = NEW.id AND ended_at IS NULL) THEN
        PERFORM people_refuse('user_locked_is_closed');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER user_locked_is_closed BEFORE UPDATE ON people_user
    FOR EACH ROW WHEN (NEW.is_active AND NOT OLD.is_active) EXECUTE FUNCTION people_locked_stays_closed();

-- What a locked person asked for waits, and nobody who is locked has a voice, given by another or not.
CREATE FUNCTION people_decision_unlocked() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM people_lock l JOIN people_approvalrequest r ON r.id = NEW.request_id
        WHERE l.ended_at IS NULL AND l.person_id IN (r.requester_id, NEW.decider_id, NEW.decided_for_id)
    ) THEN
        PERFORM people_refuse('decision_not_while_locked');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER decision_unlocked BEFORE INSERT ON people_approvaldecision
    FOR EACH ROW EXECUTE FUNCTION people_decision_unlocked();
