-- What was approved beforehand is approved without a decision, within what was agreed: each refusal is a
-- check_violation with a constraint name, as in guards.sql.

CREATE OR REPLACE FUNCTION people_check_approval() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'pending' THEN
            PERFORM people_refuse('approval_begins_pending');
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.action, OLD.params, OLD.preview_digest, OLD.requester_id, OLD.reason, OLD.quorum, OLD.created_at,
            OLD.expires_at)
        IS DISTINCT FROM (NEW.id, NEW.action, NEW.params, NEW.preview_digest, NEW.requester_id, NEW.reason, NEW.quorum,
            NEW.created_at, NEW.expires_at) THEN
        PERFORM people_refuse('approval_content_is_final');
    END IF;
    IF NEW.state IS DISTINCT FROM OLD.state AND NOT (
        (OLD.state = 'pending' AND NEW.state IN ('approved', 'refused', 'expired', 'void', 'withdrawn'))
        OR (OLD.state = 'approved' AND NEW.state IN ('carried_out', 'void'))
    ) THEN
        PERFORM people_refuse('approval_state_moves_on');
    END IF;
    IF NEW.standing_id IS DISTINCT FROM OLD.standing_id
        AND NOT (OLD.standing_id IS NULL AND OLD.state = 'pending' AND NEW.state = 'approved') THEN
        PERFORM people_refuse('approval_content_is_final');
    END IF;
    IF NEW.escalated_at IS DISTINCT FROM OLD.escalated_at AND (OLD.escalated_at IS NOT NULL OR OLD.state <> 'pending') THEN
        PERFORM people_refuse('approval_content_is_final');
    END IF;
    -- Approved beforehand: by a standing approval of this requester for this action that is in force, and that has
    -- counted this use and all before it.
    IF OLD.standing_id IS NULL AND NEW.standing_id IS NOT NULL THEN
        PERFORM FROM people_standingapproval s
            WHERE s.id = NEW.standing_id AND s.holder_id = NEW.requester_id AND s.action = NEW.action
                AND s.ended_at IS NULL AND s.valid_until > clock_timestamp()
                AND s.used > (SELECT count(*) FROM people_approvalrequest r WHERE r.standing_id = s.id);
        IF NOT FOUND THEN
            PERFORM people_refuse('approval_by_standing');
        END IF;
    ELSIF OLD.state = 'pending' AND NEW.state = 'approved' AND (
        EXISTS (SELECT FROM people_approvaldecision WHERE request_id = NEW.id AND verdict = 'refuse')
        OR (SELECT count(*) FROM people_approvaldecision WHERE request_id = NEW.id AND verdict = 'approve') < NEW.quorum
    ) THEN
        PERFORM people_refuse('approval_has_quorum');
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION people_check_standing() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- Exactly what somebody else approved, and who approved it.
        PERFORM FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
            WHERE r.id = NEW.approval_id AND r.action = 'approval.standing' AND r.state = 'approved'
                AND r.requester_id = NEW.holder_id AND d.decider_id = NEW.given_by_id AND d.verdict = 'approve'
                AND r.params ->> 'holder' = NEW.holder_id::text AND r.params ->> 'action' = NEW.action
                AND (r.params ->> 'limit')::int = NEW."limit" AND (r.params ->> 'uses')::int = NEW.uses
                AND (r.params ->> 'until')::timestamptz = NEW.valid_until AND NEW.used = 0 AND NEW.ended_at IS NULL;
        IF NOT FOUND THEN
            PERFORM people_refuse('standing_as_approved');
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(OLD) - 'used' - 'ended_at' <> to_jsonb(NEW) - 'used' - 'ended_at' OR OLD.ended_at IS NOT NULL
        OR NEW.used NOT IN (OLD.used, OLD.used + 1) THEN
        PERFORM people_refuse('standing_content_is_final');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER standing_rules BEFORE INSERT OR UPDATE ON people_standingapproval
    FOR EACH ROW EXECUTE FUNCTION people_check_standing();
CREATE TRIGGER standing_stays BEFORE DELETE ON people_standingapproval
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
