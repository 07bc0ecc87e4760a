-- What was drawn up stays as it was, what was accepted too, and a company is bound only by a copy that an officer
-- without a part in it accepted, or by a signature that was verified. Each refusal is a check_violation with a
-- constraint name, as in rules.sql.

CREATE FUNCTION deals_company_undertaking() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NOT EXISTS (SELECT FROM people_ndatemplate
                       WHERE id = NEW.template_id AND kind = 'company' AND text_hash = NEW.text_hash) THEN
            PERFORM deals_refuse('company_undertaking_of_a_text_for_companies');
        END IF;
        IF NEW.accepted_at IS NOT NULL THEN
            PERFORM deals_refuse('company_undertaking_begins_unsealed');
        END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'DELETE' OR (OLD.id, OLD.group_id, OLD.template_id, OLD.number, OLD.language, OLD.text_hash,
            OLD.document_hash, OLD.pdf_id, OLD.pdf_sha256, OLD.pdf_pages, OLD.issued_by_id, OLD.issued_at)
        IS DISTINCT FROM (NEW.id, NEW.group_id, NEW.template_id, NEW.number, NEW.language, NEW.text_hash,
            NEW.document_hash, NEW.pdf_id, NEW.pdf_sha256, NEW.pdf_pages, NEW.issued_by_id, NEW.issued_at)
        OR (OLD.withdrawn_at IS NOT NULL AND NEW.withdrawn_at IS DISTINCT FROM OLD.withdrawn_at)
        OR (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
        OR (OLD.accepted_at IS NOT NULL AND (OLD.accepted_at, OLD.accepted_by_id, OLD.method,
                OLD.access_expires_at, OLD.duty_expires_at)
            IS DISTINCT FROM (NEW.accepted_at, NEW.accepted_by_id, NEW.method, NEW.access_expires_at,
                NEW.duty_expires_at)) THEN
        PERFORM deals_refuse('company_undertaking_stays');
    END IF;
    IF OLD.accepted_at IS NULL AND NEW.accepted_at IS NOT NULL THEN
        IF NEW.method = 'copy' AND NOT EXISTS (
            SELECT FROM deals_sealedreturn r
            WHERE r.undertaking_id = NEW.id AND r.accepted AND r.decided_by_id = NEW.accepted_by_id) THEN
            PERFORM deals_refuse('company_undertaking_by_an_accepted_copy');
        END IF;
        IF NEW.method = 'certificate' AND NOT EXISTS (
            SELECT FROM deals_envelope e WHERE e.undertaking_id = NEW.id AND e.signed_at IS NOT NULL) THEN
            PERFORM deals_refuse('company_undertaking_by_a_verified_signature');
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER company_undertaking_rules BEFORE INSERT OR UPDATE OR DELETE ON deals_companyundertaking
    FOR EACH ROW EXECUTE FUNCTION deals_company_undertaking();

CREATE FUNCTION deals_sealed_return() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.decided_at IS NOT NULL
        OR (OLD.id, OLD.undertaking_id, OLD.power, OLD.facts, OLD.uploaded_by_id, OLD.uploaded_at)
            IS DISTINCT FROM
            (NEW.id, NEW.undertaking_id, NEW.power, NEW.facts, NEW.uploaded_by_id, NEW.uploaded_at) THEN
        PERFORM deals_refuse('sealed_return_stays');
    END IF;
    IF NEW.decided_at IS NOT NULL AND EXISTS (
        SELECT FROM deals_companyundertaking c
        WHERE c.id = NEW.undertaking_id AND (c.issued_by_id = NEW.decided_by_id
            OR EXISTS (SELECT FROM people_invitation i
                       WHERE i.group_id = c.group_id AND i.invited_by_id = NEW.decided_by_id)
            OR EXISTS (SELECT FROM deals_sealedreturn r
                       WHERE r.undertaking_id = c.id AND r.uploaded_by_id = NEW.decided_by_id))) THEN
        PERFORM deals_refuse('sealed_return_by_an_uninvolved_officer');
    END IF;
    IF NEW.accepted AND (
        NOT EXISTS (SELECT FROM deals_sealedpaper p WHERE p.returned_id = NEW.id AND p.part = 'copy')
        OR (NEW.power = 'attorney' AND NOT EXISTS (
            SELECT FROM deals_sealedpaper p WHERE p.returned_id = NEW.id AND p.part = 'authority'))) THEN
        PERFORM deals_refuse('sealed_return_with_its_papers');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sealed_return_rules BEFORE UPDATE OR DELETE ON deals_sealedreturn
    FOR EACH ROW EXECUTE FUNCTION deals_sealed_return();

CREATE FUNCTION deals_sealed_paper() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM deals_refuse('sealed_paper_stays');
    END IF;
    IF EXISTS (SELECT FROM deals_sealedreturn WHERE id = NEW.returned_id AND decided_at IS NOT NULL) THEN
        PERFORM deals_refuse('sealed_paper_before_it_is_decided');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER sealed_paper_rules BEFORE INSERT OR UPDATE OR DELETE ON deals_sealedpaper
    FOR EACH ROW EXECUTE FUNCTION deals_sealed_paper();

-- An answer of the certificate authority counts once.
CREATE FUNCTION deals_envelope() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.answered_at IS NOT NULL
        OR (OLD.id, OLD.undertaking_id, OLD.reference, OLD.begun_by_id, OLD.begun_at)
            IS DISTINCT FROM (NEW.id, NEW.undertaking_id, NEW.reference, NEW.begun_by_id, NEW.begun_at) THEN
        PERFORM deals_refuse('envelope_answered_once');
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER envelope_rules BEFORE UPDATE OR DELETE ON deals_envelope
    FOR EACH ROW EXECUTE FUNCTION deals_envelope();
