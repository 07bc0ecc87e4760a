DROP TRIGGER grant_rules_of_limits ON people_rolegrant;
DROP TRIGGER role_rules_of_limits ON people_role;
DROP FUNCTION people_check_grant_limits();
DROP FUNCTION people_check_role_limits();
