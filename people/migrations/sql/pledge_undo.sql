DROP VIEW people_pledgedue;
DROP TRIGGER pledge_stays ON people_pledgesignature;
DROP TRIGGER pledge_text ON people_pledgesignature;
DROP FUNCTION people_check_pledge();
DROP TRIGGER pledge_round_stays ON people_pledgeround;
