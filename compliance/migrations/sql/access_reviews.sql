-- What a review of access was asked to look at, until when, and what was decided about each access: final, whoever
-- writes. The database's own clock says whether something was kept in time.

create function compliance_access_review_moves() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if tg_op = 'DELETE' then
        perform people_refuse('access_review_is_kept');
    end if;
    if tg_op = 'INSERT' then
        if new.closed_at is not null or new.reminded_at is not null then
            perform people_refuse('access_review_begins_open');
        end if;
        return new;
    end if;
    if old.closed_at is not null
        or (old.id, old.quarter, old.opened_by_id, old.opened_at, old.due_at)
            is distinct from (new.id, new.quarter, new.opened_by_id, new.opened_at, new.due_at)
        or (old.reminded_at is not null and old.reminded_at is distinct from new.reminded_at) then
        perform people_refuse('access_review_stays');
    end if;
    if new.closed_at is not null and exists (
        select from compliance_reviewedaccess where review_id = new.id and state = 'waiting'
    ) then
        perform people_refuse('access_review_closes_decided');
    end if;
    return new;
end
$$;
create trigger access_review_moves before insert or update or delete on compliance_accessreview
    for each row execute function compliance_access_review_moves();

create function compliance_reviewed_access_moves() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
    asked record;
begin
    if tg_op = 'DELETE' then
        perform people_refuse('reviewed_access_is_kept');
    end if;
    -- Nothing is added to a review, or decided in it, beside its closing.
    select due_at, closed_at into asked from compliance_accessreview where id = new.review_id for share;
    if asked.closed_at is not null then
        perform people_refuse('reviewed_access_in_open_review');
    end if;
    if tg_op = 'INSERT' then
        if new.state <> 'waiting' then
            perform people_refuse('reviewed_access_begins_waiting');
        end if;
        return new;
    end if;
    if old.state <> 'waiting'
        or to_jsonb(old) - 'state' - 'decided_by_id' - 'decided_at' - 'reason'
            is distinct from to_jsonb(new) - 'state' - 'decided_by_id' - 'decided_at' - 'reason' then
        perform people_refuse('reviewed_access_is_final');
    end if;
    if new.state = 'kept' and asked.due_at <= clock_timestamp() then
        perform people_refuse('reviewed_access_kept_in_time');
    end if;
    if new.state = 'expired' and asked.due_at > clock_timestamp() then
        perform people_refuse('reviewed_access_expires_when_due');
    end if;
    return new;
end
$$;
create trigger reviewed_access_moves before insert or update or delete on compliance_reviewedaccess
    for each row execute function compliance_reviewed_access_moves();
