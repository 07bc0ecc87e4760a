-- Who owns a company and who signs for it has two people: the rule of vault.relations.people.rule, held here
-- too, so that no caller goes around it.

-- Only while exactly this is being carried out is its approval `approved` (see grades.sql). `replaced` is the
-- row that is being ended; null where a new one comes in.
CREATE FUNCTION vault_position_agreed(
    company uuid, holder uuid, named text, proposer uuid, decider uuid, replaced uuid
) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM vault_positionproposal proposal
        JOIN people_approvalrequest asked ON asked.id = proposal.approval_id
        JOIN people_approvaldecision decision ON decision.request_id = asked.id AND decision.verdict = 'approve'
        WHERE proposal.company_id = company AND proposal.client_id = holder AND proposal.position = named
            AND (CASE WHEN replaced IS NULL THEN proposal.until IS NULL ELSE proposal.replaces_id = replaced END)
            AND proposal.by_id = proposer AND asked.requester_id = proposer
            AND asked.action = 'position.change' AND asked.state = 'approved'
            AND asked.params = jsonb_build_object('proposal', proposal.id)
            AND decision.decider_id = decider
    )
$$;

CREATE FUNCTION vault_check_position() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    guarded boolean := NEW.position IN ('shareholder', 'beneficial_owner', 'legal_representative');
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.until IS NOT NULL OR NEW.created_at > clock_timestamp() + interval '1 minute' THEN
            PERFORM people_refuse('relation_begins_now');
        END IF;
        IF NEW.agreed_by_id IS NOT NULL THEN
            IF NOT vault_position_agreed(
                NEW.company_id, NEW.client_id, NEW.position, NEW.by_id, NEW.agreed_by_id, NULL
            ) THEN
                PERFORM people_refuse('relation_has_its_approval');
            END IF;
        -- The first register replaces nothing: one person's additions within a day of its first row.
        ELSIF guarded AND EXISTS (
            SELECT FROM vault_relation earlier
            WHERE earlier.company_id = NEW.company_id AND earlier.position = NEW.position
                AND (earlier.created_at < now() - interval '1 day' OR earlier.by_id <> NEW.by_id
                    OR earlier.client_id = NEW.client_id OR earlier.until IS NOT NULL)
        ) THEN
            PERFORM people_refuse('relation_needs_a_second_person');
        END IF;
        RETURN NEW;
    END IF;
    -- What was stays as it was: a row is ended, once, and moves to another key with its holder.
    IF (NEW.id, NEW.client_id, NEW.company_id, NEW.position, NEW.evidence, NEW.since, NEW.by_id, NEW.created_at,
            NEW.agreed_by_id, NEW.share IS NULL, NEW.share_seal)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.company_id, OLD.position, OLD.evidence, OLD.since, OLD.by_id,
            OLD.created_at, OLD.agreed_by_id, OLD.share IS NULL, OLD.share_seal)
        OR (NEW.key_id = OLD.key_id AND NEW.share IS DISTINCT FROM OLD.share)
        OR (OLD.until IS NOT NULL AND (NEW.until, NEW.ended_by_id, NEW.end_agreed_by_id)
            IS DISTINCT FROM (OLD.until, OLD.ended_by_id, OLD.end_agreed_by_id)) THEN
        PERFORM people_refuse('relation_is_final');
    END IF;
    IF OLD.until IS NULL AND NEW.until IS NOT NULL
        AND (guarded OR NEW.end_agreed_by_id IS NOT NULL)
        AND NOT vault_position_agreed(
            NEW.company_id, NEW.client_id, NEW.position, NEW.ended_by_id, NEW.end_agreed_by_id, NEW.id
        ) THEN
        PERFORM people_refuse('relation_ends_by_two');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER relation_rules BEFORE INSERT OR UPDATE ON vault_relation
    FOR EACH ROW EXECUTE FUNCTION vault_check_position();

-- What was proposed stays what it is until it is decided: see vault_check_proposal in changes.sql.
CREATE FUNCTION vault_check_position_proposal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
        OR (NEW.id, NEW.client_id, NEW.company_id, NEW.position, NEW.evidence, NEW.since, NEW.until,
            NEW.replaces_id, NEW.by_id, NEW.created_at, NEW.share IS NULL, NEW.share_seal)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.company_id, OLD.position, OLD.evidence, OLD.since,
            OLD.until, OLD.replaces_id, OLD.by_id, OLD.created_at, OLD.share IS NULL, OLD.share_seal)
        OR (NEW.key_id = OLD.key_id AND NEW.share IS DISTINCT FROM OLD.share) THEN
        PERFORM people_refuse('position_proposal_is_final');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER position_proposal_rules BEFORE UPDATE ON vault_positionproposal
    FOR EACH ROW EXECUTE FUNCTION vault_check_position_proposal();
-- Both ends of a proposal lie in one book, as those of a position (migration 0011).
CREATE TRIGGER position_proposal_in_one_book BEFORE INSERT ON vault_positionproposal
    FOR EACH ROW EXECUTE FUNCTION vault_check_relation();
