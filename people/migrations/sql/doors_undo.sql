DROP TRIGGER role_door_rules ON people_roledoor;
DROP FUNCTION people_check_door();
DROP TRIGGER door_change_rules ON people_doorchange;
DROP FUNCTION people_check_door_change();
DROP FUNCTION people_networks_are(text[]);
