-- What stands in a mandate stays; vault/migrations/sql/mandates_undo.sql takes it back.

-- The days over which a mandate binds; null of a draft.
create function vault_mandate_days(state text, begins date, ends date, terminated date) returns daterange
language sql immutable set search_path = pg_catalog, public, pg_temp as $$
    select case state
        when 'signed' then daterange(begins, ends, '[]')
        when 'terminated' then daterange(begins, greatest(begins, terminated))
    end;
$$;

-- A mandate is of a client of our own. An exclusive one stands alone among those of its kind: over its days there is
-- no other. Two writers of one client queue behind its row, and each looks only once it has the row, so that the
-- second sees what the first has written. One ended early frees its days from that day on; drafts bind nothing.
create function vault_check_mandate() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
declare
    days daterange;
begin
    if tg_op = 'UPDATE' then
        if (new.id, new.client_id, new.by_id, new.created_at) is distinct from
                (old.id, old.client_id, old.by_id, old.created_at)
            or (new.key_id = old.key_id and new.terms is distinct from old.terms)
            or (old.state <> 'draft' and (
                (new.kind, new.exclusive, new.begins_on, new.ends_on, new.signed_on, new.has_document)
                is distinct from
                (old.kind, old.exclusive, old.begins_on, old.ends_on, old.signed_on, old.has_document)
                or (new.key_id = old.key_id and new.document is distinct from old.document)
                or new.state = 'draft'))
            or (old.state = 'terminated' and (new.state, new.terminated_on, new.why) is distinct from
                (old.state, old.terminated_on, old.why))
        then
            perform people_refuse('mandate_stands');
        end if;
        -- Sealed under another key, or kept for a reason: nothing to ask others about, nor to wait for.
        if (new.kind, new.exclusive, new.begins_on, new.ends_on, new.state, new.terminated_on) is not distinct from
                (old.kind, old.exclusive, old.begins_on, old.ends_on, old.state, old.terminated_on)
        then
            return null;
        end if;
    end if;
    perform from vault_client where id = new.client_id for no key update;
    if not exists (select from vault_client c join vault_clientbook b on b.id = c.book_id
                   where c.id = new.client_id and b.holding = 'own')
    then
        perform people_refuse('mandate_of_our_own_client');
    end if;
    days := vault_mandate_days(new.state, new.begins_on, new.ends_on, new.terminated_on);
    if days is not null and exists (
        select from vault_mandate m
        where m.client_id = new.client_id and m.kind = new.kind and m.id <> new.id
          and (m.exclusive or new.exclusive)
          and vault_mandate_days(m.state, m.begins_on, m.ends_on, m.terminated_on) && days)
    then
        perform people_refuse('mandate_exclusive_stands_alone');
    end if;
    return null;
end $$;

-- After the row's own constraints, so that its days are days.
create trigger mandate_rules after insert or update on vault_mandate
    for each row execute function vault_check_mandate();
-- A draft may be thrown away; what was signed lives as long as its client.
create trigger mandate_dies_with_its_client before delete on vault_mandate
    for each row when (old.state <> 'draft') execute function vault_dies_with_its_client();
create trigger mandate_is_not_emptied before truncate on vault_mandate
    for each statement execute function vault_is_not_emptied();
alter table vault_mandate enable always trigger mandate_rules;
alter table vault_mandate enable always trigger mandate_dies_with_its_client;
