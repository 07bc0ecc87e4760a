DROP VIEW people_policydue;
DROP TRIGGER policy_acceptance_stays ON people_policyacceptance;
DROP TRIGGER policy_acceptance_text ON people_policyacceptance;
DROP FUNCTION people_check_acceptance();
DROP TRIGGER policy_stays ON people_policy;
DROP TRIGGER policy_version_rules ON people_policyversion;
DROP FUNCTION people_check_policy_version();
