-- Who holds the lock under which the tree grows. Run as sealroom_owner inside one transaction.
--
-- A round of log.sequence holds it for a moment; any login of this database may take it and keep it, in its session or
-- in a transaction that it leaves open or prepared. `since` is when that transaction began, else the session (the
-- database does not say when a lock was taken); both times are null where the log's owner may not read the others'
-- statistics (pg_read_all_stats). Advisory locks of other databases are others.
set local role sealroom_log;

create function log.lock_holders()
returns table (pid integer, login text, database text, since timestamptz, began timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.pid, coalesce(a.usename, p.owner)::text, current_database()::text,
        coalesce(a.xact_start, a.backend_start, p.prepared), coalesce(a.backend_start, p.prepared)
    from pg_locks l
    left join pg_stat_activity a on a.pid = l.pid
    left join pg_prepared_xacts p on l.pid is null and l.virtualtransaction = '-1/' || p.transaction::text
    where l.locktype = 'advisory' and l.granted and l.objsubid = 1 -- a lock by one bigint, in two halves
      and l.database = (select oid from pg_database where datname = current_database())
      and (l.classid::bigint << 32 | l.objid::bigint) = 5495863205637616740
$$;

revoke all on function log.lock_holders() from public;
grant execute on function log.lock_holders() to sealroom_web, sealroom_worker;
set local role none;
