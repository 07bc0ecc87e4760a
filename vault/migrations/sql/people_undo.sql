DROP TRIGGER position_proposal_in_one_book ON vault_positionproposal;
DROP TRIGGER position_proposal_rules ON vault_positionproposal;
DROP FUNCTION vault_check_position_proposal();
DROP TRIGGER relation_rules ON vault_relation;
DROP FUNCTION vault_check_position();
DROP FUNCTION vault_position_agreed(uuid, uuid, text, uuid, uuid, uuid);
