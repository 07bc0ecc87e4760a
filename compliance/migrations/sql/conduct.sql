-- A conduct case moves on only as heard and decided, and what was said and counted stays, whichever code asks.

create function compliance_conduct_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a case is kept' using errcode = 'check_violation', constraint = 'conduct_case_is_kept';
    end if;
    if (old.id, old.person_id, old.opened_by_id, old.opened_at, old.first_id, old.second_id, old.appeal_by_id, old.compartment,
        old.key_id, old.proposed, old.track_id)
        is distinct from
       (new.id, new.person_id, new.opened_by_id, new.opened_at, new.first_id, new.second_id, new.appeal_by_id, new.compartment,
        new.key_id, new.proposed, new.track_id) then
        raise exception 'who decides stays' using errcode = 'check_violation', constraint = 'conduct_case_stays';
    end if;
    if (old.reply_due is not null and old.reply_due is distinct from new.reply_due)
        or (old.replied_at is not null and old.replied_at is distinct from new.replied_at)
        or (old.decided_at is not null and (old.measure, old.decided_at, old.appeal_due)
            is distinct from (new.measure, new.decided_at, new.appeal_due)) then
        raise exception 'what happened stays' using errcode = 'check_violation', constraint = 'conduct_case_stays';
    end if;
    if old.state <> new.state and (old.state, new.state) not in (
        ('held', 'open'), ('open', 'decided'), ('decided', 'appealed'), ('appealed', 'closed')
    ) then
        raise exception 'no such step' using errcode = 'check_violation', constraint = 'conduct_step_known';
    end if;
    if old.state = 'open' and new.state = 'decided' and (
        select count(*) from compliance_conductvote
        where case_id = new.id and measure = new.measure and by_id in (new.first_id, new.second_id)
    ) <> 2 then
        raise exception 'both deciders say the same' using errcode = 'check_violation', constraint = 'conduct_decided_by_both';
    end if;
    return new;
end
$$;
create trigger conduct_moves before update or delete on compliance_conductcase
    for each row execute function compliance_conduct_moves();

create function compliance_conduct_voted() returns trigger language plpgsql as $$
declare
    held record;
begin
    if tg_op = 'DELETE' then
        raise exception 'a word is kept' using errcode = 'check_violation', constraint = 'conduct_vote_is_kept';
    end if;
    select * into held from compliance_conductcase where id = new.case_id for update;
    if new.by_id not in (held.first_id, held.second_id) then
        raise exception 'no decider' using errcode = 'check_violation', constraint = 'conduct_vote_of_a_decider';
    end if;
    if held.state <> 'open' then
        raise exception 'not open' using errcode = 'check_violation', constraint = 'conduct_vote_while_open';
    end if;
    if held.replied_at is null and held.reply_due > clock_timestamp() then
        raise exception 'the person is heard first' using errcode = 'check_violation', constraint = 'conduct_heard_first';
    end if;
    return new;
end
$$;
create trigger conduct_voted before insert or update or delete on compliance_conductvote
    for each row execute function compliance_conduct_voted();
create trigger conduct_text_stays before update or delete on compliance_conducttext
    for each row execute function compliance_is_final();
create trigger conduct_evidence_stays before update or delete on compliance_conductevidence
    for each row execute function compliance_is_final();
create trigger commendation_stays before update or delete on compliance_commendation
    for each row execute function compliance_is_final();
