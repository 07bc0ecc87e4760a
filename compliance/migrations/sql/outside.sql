-- An outside audit stays as it was agreed to, and its turns are counted, whichever code asks.

create function compliance_outside_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform people_refuse('outside_audit_is_kept');
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'draft' then
            perform people_refuse('outside_audit_begins_as_draft');
        end if;
        return new;
    end if;
    if (old.id, old.firm, old.firm_code, old.basis, old.method, old.areas, old.deals, old.period_from, old.period_to,
        old.opens_at, old.ends_at, old.lead_id, old.made_by_id, old.compartment, old.key_id)
        is distinct from
       (new.id, new.firm, new.firm_code, new.basis, new.method, new.areas, new.deals, new.period_from, new.period_to,
        new.opens_at, new.ends_at, new.lead_id, new.made_by_id, new.compartment, new.key_id) then
        perform people_refuse('outside_audit_scope_stays');
    end if;
    if old.state <> new.state and (old.state, new.state) not in (
        ('draft', 'asked'), ('draft', 'cancelled'), ('asked', 'draft'), ('asked', 'agreed'), ('agreed', 'ended')
    ) then
        perform people_refuse('outside_audit_step_known');
    end if;
    if old.agreed_at is not null and (old.agreed_by_id, old.agreed_at, old.approval_id)
        is distinct from (new.agreed_by_id, new.agreed_at, new.approval_id) then
        perform people_refuse('outside_audit_scope_stays');
    end if;
    if old.state = 'asked' and new.state = 'agreed' then
        -- One decides at a time, so that two audits agreed to at once are counted one after the other.
        perform pg_advisory_xact_lock(hashtext('compliance.outside_rotation'));
        if (select count(*) = 2 and bool_and(firm_code = new.firm_code) from (
                select firm_code from compliance_outsideaudit
                where state in ('agreed', 'ended') and id <> new.id order by agreed_at desc limit 2) last)
            or (select count(*) = 2 and bool_and(lead_id = new.lead_id) from (
                select lead_id from compliance_outsideaudit
                where state in ('agreed', 'ended') and id <> new.id order by agreed_at desc limit 2) last) then
            perform people_refuse('outside_audit_rotates');
        end if;
    end if;
    return new;
end
$$;
create trigger outside_moves before insert or update or delete on compliance_outsideaudit
    for each row execute function compliance_outside_moves();

-- Who sits is somebody from outside, named before anybody agreed.
create function compliance_outside_seated() returns trigger language plpgsql as $$
begin
    if tg_op <> 'INSERT' then
        perform people_refuse('outside_seat_stays');
    end if;
    if (select kind from people_user where id = new.person_id) <> 'outside' then
        perform people_refuse('outside_seat_is_from_outside');
    end if;
    if (select state from compliance_outsideaudit where id = new.audit_id for update) <> 'draft' then
        perform people_refuse('outside_seat_was_agreed_to');
    end if;
    return new;
end
$$;
create trigger outside_seated before insert or update or delete on compliance_outsideseat
    for each row execute function compliance_outside_seated();

create function compliance_evidence_request_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform people_refuse('evidence_request_is_kept');
    end if;
    if tg_op = 'INSERT' then
        if not exists (
            select from compliance_outsideseat seat join compliance_outsideaudit audit on audit.id = seat.audit_id
            where seat.audit_id = new.audit_id and seat.person_id = new.asked_by_id and audit.state = 'agreed'
                and clock_timestamp() >= audit.opens_at and clock_timestamp() < audit.ends_at
        ) then
            perform people_refuse('evidence_request_of_a_seat');
        end if;
        return new;
    end if;
    if old.state = 'accepted' then
        perform people_refuse('evidence_request_is_over');
    end if;
    if (old.id, old.audit_id, old.number, old.due, old.asked_by_id, old.asked_at)
        is distinct from (new.id, new.audit_id, new.number, new.due, new.asked_by_id, new.asked_at) then
        perform people_refuse('evidence_request_stays');
    end if;
    if old.state <> new.state and (old.state, new.state) not in (
        ('asked', 'owned'), ('owned', 'answered'), ('answered', 'accepted'), ('answered', 'returned'),
        ('returned', 'answered')
    ) then
        perform people_refuse('evidence_request_step_known');
    end if;
    return new;
end
$$;
create trigger evidence_request_moves before insert or update or delete on compliance_evidencerequest
    for each row execute function compliance_evidence_request_moves();
create trigger outside_text_stays before update or delete on compliance_outsidetext
    for each row execute function compliance_is_final();
create trigger outside_file_stays before update or delete on compliance_outsidefile
    for each row execute function compliance_is_final();

create function compliance_outside_report_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform people_refuse('outside_report_is_kept');
    end if;
    if old.handed_in_at is not null and (old.audit_id, old.file_id, old.by_id, old.at, old.handed_in_at)
        is distinct from (new.audit_id, new.file_id, new.by_id, new.at, new.handed_in_at) then
        perform people_refuse('outside_report_stays');
    end if;
    if old.acknowledged_at is not null then
        perform people_refuse('outside_report_stays');
    end if;
    return new;
end
$$;
create trigger outside_report_moves before update or delete on compliance_outsidereport
    for each row execute function compliance_outside_report_moves();

create function compliance_recommendation_moves() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        perform people_refuse('recommendation_is_kept');
    end if;
    if tg_op = 'INSERT' then
        if (select handed_in_at from compliance_outsidereport where id = new.report_id for update) is not null then
            perform people_refuse('outside_report_stays');
        end if;
        return new;
    end if;
    if old.finding_id is not null or (old.id, old.report_id, old.number, old.severity, old.by_id, old.at)
        is distinct from (new.id, new.report_id, new.number, new.severity, new.by_id, new.at) then
        perform people_refuse('recommendation_stays');
    end if;
    return new;
end
$$;
create trigger recommendation_moves before insert or update or delete on compliance_recommendation
    for each row execute function compliance_recommendation_moves();
