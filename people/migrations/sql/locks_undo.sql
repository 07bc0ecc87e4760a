DROP TRIGGER decision_unlocked ON people_approvaldecision;
DROP FUNCTION people_decision_unlocked();
DROP TRIGGER user_locked_is_closed ON people_user;
DROP FUNCTION people_locked_stays_closed();
DROP TRIGGER lock_closes ON people_lock;
DROP FUNCTION people_lock_closes();
DROP TRIGGER lock_rules ON people_lock;
DROP FUNCTION people_check_lock();
DROP FUNCTION people_lock_ended_by_two(people_lock);
