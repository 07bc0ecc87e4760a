-- Who may change what of the rows of 0009. Run by the owner; vault/migrations/sql/consents_undo.sql takes it back.

-- The column `holding` of both tables is the book's own and stays it.
alter table vault_clientbook add constraint book_with_its_holding unique (id, holding);
alter table vault_bookbasis add constraint basis_of_the_books_holding
    foreign key (book_id, holding) references vault_clientbook (id, holding) deferrable;
alter table vault_listsource add constraint source_of_the_books_holding
    foreign key (book_id, holding) references vault_clientbook (id, holding) deferrable;

-- Every book that is there already starts as a new one does (vault.purposes.bases.services.start_bases).
insert into vault_bookbasis
    (id, book_id, holding, purpose, basis, "on", ask_sensitive, recipients, overseas, consents_since, why, changed_at)
select gen_random_uuid(), b.id, b.holding, p.purpose, p.basis, true, false, '{}', false, 0, 'basis.start', now()
from vault_clientbook b
join (values ('own', 'service', 'contract'), ('own', 'mandate', 'contract'), ('own', 'identity_check', 'contract'),
             ('own', 'complaint', 'statute'), ('own', 'legal_duty', 'statute'), ('entrusted', 'deal', 'entrusted'))
    as p (holding, purpose, basis) on p.holding = b.holding;

-- Whether somebody's key was destroyed: the keyring's tombstones say so, and nothing else can.
set local role sealroom_keyring;
create function keyring.is_destroyed(subject uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (select from keyring.tombstone t where t.owner = is_destroyed.subject)
     and not exists (select from keyring.key k where k.owner = is_destroyed.subject)
$$;
revoke all on function keyring.is_destroyed from public;
grant execute on function keyring.is_destroyed to sealroom_web, sealroom_worker, sealroom_owner;
grant usage on schema keyring to sealroom_owner;
reset role;

create function vault_is_final() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    raise exception '% is final', tg_table_name
        using errcode = 'check_violation', constraint = tg_table_name || '_is_final';
end $$;

-- A row about a client goes when the client's key is gone, and never before.
create function vault_dies_with_its_client() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if not keyring.is_destroyed(old.client_id) then
        raise exception '% lives as long as its client', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_is_final';
    end if;
    return old;
end $$;

-- The superuser alone empties whole tables (restoring, tests); what he does is beyond every trigger.
create function vault_is_not_emptied() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if not (select rolsuper from pg_roles where rolname = session_user) then
        raise exception '% is not emptied', tg_table_name
            using errcode = 'check_violation', constraint = tg_table_name || '_is_final';
    end if;
    return null;
end $$;

create trigger consent_stays before update on vault_consentevent
    for each row execute function vault_is_final();
create trigger consent_dies_with_its_client before delete on vault_consentevent
    for each row execute function vault_dies_with_its_client();
create trigger consent_is_not_emptied before truncate on vault_consentevent
    for each statement execute function vault_is_not_emptied();
alter table vault_consentevent enable always trigger consent_stays;
alter table vault_consentevent enable always trigger consent_dies_with_its_client;
revoke update on vault_consentevent from sealroom_web, sealroom_worker;

create trigger delivery_stays before update on vault_noticedelivery
    for each row execute function vault_is_final();
create trigger delivery_dies_with_its_client before delete on vault_noticedelivery
    for each row execute function vault_dies_with_its_client();
revoke update on vault_noticedelivery from sealroom_web, sealroom_worker;

create trigger notice_stays before update or delete on vault_notice
    for each row execute function vault_is_final();
revoke update, delete on vault_notice from sealroom_web, sealroom_worker;

-- A consent is to a notice of the client's own book, in the version that it names; none speaks for the future
-- or the past: the time of a row is the time at which it was written.
create function vault_check_consent() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.notice_id is not null and not exists (
        select from vault_notice n join vault_client c on c.book_id = n.book_id
        where n.id = new.notice_id and c.id = new.client_id and n.version = new.notice_version)
    then
        raise exception 'a consent is to a notice of the client''s own book'
            using errcode = 'check_violation', constraint = 'consent_to_own_notice';
    end if;
    new.at := clock_timestamp();
    return new;
end $$;
create trigger consent_rules before insert on vault_consentevent
    for each row execute function vault_check_consent();

-- Once handled, an alert stays as it was handled; only "seen" is followed by more.
create function vault_check_alert() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if old.outcome not in ('', 'alert.seen')
        or to_jsonb(old) - 'outcome' - 'handled_by_id' - 'handled_at'
           <> to_jsonb(new) - 'outcome' - 'handled_by_id' - 'handled_at'
    then
        raise exception 'a handled alert is final'
            using errcode = 'check_violation', constraint = 'vault_purposealert_is_final';
    end if;
    return new;
end $$;
create trigger alert_rules before update on vault_purposealert
    for each row execute function vault_check_alert();
create trigger alert_stays before delete on vault_purposealert
    for each row execute function vault_is_final();

-- The source of a list is evidence: only an officer's approval makes a bought one usable.
create function vault_check_source() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if to_jsonb(old) - 'usable' <> to_jsonb(new) - 'usable' then
        raise exception 'a recorded source is final'
            using errcode = 'check_violation', constraint = 'vault_listsource_is_final';
    end if;
    if new.usable and not old.usable and not exists (
        select from people_approvalrequest a where a.id = old.approval_id and a.state in ('approved', 'carried_out'))
    then
        raise exception 'a bought list needs an officer''s approval'
            using errcode = 'check_violation', constraint = 'source_bought_is_approved';
    end if;
    return new;
end $$;
create trigger source_rules before update on vault_listsource
    for each row execute function vault_check_source();
create trigger source_stays before delete on vault_listsource
    for each row execute function vault_is_final();
create function vault_check_new_source() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if new.kind = 'purchased' and new.usable then
        raise exception 'a bought list needs an officer''s approval'
            using errcode = 'check_violation', constraint = 'source_bought_is_approved';
    end if;
    return new;
end $$;
create trigger new_source_rules before insert on vault_listsource
    for each row execute function vault_check_new_source();
