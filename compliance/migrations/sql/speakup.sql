-- What a report says stays until its key is destroyed, and steps are not skipped, whoever writes.

create function compliance_speakup_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'a report is kept' using errcode = 'check_violation', constraint = 'speakup_case_is_kept';
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'new' then
            raise exception 'a report begins new' using errcode = 'check_violation', constraint = 'speakup_step_known';
        end if;
        return new;
    end if;
    if old.destroyed_on is not null then
        raise exception 'the report is destroyed' using errcode = 'check_violation', constraint = 'speakup_case_is_over';
    end if;
    if (old.id, old.compartment, old.key_id, old.category, old.made_on)
        is distinct from (new.id, new.compartment, new.key_id, new.category, new.made_on)
        or (old.code is distinct from new.code and new.destroyed_on is null)
        or (not old.apart and new.apart)
        or (old.acknowledged_on is not null and old.acknowledged_on is distinct from new.acknowledged_on)
        or (old.answered_on is not null and old.answered_on is distinct from new.answered_on) then
        raise exception 'this of a report stays' using errcode = 'check_violation', constraint = 'speakup_case_stays';
    end if;
    if old.state <> new.state and (old.state, new.state) not in (
        ('new', 'acknowledged'), ('acknowledged', 'investigating'), ('acknowledged', 'closed'),
        ('investigating', 'closed'), ('closed', 'investigating')
    ) then
        raise exception 'no such step' using errcode = 'check_violation', constraint = 'speakup_step_known';
    end if;
    return new;
end
$$;
create trigger speakup_moves before insert or update or delete on compliance_speakupcase
    for each row execute function compliance_speakup_moves();

create function compliance_speakup_text_stays() returns trigger language plpgsql as $$
declare
    gone boolean;
begin
    select destroyed_on is not null into gone from compliance_speakupcase
        where id = case when tg_op = 'INSERT' then new.case_id else old.case_id end;
    if tg_op = 'UPDATE' or (tg_op = 'DELETE') <> gone then
        raise exception 'what was written stays' using errcode = 'check_violation', constraint = 'speakup_text_stays';
    end if;
    return case when tg_op = 'DELETE' then old else new end;
end
$$;
create trigger speakup_text_stays before insert or update or delete on compliance_speakuptext
    for each row execute function compliance_speakup_text_stays();
