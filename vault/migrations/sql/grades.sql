-- Who lowers what protects a client's data: nobody without an approval that the data protection officer decided.
-- A check_violation with a constraint name, like the constraints of a single row (people/migrations/sql/guards.sql).

-- Whether an approval to lower exactly this is being carried out in this transaction: only there is its state
-- `approved`, for the service sets `carried_out` before it commits. Its decider must hold `grade.lower` now.
CREATE FUNCTION vault_lowering_approved(wanted jsonb) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM people_approvalrequest asked
        JOIN people_approvaldecision decision ON decision.request_id = asked.id AND decision.verdict = 'approve'
        JOIN people_rolegrant held ON held.user_id = decision.decider_id AND held.state = 'active'
            AND (held.valid_until IS NULL OR held.valid_until > clock_timestamp())
        JOIN people_rolepermission permission
            ON permission.role_id = held.role_id AND permission.permission = 'grade.lower'
        WHERE asked.action = 'grade.lower' AND asked.state = 'approved' AND asked.params = wanted
    )
$$;

CREATE FUNCTION vault_openness(visibility text) RETURNS int LANGUAGE sql IMMUTABLE
SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT CASE visibility WHEN 'private' THEN 0 WHEN 'semi_public' THEN 1 ELSE 2 END
$$;

CREATE FUNCTION vault_check_lowering() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (NEW.grade < OLD.grade OR vault_openness(NEW.visibility) > vault_openness(OLD.visibility)
            OR (OLD.origin = 'external' AND NEW.origin <> 'external')
            OR OLD.use <> NEW.use)  -- another use is another purpose (PIPL 14)
        AND NOT vault_lowering_approved(jsonb_build_object(
            'client', NEW.id, 'grade', NEW.grade, 'visibility', NEW.visibility, 'origin', NEW.origin, 'use', NEW.use))
    THEN
        PERFORM people_refuse('client_lowered_with_approval');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER client_lowering BEFORE UPDATE ON vault_client FOR EACH ROW
    WHEN ((OLD.grade, OLD.visibility, OLD.origin, OLD.use) IS DISTINCT FROM
          (NEW.grade, NEW.visibility, NEW.origin, NEW.use))
    EXECUTE FUNCTION vault_check_lowering();

-- A book names fields and grades; the declared grades (vault.records.grading.declared) are the floor, and a field
-- once raised keeps its key, so that taking the key away is a lowering like any other.
CREATE FUNCTION vault_check_field_grades() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    declared constant jsonb := '{"name": 2, "id_number": 3, "credit_code": 1, "birth_date": 3, "phone": 3, "email": 3,
        "address": 3, "bank_account": 4, "notes": 2}';
    given record;
BEGIN
    FOR given IN SELECT key, value FROM jsonb_each_text(NEW.field_grades) LOOP
        IF NOT declared ? given.key OR given.value !~ '^[1-4]$' THEN
            PERFORM people_refuse('book_field_grade_known');
        END IF;
        IF given.value::int < (declared ->> given.key)::int THEN
            PERFORM people_refuse('book_field_grade_not_below_declared');
        END IF;
    END LOOP;
    IF TG_OP = 'UPDATE' THEN
        FOR given IN SELECT key, value FROM jsonb_each_text(OLD.field_grades) LOOP
            IF coalesce((NEW.field_grades ->> given.key)::int, 0) < given.value::int
                AND NOT vault_lowering_approved(jsonb_build_object(
                    'book', NEW.id, 'field', given.key, 'grade', (NEW.field_grades ->> given.key)::int))
            THEN
                PERFORM people_refuse('book_field_lowered_with_approval');
            END IF;
        END LOOP;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER book_field_grades BEFORE INSERT OR UPDATE OF field_grades ON vault_clientbook FOR EACH ROW
    EXECUTE FUNCTION vault_check_field_grades();

-- A permit comes from an approval of exactly this that is being carried out, and is used once and in time.
CREATE FUNCTION vault_check_permit() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.used_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM people_approvalrequest asked
            WHERE asked.id = NEW.approval_id AND asked.action = 'client.reveal' AND asked.state = 'approved'
                AND asked.requester_id = NEW.person_id
                AND asked.params = jsonb_build_object('client', NEW.client_id, 'group', NEW."group",
                    'purpose', NEW.purpose, 'person', NEW.person_id)
        ) THEN
            PERFORM people_refuse('permit_has_its_approval');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.used_at IS NOT NULL OR to_jsonb(OLD) - 'used_at' <> to_jsonb(NEW) - 'used_at'
        OR clock_timestamp() > OLD.valid_until THEN
        PERFORM people_refuse('permit_works_once');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER permit_rules BEFORE INSERT OR UPDATE ON vault_revealpermit
    FOR EACH ROW EXECUTE FUNCTION vault_check_permit();

-- What is spent of a day stays spent.
CREATE FUNCTION vault_check_reveal_day() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR NEW.spent < OLD.spent OR NEW.person_id <> OLD.person_id OR NEW.day <> OLD.day THEN
        PERFORM people_refuse('reveal_day_only_grows');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER reveal_day_rules BEFORE UPDATE OR DELETE ON vault_revealday
    FOR EACH ROW EXECUTE FUNCTION vault_check_reveal_day();
