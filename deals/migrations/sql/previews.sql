-- A preview is of two people, in one session, for a quarter of an hour: nothing of that is changed later, it is
-- not deleted, and what has ended stays ended. The person shown is somebody from outside, and who looks is staff.
CREATE FUNCTION deals_room_preview_stays() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM people_user WHERE id = NEW.viewer_id AND kind = 'staff')
            OR NOT EXISTS (SELECT FROM people_user WHERE id = NEW.person_id AND kind = 'outside') THEN
            PERFORM deals_refuse('room_preview_of_outside_people');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR OLD.ended_at IS NOT NULL
        OR (OLD.id, OLD.room_id, OLD.viewer_id, OLD.person_id, OLD.session, OLD.begun_at, OLD.ends_at)
            IS DISTINCT FROM
            (NEW.id, NEW.room_id, NEW.viewer_id, NEW.person_id, NEW.session, NEW.begun_at, NEW.ends_at) THEN
        PERFORM deals_refuse('room_preview_stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER room_preview_stays BEFORE INSERT OR UPDATE OR DELETE ON deals_roompreview
    FOR EACH ROW EXECUTE FUNCTION deals_room_preview_stays();
