-- The guard over the log schema: event triggers that only a superuser can install, alter or drop. Run it in the
-- database as superuser after each migration; drop schema guard cascade takes it away before the next one.
--
-- It does not try to recognise dangerous commands. After any DDL of anyone but a superuser it compares the log
-- schema with what it was: a changed, detached or dropped table, trigger, rule, constraint or function fails the
-- command. New partitions must refuse changes as the old ones do; from then on they are guarded too.
-- Two commands leave no trace to compare, so they are refused by themselves: rewriting a table of the log
-- (ALTER COLUMN ... USING) and DETACH PARTITION CONCURRENTLY, which commits halfway.
-- One thing may go: a month that log.drop_month lets go (guard.leaves).
drop schema if exists guard cascade;
create schema guard;
revoke all on schema guard from public;

create table guard.baseline (name text primary key, digest text not null);

-- Fixed settings, because the text of a partition bound depends on the session's.
create function guard.state() returns table (name text, digest text)
language sql stable set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO, YMD'
set bytea_output = 'hex' as $$
    select p.oid::regprocedure::text, md5(concat(p.proowner::regrole, pg_get_functiondef(p.oid)))
    from pg_proc p
    where p.pronamespace = to_regnamespace('log') and p.prokind in ('f', 'p')
    union all
    select c.oid::regclass::text, md5(concat_ws(' | ',
        c.relowner::regrole, c.relkind, c.relpersistence, c.relrowsecurity, c.relforcerowsecurity,
        pg_get_expr(c.relpartbound, c.oid),
        (select string_agg(concat_ws(' ', i.inhparent::regclass, i.inhdetachpending), ',')
         from pg_inherits i where i.inhrelid = c.oid),
        (select string_agg(concat_ws(' ', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
                                     a.attgenerated, pg_get_expr(d.adbin, d.adrelid)), ',' order by a.attnum)
         from pg_attribute a left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
         where a.attrelid = c.oid and a.attnum > 0),
        (select string_agg(concat_ws(' ', t.tgenabled, pg_get_triggerdef(t.oid)), ',' order by t.tgname)
         from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal),
        (select string_agg(pg_get_ruledef(r.oid), ',' order by r.rulename)
         from pg_rewrite r where r.ev_class = c.oid),
        (select string_agg(concat_ws(' ', p.polname, p.polcmd), ',' order by p.polname)
         from pg_policy p where p.polrelid = c.oid),
        (select string_agg(concat_ws(' ', n.conname, n.convalidated, pg_get_constraintdef(n.oid)), ',' order by n.conname)
         from pg_constraint n where n.conrelid = c.oid)))
    from pg_class c
    where c.relnamespace = to_regnamespace('log') and c.relkind in ('r', 'p', 'v', 'm', 'S')
$$;

-- The partitions of the log that would let an entry be changed or removed, or that do more than their parent.
-- tgtype (catalog/pg_trigger.h): 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate.
create function guard.unsound_partitions() returns setof regclass
language sql stable set search_path = pg_catalog, pg_temp as $$
    select c.oid::regclass
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent in ('log.entry'::regclass, 'log.leaf'::regclass) and (
        i.inhdetachpending
        or c.relowner <> 'sealroom_log'::regrole
        or c.relnamespace <> 'log'::regnamespace
        or c.relkind <> 'r'
        or c.relpersistence <> 'p'
        or c.relrowsecurity
        or c.relhasrules
        or not exists (
            select from pg_trigger t
            where t.tgrelid = c.oid and t.tgname = 'refuse_change' and t.tgtype & 31 = 27 and t.tgenabled = 'A'
              and t.tgfoid = 'log.refuse()'::regprocedure and t.tgqual is null and cardinality(t.tgattr) = 0)
        or not exists (
            select from pg_trigger t
            where t.tgrelid = c.oid and t.tgname = 'refuse_truncate' and t.tgtype = 34 and t.tgenabled = 'A'
              and t.tgfoid = 'log.refuse()'::regprocedure)
        or exists (
            select from pg_trigger t
            where t.tgrelid = c.oid and not t.tgisinternal and t.tgname <> 'refuse_truncate'
              and not exists (select from pg_trigger p where p.tgrelid = i.inhparent and p.oid = t.tgparentid)))
$$;

-- Every function below is SECURITY DEFINER, since only the superuser may read and extend the baseline;
-- session_user is whoever signed in, and only a superuser can change it.
create function guard.by_superuser() returns boolean
language sql stable set search_path = pg_catalog, pg_temp as
    $$ select rolsuper from pg_roles where rolname = session_user $$;

create function guard.check_partitions() returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    unsound text;
begin
    select string_agg(p::text, ', ') into unsound from guard.unsound_partitions() p;
    if unsound is not null then
        raise exception 'the log is guarded: % must refuse every change', unsound using errcode = 'restrict_violation';
    end if;
end
$$;

-- Whether this table is a month that may go now: the transaction under way has made the row in log.dropped that says
-- so, in a session that signed in as the worker. The row's own trigger has checked everything that is demanded
-- (log.check_drop), whoever made it, and is guarded like the rest; the worker may neither write there nor drop.
create function guard.leaves(name text) returns boolean
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    if session_user <> 'sealroom_worker' or to_regclass('log.dropped') is null then
        return false;
    end if;
    return exists (
        select from log.dropped d
        where leaves.name = 'log.entry_' || to_char(d.month, 'YYYYMM') and d.xact = pg_current_xact_id_if_assigned());
end
$$;

create function guard.keep_state() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    harmed text;
begin
    if guard.by_superuser() then
        return;
    end if;
    select string_agg(b.name, ', ') into harmed
    from guard.baseline b left join guard.state() s on s.name = b.name
    where s.digest is distinct from b.digest and not guard.leaves(b.name);
    if harmed is not null then
        raise exception 'the log is guarded: % must stay as it is', harmed using errcode = 'restrict_violation';
    end if;
    perform guard.check_partitions();
    delete from guard.baseline b where to_regclass(b.name) is null and guard.leaves(b.name);
    insert into guard.baseline
    select s.name, s.digest
    from guard.state() s
    where s.name in (select inhrelid::regclass::text from pg_inherits
                     where inhparent in ('log.entry'::regclass, 'log.leaf'::regclass))
    on conflict do nothing;
end
$$;

create function guard.refuse_rewrite() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not guard.by_superuser() and exists (
        select from pg_class
        where oid = pg_event_trigger_table_rewrite_oid() and relnamespace = 'log'::regnamespace)
    then
        raise exception 'the log is guarded: its tables are not rewritten' using errcode = 'restrict_violation';
    end if;
end
$$;

-- DETACH ... CONCURRENTLY runs only as a statement of its own, so current_query() is that statement, and a
-- keyword cannot be spelt otherwise.
create function guard.refuse_concurrent_detach() returns event_trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if not guard.by_superuser() and current_query() ~* 'concurrently' then
        raise exception 'the log is guarded: no partition is detached' using errcode = 'restrict_violation';
    end if;
end
$$;

select guard.check_partitions();
insert into guard.baseline select name, digest from guard.state();

create event trigger guard_log_state on ddl_command_end execute function guard.keep_state();
create event trigger guard_log_rewrite on table_rewrite execute function guard.refuse_rewrite();
create event trigger guard_log_detach on ddl_command_start when tag in ('ALTER TABLE')
    execute function guard.refuse_concurrent_detach();
