DROP TRIGGER delegation_stays ON people_delegation;
DROP TRIGGER delegation_rules ON people_delegation;
DROP TRIGGER decision_in_place ON people_approvaldecision;
DROP FUNCTION people_check_delegation();
DROP FUNCTION people_check_delegated();
