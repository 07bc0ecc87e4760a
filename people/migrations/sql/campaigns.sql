-- Reach is somebody's own act while the campaign ran; counts of the pulse only rise, one at a time, while the round is
-- open. Each refusal is a check_violation with a constraint name, as in guards.sql.
CREATE FUNCTION people_check_reach() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    shown record;
BEGIN
    SELECT * INTO shown FROM people_campaign WHERE id = NEW.campaign_id;
    -- A day's leeway at both ends, for whatever zone the house keeps its days in.
    IF NEW.at NOT BETWEEN shown.starts_on - interval '1 day' AND shown.ends_on + interval '2 days' THEN
        PERFORM people_refuse('reach_while_it_ran');
    END IF;
    IF NEW.act = 'joined' AND shown.kind NOT IN ('lecture', 'contest') THEN
        PERFORM people_refuse('reach_joined_what_one_joins');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER reach_rules BEFORE INSERT ON people_campaignreach
    FOR EACH ROW EXECUTE FUNCTION people_check_reach();
CREATE TRIGGER reach_stays BEFORE UPDATE OR DELETE ON people_campaignreach
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER campaign_stays BEFORE UPDATE OR DELETE ON people_campaign
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

CREATE FUNCTION people_check_pulse_round() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM people_pulseround
        WHERE opens_at > NEW.opens_at - interval '60 days' AND opens_at < NEW.opens_at + interval '60 days'
    ) THEN
        PERFORM people_refuse('pulse_rounds_apart');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pulse_round_rules BEFORE INSERT ON people_pulseround
    FOR EACH ROW EXECUTE FUNCTION people_check_pulse_round();
CREATE TRIGGER pulse_round_stays BEFORE UPDATE OR DELETE ON people_pulseround
    FOR EACH ROW EXECUTE FUNCTION people_no_change();
CREATE TRIGGER pulse_voice_stays BEFORE UPDATE OR DELETE ON people_pulsevoice
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

CREATE FUNCTION people_check_pulse_count() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        PERFORM people_refuse('pulse_counts_up');
    END IF;
    IF NOT EXISTS (
        SELECT FROM people_pulseround
        WHERE id = NEW.round_id AND opens_at <= clock_timestamp() AND closes_at > clock_timestamp()
    ) THEN
        PERFORM people_refuse('pulse_while_open');
    END IF;
    IF (TG_OP = 'INSERT' AND NEW.count <> 1) OR (TG_OP = 'UPDATE' AND (
        NEW.count <> OLD.count + 1 OR to_jsonb(OLD) - 'count' <> to_jsonb(NEW) - 'count'
    )) THEN
        PERFORM people_refuse('pulse_counts_up');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pulse_count_rules BEFORE INSERT OR UPDATE OR DELETE ON people_pulsecount
    FOR EACH ROW EXECUTE FUNCTION people_check_pulse_count();
