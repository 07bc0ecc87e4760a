-- Rules over several rows, kept by the database so that no caller can go around them.
-- Each refusal is a check_violation with a constraint name, like the constraints of a single row.
-- The fixed search_path keeps a temporary table of the session from standing in for one of ours.

CREATE FUNCTION people_refuse(rule text) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '%', rule USING ERRCODE = 'check_violation', CONSTRAINT = rule;
END $$;

CREATE FUNCTION people_no_change() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM people_refuse(TG_TABLE_NAME || '_is_final');
    RETURN NULL;
END $$;

-- A person's live grants are read and written under a lock on the person, so that two grants at the same moment
-- cannot make an administrator who is also something else.
CREATE FUNCTION people_check_grant() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    person record;
    given record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.user_id, OLD.role_id, OLD.granted_by_id, OLD.created_at, OLD.valid_until)
            IS DISTINCT FROM (NEW.user_id, NEW.role_id, NEW.granted_by_id, NEW.created_at, NEW.valid_until) THEN
            PERFORM people_refuse('grant_content_is_final');
        END IF;
        IF OLD.state IN ('revoked', 'refused') OR (OLD.state = 'active' AND NEW.state IN ('pending', 'refused')) THEN
            PERFORM people_refuse('grant_state_moves_on');
        END IF;
    END IF;
    IF NEW.state NOT IN ('pending', 'active') THEN
        RETURN NEW;
    END IF;
    SELECT kind INTO person FROM people_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    SELECT duty, opens_data INTO given FROM people_role WHERE code = NEW.role_id;
    IF person.kind = 'service' OR (person.kind = 'outside' AND NEW.role_id <> 'auditor') THEN
        PERFORM people_refuse('grant_fits_kind');
    END IF;
    IF NEW.state = 'active' AND given.opens_data AND NEW.confirmed_by_id IS NULL
        AND NEW.granted_by_id <> '00000000-0000-4000-8000-000000000001' THEN
        PERFORM people_refuse('grant_opening_is_confirmed');
    END IF;
    IF EXISTS (
        SELECT FROM people_rolegrant other JOIN people_role role ON role.code = other.role_id
        WHERE other.user_id = NEW.user_id AND other.id <> NEW.id AND other.state IN ('pending', 'active')
            AND (role.duty = 'admin') <> (given.duty = 'admin')
    ) THEN
        PERFORM people_refuse('grant_admin_apart');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grant_rules BEFORE INSERT OR UPDATE ON people_rolegrant
    FOR EACH ROW EXECUTE FUNCTION people_check_grant();

CREATE FUNCTION people_check_approval() RETURNS trigger LANGUAGE plpgsql
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

CREATE TRIGGER approval_rules BEFORE INSERT OR UPDATE ON people_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION people_check_approval();
CREATE TRIGGER approval_stays BEFORE DELETE ON people_approvalrequest
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

CREATE FUNCTION people_check_decision() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    asked record;
BEGIN
    SELECT requester_id, state, expires_at, preview_digest INTO asked
        FROM people_approvalrequest WHERE id = NEW.request_id FOR NO KEY UPDATE;
    IF asked.requester_id = NEW.decider_id THEN
        PERFORM people_refuse('decision_not_by_requester');
    END IF;
    IF asked.state <> 'pending' THEN
        PERFORM people_refuse('decision_while_pending');
    END IF;
    -- The wall clock, not only the claimed time: a back-dated decision is late too.
    IF NEW.decided_at >= asked.expires_at OR clock_timestamp() >= asked.expires_at THEN
        PERFORM people_refuse('decision_before_expiry');
    END IF;
    IF NOT EXISTS (
        SELECT FROM people_previewopening
        WHERE request_id = NEW.request_id AND person_id = NEW.decider_id AND digest = asked.preview_digest
            AND at = NEW.preview_opened_at
    ) THEN
        PERFORM people_refuse('decision_after_exact_preview');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER decision_rules BEFORE INSERT ON people_approvaldecision
    FOR EACH ROW EXECUTE FUNCTION people_check_decision();
CREATE TRIGGER decision_stays BEFORE UPDATE OR DELETE ON people_approvaldecision
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER opening_stays BEFORE UPDATE OR DELETE ON people_previewopening
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

CREATE TRIGGER template_stays BEFORE UPDATE OR DELETE ON people_ndatemplate
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

-- A signature is evidence: it can be revoked once, and nothing else about it changes.
CREATE FUNCTION people_check_signature() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL OR (
        to_jsonb(OLD) - 'revoked_at' - 'revoked_by_id' <> to_jsonb(NEW) - 'revoked_at' - 'revoked_by_id'
    ) THEN
        PERFORM people_refuse('people_ndasignature_is_final');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signature_rules BEFORE UPDATE OR DELETE ON people_ndasignature
    FOR EACH ROW EXECUTE FUNCTION people_check_signature();
CREATE FUNCTION people_check_new_signature() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM people_ndatemplate
        WHERE id = NEW.template_id AND kind = NEW.kind AND text_hash = NEW.text_hash
    ) THEN
        PERFORM people_refuse('nda_signature_of_this_text');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER signature_text BEFORE INSERT ON people_ndasignature
    FOR EACH ROW EXECUTE FUNCTION people_check_new_signature();

-- Once used or cancelled, a one-time link stays so.
CREATE FUNCTION people_check_link() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.used_at IS NOT NULL OR OLD.cancelled_at IS NOT NULL OR OLD.token_hash <> NEW.token_hash
        OR OLD.expires_at <> NEW.expires_at OR OLD.purpose <> NEW.purpose THEN
        PERFORM people_refuse('link_works_once');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER link_rules BEFORE UPDATE ON people_onetimelink
    FOR EACH ROW EXECUTE FUNCTION people_check_link();
