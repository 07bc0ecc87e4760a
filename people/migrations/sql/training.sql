-- What was read, drawn, answered and certified stays as it was, whichever code asks: each refusal is a
-- check_violation with a constraint name, as in guards.sql.

CREATE FUNCTION people_check_lesson() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR to_jsonb(OLD) - 'retired_at' <> to_jsonb(NEW) - 'retired_at' OR OLD.retired_at IS NOT NULL THEN
        PERFORM people_refuse('lesson_stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER lesson_stays BEFORE UPDATE OR DELETE ON people_lesson
    FOR EACH ROW EXECUTE FUNCTION people_check_lesson();

-- Beside being retired, a question is counted: how often it was asked, and answered wrongly.
CREATE FUNCTION people_check_question() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR to_jsonb(OLD) - 'retired_at' - 'asked' - 'wrong' <> to_jsonb(NEW) - 'retired_at' - 'asked' - 'wrong'
        OR NEW.asked < OLD.asked OR NEW.wrong < OLD.wrong
        OR (OLD.retired_at IS NOT NULL AND NEW.retired_at IS DISTINCT FROM OLD.retired_at) THEN
        PERFORM people_refuse('question_stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER question_stays BEFORE UPDATE OR DELETE ON people_question
    FOR EACH ROW EXECUTE FUNCTION people_check_question();

-- A paper is the enrolment's, is drawn open, and is handed in once.
CREATE FUNCTION people_check_paper() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('paper_stays');
    END IF;
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM people_enrolment e WHERE e.id = NEW.enrolment_id AND e.person_id = NEW.person_id
            AND e.track_id = NEW.track_id AND e.round = NEW.round AND e.ended_at IS NULL;
        IF NOT FOUND OR NEW.handed_in_at IS NOT NULL OR jsonb_array_length(NEW.questions) <> NEW.total THEN
            PERFORM people_refuse('paper_of_its_enrolment');
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.handed_in_at IS NOT NULL
        OR to_jsonb(OLD) - 'handed_in_at' - 'answers' - 'correct' - 'passed'
            <> to_jsonb(NEW) - 'handed_in_at' - 'answers' - 'correct' - 'passed' THEN
        PERFORM people_refuse('paper_stays');
    END IF;
    -- Late is late: no answer of after the time counts.
    IF NEW.passed AND NEW.closes_at IS NOT NULL AND NEW.handed_in_at > NEW.closes_at THEN
        PERFORM people_refuse('paper_in_time');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER paper_stays BEFORE INSERT OR UPDATE OR DELETE ON people_paper
    FOR EACH ROW EXECUTE FUNCTION people_check_paper();

CREATE FUNCTION people_check_certificate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM FROM people_paper p WHERE p.id = NEW.paper_id AND p.person_id = NEW.person_id
        AND p.track_id = NEW.track_id AND p.kind = 'exam' AND p.passed;
    IF NOT FOUND THEN
        PERFORM people_refuse('certificate_of_a_passed_exam');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER certificate_rules BEFORE INSERT ON people_certificate
    FOR EACH ROW EXECUTE FUNCTION people_check_certificate();
CREATE TRIGGER certificate_stays BEFORE UPDATE OR DELETE ON people_certificate
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER lesson_done_stays BEFORE UPDATE OR DELETE ON people_lessondone
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER talk_stays BEFORE UPDATE OR DELETE ON people_talk
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER live_session_stays BEFORE UPDATE OR DELETE ON people_livesession
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER training_file_stays BEFORE UPDATE ON people_trainingfile
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

-- Of a session that was held, by its trainer, about somebody else.
CREATE FUNCTION people_check_attendance() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    held record;
BEGIN
    IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (OLD.confirmed_at IS NOT NULL
        OR (OLD.session_id, OLD.person_id, OLD.said_at) IS DISTINCT FROM (NEW.session_id, NEW.person_id, NEW.said_at))) THEN
        PERFORM people_refuse('attendance_stays');
    END IF;
    SELECT trainer_id, held_at INTO held FROM people_livesession WHERE id = NEW.session_id;
    IF held.trainer_id = NEW.person_id THEN
        PERFORM people_refuse('attendance_not_of_the_trainer');
    END IF;
    IF NEW.confirmed_by_id IS NOT NULL AND (NEW.confirmed_by_id <> held.trainer_id OR NEW.confirmed_at < held.held_at) THEN
        PERFORM people_refuse('attendance_confirmed_by_the_trainer');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER attendance_rules BEFORE INSERT OR UPDATE OR DELETE ON people_attendance
    FOR EACH ROW EXECUTE FUNCTION people_check_attendance();

CREATE FUNCTION people_check_outside_certificate() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.checked_at IS NOT NULL
        OR to_jsonb(OLD) - 'checked_at' - 'checked_by_id' - 'genuine'
            <> to_jsonb(NEW) - 'checked_at' - 'checked_by_id' - 'genuine' THEN
        PERFORM people_refuse('outside_certificate_stays');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outside_certificate_stays BEFORE UPDATE OR DELETE ON people_outsidecertificate
    FOR EACH ROW EXECUTE FUNCTION people_check_outside_certificate();
