-- One database of Sealroom. Run in it as superuser, after roles.sql; running it again changes nothing.
-- The database itself stays the superuser's: its owner could drop it, log and all, or change its settings.
do $$
begin
    execute format('revoke all on database %I from public', current_database());
    execute format('grant connect, create, temporary on database %I to sealroom_owner', current_database());
    execute format('grant connect, temporary on database %I to sealroom_web, sealroom_worker', current_database());
end
$$;
alter schema public owner to sealroom_owner;
revoke all on schema public from public;
grant usage on schema public to sealroom_web, sealroom_worker, sealroom_log, sealroom_keyring;

-- What the owner will make in migrations, the two other logins may use but never own or change.
alter default privileges for role sealroom_owner in schema public
    grant select, insert, update, delete on tables to sealroom_web, sealroom_worker;
alter default privileges for role sealroom_owner in schema public
    grant usage on sequences to sealroom_web, sealroom_worker;
