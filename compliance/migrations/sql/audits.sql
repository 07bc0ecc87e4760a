-- What an audit says stays: whoever writes, a closed report is not changed, and steps are not skipped.

create function compliance_audit_state(wanted uuid) returns text language sql stable as $$
    select state from compliance_audit where id = wanted
$$;

create function compliance_audit_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception 'an audit is kept' using errcode = 'check_violation', constraint = 'audit_is_kept';
    end if;
    if old.state in ('signed', 'cancelled') then
        raise exception 'the audit is over' using errcode = 'check_violation', constraint = 'audit_is_over';
    end if;
    if (old.id, old.scope, old.book_id, old.deal_id, old.role_id, old.basis, old.period_from, old.period_to, old.lead_id,
        old.checklist_id, old.compartment, old.key_id, old.made_by_id, old.title)
        is distinct from
       (new.id, new.scope, new.book_id, new.deal_id, new.role_id, new.basis, new.period_from, new.period_to, new.lead_id,
        new.checklist_id, new.compartment, new.key_id, new.made_by_id, new.title) then
        raise exception 'a plan stays as it was made' using errcode = 'check_violation', constraint = 'audit_plan_stays';
    end if;
    if old.state <> new.state and (old.state, new.state) not in (
        ('planned', 'running'), ('planned', 'cancelled'), ('running', 'closed'), ('running', 'cancelled'),
        ('closed', 'running'), ('closed', 'signed')
    ) then
        raise exception 'no such step' using errcode = 'check_violation', constraint = 'audit_step_known';
    end if;
    if old.state = 'closed' and new.state = 'signed' and old.digest is distinct from new.digest then
        raise exception 'what is signed is what was closed' using errcode = 'check_violation', constraint = 'audit_digest_stays';
    end if;
    return new;
end
$$;
create trigger audit_moves before update or delete on compliance_audit
    for each row execute function compliance_audit_moves();

create function compliance_audit_item_stays() returns trigger language plpgsql as $$
declare
    state text;
begin
    if tg_op = 'DELETE' then
        raise exception 'a question is kept' using errcode = 'check_violation', constraint = 'audit_item_is_kept';
    end if;
    state := compliance_audit_state(new.audit_id);
    if tg_op = 'INSERT' and state <> 'planned' or tg_op = 'UPDATE' and state <> 'running' then
        raise exception 'the checklist is closed' using errcode = 'check_violation', constraint = 'audit_is_closed';
    end if;
    if tg_op = 'UPDATE' and (old.id, old.audit_id, old.number, old.area, old.kind, old.measure, old.text_zh, old.text_en)
        is distinct from (new.id, new.audit_id, new.number, new.area, new.kind, new.measure, new.text_zh, new.text_en) then
        raise exception 'a question stays as it was asked'
            using errcode = 'check_violation', constraint = 'audit_question_stays';
    end if;
    return new;
end
$$;
create trigger audit_item_stays before insert or update or delete on compliance_audititem
    for each row execute function compliance_audit_item_stays();

create function compliance_audit_of_item_runs() returns trigger language plpgsql as $$
begin
    if (select compliance_audit_state(audit_id) from compliance_audititem where id = new.item_id) <> 'running' then
        raise exception 'the audit is not running' using errcode = 'check_violation', constraint = 'audit_is_closed';
    end if;
    return new;
end
$$;
create trigger measurement_while_running before insert on compliance_measurement
    for each row execute function compliance_audit_of_item_runs();
create trigger evidence_while_running before insert on compliance_auditevidence
    for each row execute function compliance_audit_of_item_runs();
create trigger finding_while_running before insert on compliance_auditfinding
    for each row execute function compliance_audit_of_item_runs();
create trigger measurement_stays before update or delete on compliance_measurement
    for each row execute function compliance_is_final();
create trigger evidence_stays before update or delete on compliance_auditevidence
    for each row execute function compliance_is_final();
create trigger finding_stays before update or delete on compliance_auditfinding
    for each row execute function compliance_is_final();
create trigger checklist_stays before update or delete on compliance_checklistversion
    for each row execute function compliance_is_final();
create trigger audit_text_stays before update or delete on compliance_audittext
    for each row execute function compliance_is_final();

create function compliance_audit_team() returns trigger language plpgsql as $$
declare
    held record;
begin
    -- Locked, so that an action set at the same moment waits and then sees this member.
    select * into held from compliance_audit where id = coalesce(new.audit_id, old.audit_id) for update;
    if held.state not in ('planned', 'running') then
        raise exception 'the team stays' using errcode = 'check_violation', constraint = 'audit_is_closed';
    end if;
    if tg_op = 'DELETE' then
        if old.user_id = held.lead_id then
            raise exception 'the lead stays' using errcode = 'check_violation', constraint = 'audit_lead_stays';
        end if;
        return old;
    end if;
    if exists (
        select from compliance_correctiveaction action
        join compliance_auditfinding finding on finding.id = action.finding_id
        join compliance_audititem item on item.id = finding.item_id
        where item.audit_id = new.audit_id and new.user_id in (action.owner_id, action.done_by_id)
    ) then
        raise exception 'nobody audits what they put right'
            using errcode = 'check_violation', constraint = 'audit_independent';
    end if;
    return new;
end
$$;
create trigger audit_team before insert or update or delete on compliance_auditmember
    for each row execute function compliance_audit_team();

create function compliance_corrective_action() returns trigger language plpgsql as $$
declare
    audited uuid;
begin
    if tg_op = 'DELETE' then
        raise exception 'an action is kept' using errcode = 'check_violation', constraint = 'corrective_action_is_kept';
    end if;
    if tg_op = 'INSERT' and new.state <> 'open' then
        raise exception 'an action begins open' using errcode = 'check_violation', constraint = 'corrective_action_step_known';
    end if;
    if tg_op = 'UPDATE' then
        if old.state = 'verified' then
            raise exception 'it was verified' using errcode = 'check_violation', constraint = 'corrective_action_is_over';
        end if;
        if (old.id, old.finding_id, old.due, old.made_by_id, old.made_at)
            is distinct from (new.id, new.finding_id, new.due, new.made_by_id, new.made_at) then
            raise exception 'its day stays' using errcode = 'check_violation', constraint = 'corrective_action_day_stays';
        end if;
        if old.state <> new.state
            and (old.state, new.state) not in (('open', 'done'), ('done', 'verified'), ('done', 'open')) then
            raise exception 'no such step'
                using errcode = 'check_violation', constraint = 'corrective_action_step_known';
        end if;
    end if;
    select item.audit_id into audited from compliance_auditfinding finding
        join compliance_audititem item on item.id = finding.item_id where finding.id = new.finding_id;
    perform from compliance_audit where id = audited for update;
    if exists (
        select from compliance_auditmember where audit_id = audited and user_id in (new.owner_id, new.done_by_id)
    ) then
        raise exception 'no auditor owns or does it'
            using errcode = 'check_violation', constraint = 'audit_independent';
    end if;
    return new;
end
$$;
create trigger corrective_action before insert or update or delete on compliance_correctiveaction
    for each row execute function compliance_corrective_action();
