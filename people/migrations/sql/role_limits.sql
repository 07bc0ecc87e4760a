-- The limits of a role are what two people agreed to, as its set is; a grant keeps within them.
CREATE FUNCTION people_check_role_limits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.up_to_grade, OLD.stages, OLD.longest_days) IS DISTINCT FROM (NEW.up_to_grade, NEW.stages, NEW.longest_days)
        AND NOT EXISTS (
            SELECT FROM (
                SELECT up_to_grade, stages, longest_days FROM people_rolechange
                    WHERE code = NEW.code AND state = 'in_force' ORDER BY decided_at DESC, id DESC LIMIT 1
            ) agreed WHERE (agreed.up_to_grade, agreed.stages, agreed.longest_days)
                IS NOT DISTINCT FROM (NEW.up_to_grade, NEW.stages, NEW.longest_days)
        ) THEN
        PERFORM people_refuse('role_limits_are_agreed');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER role_rules_of_limits BEFORE UPDATE ON people_role
    FOR EACH ROW EXECUTE FUNCTION people_check_role_limits();

CREATE FUNCTION people_check_grant_limits() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    given record;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF OLD.for_deal IS DISTINCT FROM NEW.for_deal THEN
            PERFORM people_refuse('grant_content_is_final');
        END IF;
        RETURN NEW;
    END IF;
    SELECT duty, longest_days INTO given FROM people_role WHERE code = NEW.role_id;
    IF given.longest_days IS NOT NULL AND (
        NEW.valid_until IS NULL OR NEW.valid_until > NEW.created_at + make_interval(days => given.longest_days + 1)
    ) THEN
        PERFORM people_refuse('grant_within_longest');
    END IF;
    IF NEW.for_deal IS NOT NULL AND given.duty <> 'business' THEN
        PERFORM people_refuse('grant_for_deal_is_business');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER grant_rules_of_limits BEFORE INSERT OR UPDATE ON people_rolegrant
    FOR EACH ROW EXECUTE FUNCTION people_check_grant_limits();
