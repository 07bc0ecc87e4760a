DROP TRIGGER crossing_rules ON people_crossing;
DROP FUNCTION people_check_crossing();
