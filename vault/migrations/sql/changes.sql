-- A change of who a client is, or of where money goes, has two people: the rule of vault.records.versions.rule,
-- held here too, so that no caller goes around it.

CREATE FUNCTION vault_check_version() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    guarded text[];
BEGIN
    IF NEW.agreed_by_id IS NOT NULL THEN
        -- Only while exactly this is being carried out is its approval `approved` (see grades.sql).
        IF NOT EXISTS (
            SELECT FROM vault_changeproposal proposal
            JOIN people_approvalrequest asked ON asked.id = proposal.approval_id
            JOIN people_approvaldecision decision ON decision.request_id = asked.id AND decision.verdict = 'approve'
            WHERE proposal.client_id = NEW.client_id AND proposal.fields::text[] @> NEW.fields::text[]
                AND proposal.proposed_by_id = NEW.changed_by_id AND asked.requester_id = NEW.changed_by_id
                AND asked.action = 'client.change' AND asked.state = 'approved'
                AND asked.params = jsonb_build_object('proposal', proposal.id)
                AND decision.decider_id = NEW.agreed_by_id
        ) THEN
            PERFORM people_refuse('client_version_has_its_approval');
        END IF;
        RETURN NEW;
    END IF;
    SELECT array_agg(name) INTO guarded FROM unnest(NEW.fields::text[]) name
        WHERE name IN ('name', 'id_number', 'credit_code', 'birth_date', 'bank_account');
    -- A first entry replaces nothing; whether a field had a value once is what the versions before name.
    -- Identity is one sealed group, of which only the service sees the fields; a bank account is a group alone.
    IF 'name' = ANY (guarded) OR ('bank_account' = ANY (guarded) AND NEW.financial IS NOT NULL) OR EXISTS (
        SELECT FROM vault_clientversion earlier
        WHERE earlier.client_id = NEW.client_id AND earlier.fields::text[] && guarded
    ) THEN
        PERFORM people_refuse('client_version_needs_a_second_person');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER client_version_rules BEFORE INSERT ON vault_clientversion
    FOR EACH ROW EXECUTE FUNCTION vault_check_version();

-- What was proposed stays what it is until it is decided: another request, and moving to another key with its
-- client, are all that may be written.
CREATE FUNCTION vault_check_proposal() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF (OLD.approval_id IS NOT NULL AND NEW.approval_id IS DISTINCT FROM OLD.approval_id)
        OR (NEW.id, NEW.client_id, NEW.book_id, NEW.version, NEW.fields, NEW.reason, NEW.proposed_by_id,
            NEW.proposed_at)
        IS DISTINCT FROM (OLD.id, OLD.client_id, OLD.book_id, OLD.version, OLD.fields, OLD.reason,
            OLD.proposed_by_id, OLD.proposed_at)
        OR (NEW.key_id = OLD.key_id AND (NEW.identity, NEW.contact, NEW.financial, NEW.remarks)
            IS DISTINCT FROM (OLD.identity, OLD.contact, OLD.financial, OLD.remarks)) THEN
        PERFORM people_refuse('proposal_is_final');
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER proposal_rules BEFORE UPDATE ON vault_changeproposal
    FOR EACH ROW EXECUTE FUNCTION vault_check_proposal();
