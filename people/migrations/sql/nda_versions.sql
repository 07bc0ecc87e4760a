-- A version after the first is there by another officer's word, and no draft is agreed to under another's name.
-- Each refusal is a check_violation with a constraint name, as in guards.sql.

CREATE FUNCTION people_check_template() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.version > 1 AND NOT EXISTS (
        SELECT FROM people_approvalrequest asked
        JOIN people_approvaldecision said ON said.request_id = asked.id
        JOIN people_ndadraft draft ON draft.id::text = asked.params ->> 'draft'
        WHERE asked.id = NEW.approval_id AND asked.action = 'nda.adopt' AND asked.state = 'approved'
            AND said.decider_id = NEW.agreed_by_id AND said.verdict = 'approve'
            AND draft.kind = NEW.kind AND draft.written_by_id = NEW.written_by_id
    ) THEN
        PERFORM people_refuse('nda_template_agreed_by_approval');
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER template_agreed AFTER INSERT ON people_ndatemplate
    FOR EACH ROW EXECUTE FUNCTION people_check_template();

CREATE FUNCTION people_check_nda_draft() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.id, OLD.kind, OLD.written_by_id) IS DISTINCT FROM (NEW.id, NEW.kind, NEW.written_by_id) THEN
        PERFORM people_refuse('nda_draft_author_stays');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER nda_draft_rules BEFORE UPDATE ON people_ndadraft
    FOR EACH ROW EXECUTE FUNCTION people_check_nda_draft();
