-- A version begins as a draft, becomes final with another officer's word, and nothing of it changes after that.
-- Each refusal is a check_violation with a constraint name, as in guards.sql.

CREATE FUNCTION people_check_policy_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.agreed_at IS NOT NULL THEN
            PERFORM people_refuse('policy_begins_as_draft');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.agreed_at IS NOT NULL THEN
        PERFORM people_refuse('policy_version_is_final');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF (OLD.id, OLD.policy_id, OLD.number) IS DISTINCT FROM (NEW.id, NEW.policy_id, NEW.number) THEN
        PERFORM people_refuse('policy_version_is_final');
    END IF;
    -- A text that the house came with gets its author with the first officer who takes it up; nobody else hands
    -- their draft to another name in order to agree to it themselves.
    IF OLD.written_by_id <> NEW.written_by_id
        AND OLD.written_by_id <> '00000000-0000-4000-8000-000000000001' THEN
        PERFORM people_refuse('policy_author_stays');
    END IF;
    IF NEW.agreed_at IS NOT NULL THEN
        IF to_jsonb(OLD) - 'agreed_by_id' - 'agreed_at' - 'in_force_at' - 'approval_id'
            <> to_jsonb(NEW) - 'agreed_by_id' - 'agreed_at' - 'in_force_at' - 'approval_id' THEN
            PERFORM people_refuse('policy_agreed_as_written');
        END IF;
        -- The approval is of this very version, and whoever is named has decided on it.
        IF NOT EXISTS (
            SELECT FROM people_approvalrequest asked
            JOIN people_approvaldecision said ON said.request_id = asked.id
            WHERE asked.id = NEW.approval_id AND asked.action = 'policy.adopt' AND asked.state = 'approved'
                AND asked.params ->> 'version' = NEW.id::text
                AND said.decider_id = NEW.agreed_by_id AND said.verdict = 'approve'
        ) THEN
            PERFORM people_refuse('policy_agreed_by_approval');
        END IF;
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_version_rules BEFORE INSERT OR UPDATE OR DELETE ON people_policyversion
    FOR EACH ROW EXECUTE FUNCTION people_check_policy_version();
CREATE TRIGGER policy_stays BEFORE UPDATE ON people_policy
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

-- Accepted is a version in force, and the very text of it.
CREATE FUNCTION people_check_acceptance() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM people_policyversion
        WHERE id = NEW.version_id AND text_hash = NEW.text_hash AND in_force_at <= clock_timestamp()
    ) THEN
        PERFORM people_refuse('policy_acceptance_of_this_text');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER policy_acceptance_text BEFORE INSERT ON people_policyacceptance
    FOR EACH ROW EXECUTE FUNCTION people_check_acceptance();
CREATE TRIGGER policy_acceptance_stays BEFORE UPDATE OR DELETE ON people_policyacceptance
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

-- Who must accept what by when. The statement's time: it stands still within a query, and goes on within a
-- transaction.
CREATE VIEW people_policydue AS
SELECT now_valid.id::text || person.id::text AS id,
    person.id AS person_id,
    now_valid.policy_id,
    now_valid.id AS version_id,
    greatest(now_valid.in_force_at, since.at) + now_valid.days * interval '1 day' AS due_at,
    accepted.accepted_at
FROM people_policyversion now_valid
JOIN people_user person ON person.kind = 'staff' AND person.is_active
CROSS JOIN LATERAL (
    SELECT CASE WHEN cardinality(now_valid.roles) = 0 THEN person.created_at ELSE (
        SELECT min(given.created_at) FROM people_rolegrant given
        WHERE given.user_id = person.id AND given.state = 'active' AND given.role_id = ANY (now_valid.roles)
            AND (given.valid_until IS NULL OR given.valid_until > statement_timestamp())
    ) END AS at
) since
LEFT JOIN people_policyacceptance accepted
    ON accepted.version_id = now_valid.id AND accepted.person_id = person.id
WHERE now_valid.in_force_at <= statement_timestamp()
    AND since.at IS NOT NULL
    AND NOT EXISTS (
        SELECT FROM people_policyversion later
        WHERE later.policy_id = now_valid.policy_id AND later.number > now_valid.number
            AND later.in_force_at <= statement_timestamp()
    );
