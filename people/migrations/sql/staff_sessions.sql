-- A staff session is of one administrator, at the request of somebody of the house, in one browser session, for an
-- hour at most: nothing of that is changed later, it is not deleted, and what has ended stays ended.
CREATE FUNCTION people_staff_session_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- By the database's own clock: one dated ahead would last longer than it says.
        IF NEW.opened_at > clock_timestamp() + interval '1 minute' THEN
            PERFORM people_refuse('staff_session_opens_now');
        END IF;
        IF NOT EXISTS (
            SELECT FROM people_rolegrant g JOIN people_role r ON r.code = g.role_id JOIN people_user u ON u.id = g.user_id
            WHERE g.user_id = NEW.person_id AND g.state = 'active' AND r.duty = 'admin' AND u.is_active
                AND (g.valid_until IS NULL OR g.valid_until > clock_timestamp())
        ) THEN
            PERFORM people_refuse('staff_session_of_administrator');
        END IF;
        IF NOT EXISTS (
            SELECT FROM people_user WHERE id = NEW.requested_by_id AND is_active AND kind IN ('staff', 'service')
        ) THEN
            PERFORM people_refuse('staff_session_for_the_house');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL OR (
        to_jsonb(OLD) - 'ended_at' - 'ended_by_id' - 'over' <> to_jsonb(NEW) - 'ended_at' - 'ended_by_id' - 'over'
    ) THEN
        PERFORM people_refuse('staff_session_stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER staff_session_stays BEFORE INSERT OR UPDATE OR DELETE ON people_staffsession
    FOR EACH ROW EXECUTE FUNCTION people_staff_session_stays();
