-- Who may change what of the rows of 0024; vault/migrations/sql/confirmed_undo.sql takes it back.

-- An officer's word is about a consent that waits, of the same client, and stands from when it was written.
create function vault_check_confirmation() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
    if not exists (select from vault_consentevent e
                   where e.id = new.event_id and e.client_id = new.client_id and e.to_confirm)
    then
        raise exception 'only a consent that waits is confirmed'
            using errcode = 'check_violation', constraint = 'confirmation_of_a_consent_that_waits';
    end if;
    new.at := clock_timestamp();
    return new;
end $$;
create trigger confirmation_rules before insert on vault_consentconfirmation
    for each row execute function vault_check_confirmation();
create trigger confirmation_stays before update on vault_consentconfirmation
    for each row execute function vault_is_final();
create trigger confirmation_dies_with_its_client before delete on vault_consentconfirmation
    for each row execute function vault_dies_with_its_client();
create trigger confirmation_is_not_emptied before truncate on vault_consentconfirmation
    for each statement execute function vault_is_not_emptied();
alter table vault_consentconfirmation enable always trigger confirmation_stays;
alter table vault_consentconfirmation enable always trigger confirmation_dies_with_its_client;
revoke update on vault_consentconfirmation from sealroom_web, sealroom_worker;
