-- What a firm's row repeats must be borne out by the rows it repeats, and what was decided stays. Each refusal is a
-- check_violation with a constraint name, as in guards.sql.
CREATE FUNCTION people_check_partner() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('partner_stays');
    END IF;
    IF NEW.suspended <> EXISTS (
        SELECT FROM people_partnersuspension WHERE partner_id = NEW.id AND ended_at IS NULL
    ) THEN
        PERFORM people_refuse('partner_suspended_as_recorded');
    END IF;
    -- The newest that counts: handed in and failed, or passed and taken.
    IF NEW.passed AND (TG_OP = 'INSERT' OR NOT OLD.passed) AND NOT coalesce((
        SELECT a.passed FROM people_assessment a
        WHERE a.partner_id = NEW.id AND (a.taken_at IS NOT NULL OR NOT a.passed)
        ORDER BY a.handed_in_at DESC LIMIT 1
    ), false) THEN
        PERFORM people_refuse('partner_passed_as_answered');
    END IF;
    IF NEW.agreed_until IS NOT NULL AND NOT EXISTS (
        SELECT FROM people_partneragreement
        WHERE partner_id = NEW.id AND checked_at IS NOT NULL AND until = NEW.agreed_until
    ) THEN
        PERFORM people_refuse('partner_agreed_by_agreement');
    END IF;
    IF NEW.review_due_on IS NOT NULL AND NOT EXISTS (
        SELECT FROM people_partnerreview WHERE partner_id = NEW.id AND next_due_on = NEW.review_due_on
    ) THEN
        PERFORM people_refuse('partner_review_due_by_review');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_rules BEFORE INSERT OR UPDATE OR DELETE ON people_partner
    FOR EACH ROW EXECUTE FUNCTION people_check_partner();

CREATE FUNCTION people_check_partner_person() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('partner_person_stays');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.left_at IS NOT NULL OR (SELECT kind FROM people_user WHERE id = NEW.person_id) <> 'outside' THEN
            PERFORM people_refuse('partner_person_from_outside');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.left_at IS NOT NULL
        OR to_jsonb(OLD) - 'left_at' - 'left_by_id' <> to_jsonb(NEW) - 'left_at' - 'left_by_id' THEN
        PERFORM people_refuse('partner_person_is_final');
    END IF;
    -- Nobody slips out of a firm that is shut into one that is not. The row is locked, so that leaving and
    -- suspending do not pass each other.
    IF (SELECT suspended FROM people_partner WHERE id = NEW.partner_id FOR UPDATE) THEN
        PERFORM people_refuse('partner_person_stays_while_suspended');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_person_rules BEFORE INSERT OR UPDATE OR DELETE ON people_partnerperson
    FOR EACH ROW EXECUTE FUNCTION people_check_partner_person();

CREATE FUNCTION people_check_partner_suspension() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('partner_suspension_stays');
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.ended_at IS NOT NULL THEN
            PERFORM people_refuse('partner_suspension_begins_open');
        END IF;
        PERFORM 1 FROM people_partner WHERE id = NEW.partner_id FOR UPDATE;
        RETURN NEW;
    END IF;
    IF OLD.ended_at IS NOT NULL
        OR to_jsonb(OLD) - 'ended_at' - 'approval_id' <> to_jsonb(NEW) - 'ended_at' - 'approval_id' THEN
        PERFORM people_refuse('partner_suspension_is_final');
    END IF;
    IF NEW.ended_at IS NOT NULL AND NOT EXISTS (
        SELECT FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
        WHERE r.id = NEW.approval_id AND r.action = 'partner.reinstate' AND r.state = 'approved'
            AND r.standing_id IS NULL AND r.params ->> 'suspension' = NEW.id::text AND r.created_at >= NEW.at
            AND d.verdict = 'approve' AND d.decider_id <> r.requester_id
    ) THEN
        PERFORM people_refuse('partner_reinstated_by_two');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_suspension_rules BEFORE INSERT OR UPDATE OR DELETE ON people_partnersuspension
    FOR EACH ROW EXECUTE FUNCTION people_check_partner_suspension();

-- Whoever suspends: the gates' row follows at once, and no session of before is ever theirs again.
CREATE FUNCTION people_partner_suspended() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    UPDATE people_partner SET suspended = NEW.ended_at IS NULL WHERE id = NEW.partner_id;
    IF TG_OP = 'INSERT' THEN
        UPDATE people_user SET session_mark = session_mark + 1 WHERE id IN (
            SELECT person_id FROM people_partnerperson WHERE partner_id = NEW.partner_id AND left_at IS NULL
        );
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER partner_suspended AFTER INSERT OR UPDATE ON people_partnersuspension
    FOR EACH ROW EXECUTE FUNCTION people_partner_suspended();

-- An agreement is read by whoever checks it, so nothing of it changes but that it was checked.
CREATE FUNCTION people_partner_agreement_is_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF OLD.checked_at IS NOT NULL
        OR to_jsonb(OLD) - 'checked_at' - 'checked_by_id' <> to_jsonb(NEW) - 'checked_at' - 'checked_by_id' THEN
        PERFORM people_refuse('partner_agreement_is_final');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_agreement_is_final BEFORE UPDATE ON people_partneragreement
    FOR EACH ROW EXECUTE FUNCTION people_partner_agreement_is_final();

CREATE FUNCTION people_subprocessor_by_two() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NEW.state = 'agreed' AND (TG_OP = 'INSERT' OR OLD.state <> 'agreed') AND NOT EXISTS (
        SELECT FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
        WHERE r.id = NEW.approval_id AND r.action = 'partner.subprocessor' AND r.state = 'approved'
            AND r.standing_id IS NULL AND r.params ->> 'subprocessor' = NEW.id::text
            AND d.verdict = 'approve' AND d.decider_id <> r.requester_id
    ) THEN
        PERFORM people_refuse('subprocessor_agreed_by_two');
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.name, NEW.does, NEW.abroad, NEW.partner_id)
        IS DISTINCT FROM (OLD.name, OLD.does, OLD.abroad, OLD.partner_id) THEN
        PERFORM people_refuse('subprocessor_is_final');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER subprocessor_rules BEFORE INSERT OR UPDATE ON people_subprocessor
    FOR EACH ROW EXECUTE FUNCTION people_subprocessor_by_two();

-- Questions in force are what firms answered.
CREATE FUNCTION people_questionnaire_is_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.in_force_at IS NOT NULL AND NEW.version > 1 AND NOT EXISTS (
        SELECT FROM people_approvalrequest r JOIN people_approvaldecision d ON d.request_id = r.id
        WHERE r.id = NEW.approval_id AND r.action = 'partner.questions' AND r.state = 'approved'
            AND r.standing_id IS NULL AND r.params ->> 'questionnaire' = NEW.id::text
            AND d.verdict = 'approve' AND d.decider_id <> r.requester_id
    ) THEN
        PERFORM people_refuse('questionnaire_in_force_by_two');
    END IF;
    IF OLD.in_force_at IS NOT NULL THEN
        PERFORM people_refuse('questionnaire_is_final');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER questionnaire_is_final BEFORE UPDATE OR DELETE ON people_questionnaire
    FOR EACH ROW EXECUTE FUNCTION people_questionnaire_is_final();

CREATE FUNCTION people_partner_question_is_final() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (SELECT in_force_at FROM people_questionnaire WHERE id = OLD.questionnaire_id) IS NOT NULL THEN
        PERFORM people_refuse('partner_question_is_final');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_question_is_final BEFORE UPDATE OR DELETE ON people_partnerquestion
    FOR EACH ROW EXECUTE FUNCTION people_partner_question_is_final();

-- The score is what the answers make it, counted here once more (people/partners/scoring.py), and what was handed
-- in stays.
CREATE FUNCTION people_check_assessment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    percent bigint;
    knocked bigint;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.handed_in_at IS NOT NULL AND (OLD.taken_at IS NOT NULL
        OR to_jsonb(OLD) - 'taken_at' - 'taken_by_id' <> to_jsonb(NEW) - 'taken_at' - 'taken_by_id') THEN
        PERFORM people_refuse('assessment_is_final');
    END IF;
    IF NEW.handed_in_at IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT coalesce(
            sum(CASE a.answer WHEN 'yes' THEN 2 WHEN 'partly' THEN 1 ELSE 0 END * q.weight)
                FILTER (WHERE NOT (q.may_skip AND a.answer IS NOT DISTINCT FROM 'na')) * 100
            / nullif(2 * sum(q.weight) FILTER (WHERE NOT (q.may_skip AND a.answer IS NOT DISTINCT FROM 'na')), 0), 0),
        count(*) FILTER (WHERE q.knockout AND coalesce(a.answer, 'no') NOT IN ('yes', 'partly'))
    INTO percent, knocked
    FROM people_partnerquestion q
    LEFT JOIN people_assessmentanswer a ON a.question_id = q.id AND a.assessment_id = NEW.id
    WHERE q.questionnaire_id = NEW.questionnaire_id;
    IF NEW.score <> percent OR NEW.knocked_out <> knocked OR NEW.passed <> (knocked = 0 AND percent >= (
        SELECT threshold FROM people_questionnaire WHERE id = NEW.questionnaire_id
    )) THEN
        PERFORM people_refuse('assessment_score_as_answered');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_rules BEFORE INSERT OR UPDATE ON people_assessment
    FOR EACH ROW EXECUTE FUNCTION people_check_assessment();

CREATE FUNCTION people_check_assessment_answer() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    one people_assessment;
BEGIN
    SELECT * INTO one FROM people_assessment
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.assessment_id ELSE NEW.assessment_id END FOR UPDATE;
    IF one.handed_in_at IS NOT NULL OR one.cancelled_at IS NOT NULL THEN
        PERFORM people_refuse('assessment_answers_are_final');
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF one.questionnaire_id <> (SELECT questionnaire_id FROM people_partnerquestion WHERE id = NEW.question_id) THEN
        PERFORM people_refuse('assessment_answers_its_questions');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER assessment_answer_rules BEFORE INSERT OR UPDATE OR DELETE ON people_assessmentanswer
    FOR EACH ROW EXECUTE FUNCTION people_check_assessment_answer();
CREATE TRIGGER assessment_evidence_rules BEFORE INSERT OR UPDATE OR DELETE ON people_assessmentevidence
    FOR EACH ROW EXECUTE FUNCTION people_check_assessment_answer();

-- A year at most, on answers that passed and were taken, of a contact that answered within the year before.
CREATE FUNCTION people_check_partner_review() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM people_refuse('partner_review_is_final');
    END IF;
    IF NEW.held_on > (clock_timestamp() + interval '1 day')::date OR NEW.next_due_on > NEW.held_on + 366 THEN
        PERFORM people_refuse('partner_review_each_year');
    END IF;
    IF NOT EXISTS (
        SELECT FROM people_assessment
        WHERE id = NEW.assessment_id AND partner_id = NEW.partner_id AND taken_at IS NOT NULL
            AND handed_in_at >= NEW.held_on - interval '91 days'
    ) THEN
        PERFORM people_refuse('partner_review_on_fresh_answers');
    END IF;
    IF NEW.contact_answered_at < NEW.held_on - interval '367 days' OR NOT EXISTS (
        SELECT FROM people_partnercontact
        WHERE partner_id = NEW.partner_id AND replaced_at IS NULL AND answered_at = NEW.contact_answered_at
    ) THEN
        PERFORM people_refuse('partner_review_contact_answered');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER partner_review_rules BEFORE INSERT OR UPDATE OR DELETE ON people_partnerreview
    FOR EACH ROW EXECUTE FUNCTION people_check_partner_review();
