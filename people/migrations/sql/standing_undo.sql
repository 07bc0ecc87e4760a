DROP TRIGGER standing_stays ON people_standingapproval;
DROP TRIGGER standing_rules ON people_standingapproval;
DROP FUNCTION people_check_standing();
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
    IF OLD.state = 'pending' AND NEW.state = 'approved' AND (
        EXISTS (SELECT FROM people_approvaldecision WHERE request_id = NEW.id AND verdict = 'refuse')
        OR (SELECT count(*) FROM people_approvaldecision WHERE request_id = NEW.id AND verdict = 'approve') < NEW.quorum
    ) THEN
        PERFORM people_refuse('approval_has_quorum');
    END IF;
    RETURN NEW;
END $$;
