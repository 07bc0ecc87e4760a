DROP TRIGGER succession_rules ON people_succession;
DROP FUNCTION people_check_succession();
DROP TRIGGER staff_change_rules ON people_staffchange;
DROP FUNCTION people_check_staff_change();
