-- Posts: two people appoint, a third accepts; an administrator holds none; it ends when the account closes. Each
-- refusal is a check_violation with a constraint name, as in guards.sql.

CREATE FUNCTION people_administers(whose uuid) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM people_rolegrant given JOIN people_role role ON role.code = given.role_id
        WHERE given.user_id = whose AND given.state IN ('pending', 'active') AND role.duty = 'admin'
            AND (given.valid_until IS NULL OR given.valid_until > clock_timestamp())
    )
$$;

CREATE FUNCTION people_check_appointment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    someone record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('appointment_stays');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.accepted_at IS NOT NULL THEN
            PERFORM people_refuse('appointment_begins_proposed');
        END IF;
    ELSE
        IF (OLD.id, OLD.post, OLD.place, OLD.person_id, OLD.starts_at, OLD.ends_at, OLD.proposed_by_id, OLD.proposed_at)
            IS DISTINCT FROM
            (NEW.id, NEW.post, NEW.place, NEW.person_id, NEW.starts_at, NEW.ends_at, NEW.proposed_by_id, NEW.proposed_at)
            OR OLD.over_at IS NOT NULL
            OR (OLD.state = 'held' AND (OLD.agreed_by_id, OLD.approval_id, OLD.accepted_at, OLD.typed_name)
                IS DISTINCT FROM (NEW.agreed_by_id, NEW.approval_id, NEW.accepted_at, NEW.typed_name)) THEN
            PERFORM people_refuse('appointment_content_is_final');
        END IF;
        IF OLD.state <> NEW.state AND NOT (
            (OLD.state = 'proposed' AND NEW.state IN ('agreed', 'refused', 'ended'))
            OR (OLD.state = 'agreed' AND NEW.state IN ('held', 'declined', 'ended'))
            OR (OLD.state = 'held' AND NEW.state = 'ended')
        ) THEN
            PERFORM people_refuse('appointment_state_moves_on');
        END IF;
        IF OLD.state = 'proposed' AND NEW.state = 'agreed' AND NOT EXISTS (
            SELECT FROM people_approvalrequest asked JOIN people_approvaldecision said ON said.request_id = asked.id
            WHERE asked.id = NEW.approval_id AND asked.action = 'post.appoint' AND asked.state = 'approved'
                AND asked.standing_id IS NULL AND asked.params ->> 'appointment' = NEW.id::text
                AND asked.requester_id = NEW.proposed_by_id
                AND said.decider_id = NEW.agreed_by_id AND said.verdict = 'approve'
        ) THEN
            PERFORM people_refuse('appointment_agreed_by_approval');
        END IF;
    END IF;
    IF NEW.state IN ('proposed', 'agreed', 'held') THEN
        -- Under a lock on the person, as grants are, so that a role of administration and a post given at the same
        -- moment do not pass each other.
        SELECT kind, is_active INTO someone FROM people_user WHERE id = NEW.person_id FOR NO KEY UPDATE;
        IF someone.kind <> 'staff' OR NOT someone.is_active THEN
            PERFORM people_refuse('appointment_of_open_staff');
        END IF;
        IF people_administers(NEW.person_id) THEN
            PERFORM people_refuse('appointment_not_of_an_administrator');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER appointment_rules BEFORE INSERT OR UPDATE OR DELETE ON people_appointment
    FOR EACH ROW EXECUTE FUNCTION people_check_appointment();

CREATE FUNCTION people_check_grant_beside_post() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM people_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF (SELECT duty FROM people_role WHERE code = NEW.role_id) = 'admin' AND EXISTS (
        SELECT FROM people_appointment WHERE person_id = NEW.user_id AND state IN ('proposed', 'agreed', 'held')
    ) THEN
        PERFORM people_refuse('grant_admin_beside_a_post');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER grant_beside_post BEFORE INSERT OR UPDATE ON people_rolegrant
    FOR EACH ROW WHEN (NEW.state IN ('pending', 'active')) EXECUTE FUNCTION people_check_grant_beside_post();

-- Whoever closes an account, a lock or an administrator: its posts end in the same transaction, and are not back when
-- the account opens again.
CREATE FUNCTION people_closing_ends_posts() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE people_appointment SET state = 'ended', over_at = clock_timestamp()
        WHERE person_id = NEW.id AND state IN ('proposed', 'agreed', 'held');
    RETURN NULL;
END $$;
CREATE TRIGGER user_closing_ends_posts AFTER UPDATE ON people_user
    FOR EACH ROW WHEN (OLD.is_active AND NOT NEW.is_active) EXECUTE FUNCTION people_closing_ends_posts();

-- Nobody says that somebody is away in order to decide for them.
CREATE FUNCTION people_check_absence() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('absence_stays');
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF OLD.ended_at IS NOT NULL OR to_jsonb(OLD) - 'ended_at' <> to_jsonb(NEW) - 'ended_at' THEN
            PERFORM people_refuse('absence_is_final');
        END IF;
        RETURN NEW;
    END IF;
    SELECT * INTO held FROM people_appointment WHERE id = NEW.appointment_id FOR SHARE;
    IF held.place <> 'holder' OR held.state <> 'held' THEN
        PERFORM people_refuse('absence_of_a_holder');
    END IF;
    IF EXISTS (
        SELECT FROM people_appointment
        WHERE post = held.post AND place = 'deputy' AND state IN ('proposed', 'agreed', 'held')
            AND person_id = NEW.noted_by_id
    ) THEN
        PERFORM people_refuse('absence_not_by_the_deputy');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER absence_rules BEFORE INSERT OR UPDATE OR DELETE ON people_absence
    FOR EACH ROW EXECUTE FUNCTION people_check_absence();

-- Which post decides on an action, as the actions say (a test compares them).
CREATE FUNCTION people_post_of(action text) RETURNS text LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE action
        WHEN 'grade.lower' THEN 'dpo'
        WHEN 'source.purchased' THEN 'dpo'
        WHEN 'nda.adopt' THEN 'confidentiality'
    END
$$;

-- In somebody's place decides a delegate, as before, or the deputy of a holder who is away.
CREATE OR REPLACE FUNCTION people_check_delegated() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
BEGIN
    SELECT requester_id, action INTO asked FROM people_approvalrequest WHERE id = NEW.request_id;
    IF asked.requester_id = NEW.decided_for_id THEN
        PERFORM people_refuse('decision_not_by_requester');
    END IF;
    PERFORM FROM people_absence away
        JOIN people_appointment holder ON holder.id = away.appointment_id
        JOIN people_appointment deputy ON deputy.post = holder.post AND deputy.place = 'deputy'
        WHERE holder.person_id = NEW.decided_for_id AND deputy.person_id = NEW.decider_id
            AND holder.post = people_post_of(asked.action)
            AND holder.state = 'held' AND deputy.state = 'held'
            AND deputy.starts_at <= clock_timestamp()
            AND (deputy.ends_at IS NULL OR deputy.ends_at > clock_timestamp())
            AND away.ended_at IS NULL AND away.starts_at <= clock_timestamp() AND away.ends_at > clock_timestamp()
        FOR SHARE;
    IF FOUND THEN
        RETURN NEW;
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
