DROP TRIGGER client_version_rules ON vault_clientversion;
DROP TRIGGER proposal_rules ON vault_changeproposal;
DROP FUNCTION vault_check_version();
DROP FUNCTION vault_check_proposal();
