DROP TRIGGER absence_rules ON people_absence;
DROP FUNCTION people_check_absence();
DROP TRIGGER user_closing_ends_posts ON people_user;
DROP FUNCTION people_closing_ends_posts();
DROP TRIGGER grant_beside_post ON people_rolegrant;
DROP FUNCTION people_check_grant_beside_post();
DROP TRIGGER appointment_rules ON people_appointment;
DROP FUNCTION people_check_appointment();
DROP FUNCTION people_administers(uuid);

-- As delegations.sql has it.
CREATE OR REPLACE FUNCTION people_check_delegated() RETURNS trigger LANGUAGE plpgsql
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
DROP FUNCTION people_post_of(text);
