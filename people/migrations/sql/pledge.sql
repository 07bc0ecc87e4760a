-- A pledge that was opened, and a signature, stay as they are. Each refusal is a check_violation with a constraint
-- name, as in guards.sql.
CREATE TRIGGER pledge_round_stays BEFORE UPDATE OR DELETE ON people_pledgeround
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

CREATE FUNCTION people_check_pledge() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM people_pledgeround WHERE id = NEW.round_id AND text_hash = NEW.text_hash) THEN
        PERFORM people_refuse('pledge_of_this_text');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pledge_text BEFORE INSERT ON people_pledgesignature
    FOR EACH ROW EXECUTE FUNCTION people_check_pledge();
CREATE TRIGGER pledge_stays BEFORE UPDATE OR DELETE ON people_pledgesignature
    FOR EACH ROW EXECUTE FUNCTION people_no_change();

-- Everybody of the house owes the newest pledge, by its day; who joined later, three weeks from then (models.DAYS).
CREATE VIEW people_pledgedue AS
SELECT newest.id::text || person.id::text AS id, person.id AS person_id, newest.id AS round_id,
    greatest(newest.due_at, person.created_at + interval '21 days') AS due_at, signed.signed_at
FROM people_pledgeround newest
JOIN people_user person ON person.kind = 'staff' AND person.is_active
LEFT JOIN people_pledgesignature signed ON signed.round_id = newest.id AND signed.person_id = person.id
WHERE NOT EXISTS (SELECT FROM people_pledgeround later WHERE later.year > newest.year);
