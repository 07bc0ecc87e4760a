-- Sealroom's roles. Run once per PostgreSQL cluster (15 or later) as superuser; running it again changes nothing.
-- It sets no password, so nobody can sign in yet: config/database/admin.py, docker/initdb.sh or psql's
-- \password set them (docs/operations.md).
do $$
declare
    wanted text;
begin
    foreach wanted in array array['sealroom_owner', 'sealroom_web', 'sealroom_worker', 'sealroom_log', 'sealroom_keyring']
    loop
        if not exists (select from pg_roles where rolname = wanted) then
            execute format('create role %I', wanted);
        end if;
    end loop;
end
$$;

-- NOINHERIT first: from PostgreSQL 16 on, a grant takes its INHERIT option from this attribute when it is made.
alter role sealroom_owner login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role sealroom_web login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role sealroom_worker login noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role sealroom_log nologin inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
alter role sealroom_keyring nologin noinherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls;

-- The owners of the log and of the keyring cannot sign in. Migrations reach them only through an explicit SET ROLE.
grant sealroom_log, sealroom_keyring to sealroom_owner;

-- log.holders says since when a transaction of anybody holds the log's tree up. The right must be inherited, for a
-- function cannot take a role; the role has no other, and nobody signs in with it.
grant pg_read_all_stats to sealroom_log;
