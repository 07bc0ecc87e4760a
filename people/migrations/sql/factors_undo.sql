DROP TRIGGER reset_review_stays ON people_factorresetreview;
DROP TRIGGER reset_review_rules ON people_factorresetreview;
DROP FUNCTION people_check_reset_review();
DROP TRIGGER reset_stays ON people_factorreset;
