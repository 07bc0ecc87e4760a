DROP TRIGGER staff_session_stays ON people_staffsession;
DROP FUNCTION people_staff_session_stays();
