DROP TRIGGER phone_rules ON people_guestphone;
DROP FUNCTION people_check_phone();
