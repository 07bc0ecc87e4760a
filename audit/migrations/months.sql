-- Months leave by themselves, in no order (docs/decisions/2026-11-23-log-retention.md). Run as sealroom_owner inside one
-- transaction, after retention.sql, whose functions some of these replace.
--
-- What held a month until all earlier ones had left was that a chain could be followed, and a leaf be excused, over one
-- edge only. So each stretch of a chain that leaves now keeps the links on both of its sides, and the order for a month
-- names the numbers of exactly the leaves that lose their entries.
set local role sealroom_log;

-- The order as it stands in the tree: it proves the row when its own month has left, too.
alter table log.dropped add column said bytea,
    add constraint dropped_said_bounded check (octet_length(said) between 2 and 65535);
-- The link that the first entry is linked to; null for what left before there was this column.
alter table log.dropped_chain add column before bytea,
    add constraint dropped_chain_before_is_sha256 check (octet_length(before) = 32);
alter table log.dropped disable trigger refuse_change;
update log.dropped d set said = e.leaf from log.entry e where e.id = d.ordered;
alter table log.dropped enable always trigger refuse_change;

-- Which leaves are of entries of this time: SHA-256 over the first and last number of each run of them.
create function log.leaves_digest(begins timestamptz, ends timestamptz) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
    select sha256(coalesce(string_agg(int8send(r.first) || int8send(r.last), ''::bytea order by r.first), ''::bytea))
    from (select min(n.index) as first, max(n.index) as last
          from (select l.index, l.index - row_number() over (order by l.index) as run
                from log.leaf l where l.at >= begins and l.at < ends) n
          group by n.run) r
$$;

drop function log.drop_order(uuid, text[], timestamptz);
-- As before, and with the entry's own bytes.
create function log.drop_order(ordered uuid, codes text[], after timestamptz)
returns table (asked uuid, approved uuid, said bytea)
language sql stable set search_path = pg_catalog, pg_temp as $$
    select (select substring(code from 7)::uuid from unnest(e.fields) code where code like 'asked.%' limit 1), e.actor,
        e.leaf
    from log.entry e join log.leaf l on l.entry = e.id and l.at = e.at
    where e.id = drop_order.ordered and e.at >= drop_order.after and e.action = 'log.drop_order'
      and e.result = 'done' and e.fields @> drop_order.codes
      and e.xact is distinct from pg_current_xact_id_if_assigned()
      and l.index < (select max(c.size) from log.checkpoint c)
$$;

-- The unbroken stretches of chains in a month: entries `first` to `last`, and the last one's link.
create function log.stretches(month date) returns table (writer uuid, first bigint, last bigint, link bytea)
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return query execute format($q$
        select s.writer, s.first, s.seq, s.link
        from (select e.writer, e.seq, e.link, e.is_last, case when e.is_first then e.seq
                  else lag(e.seq) over (partition by e.writer order by e.seq) end as first
              from (select c.writer, c.seq, c.link, lag(c.seq) over chain is distinct from c.seq - 1 as is_first,
                        lead(c.seq) over chain is distinct from c.seq + 1 as is_last
                    from log.%I c window chain as (partition by c.writer order by c.seq)) e
              where e.is_first or e.is_last) s
        where s.is_last
    $q$, 'entry_' || to_char(month, 'YYYYMM'));
end
$$;

-- What this place of a chain must be linked to: the entry before it, in whatever month, or the end of a stretch that
-- left. Null where there is neither, or more than one of them.
create function log.link_before(writer uuid, seq bigint) returns bytea
language sql stable set search_path = pg_catalog, pg_temp as $$
    select case when link_before.seq = 1 then sha256('sealroom log chain 1') else (
        select case when count(*) = 1 then (array_agg(b.link))[1] end
        from (select e.link from log.entry e where e.writer = link_before.writer and e.seq = link_before.seq - 1
              union all
              select d.link from log.dropped_chain d
              where d.writer = link_before.writer and d.last = link_before.seq - 1) b) end
$$;

-- How many entries of a month, or stretches of it, do not follow in their chains: inside the month, on both sides of
-- each stretch (whichever of two neighbours was changed, both are the evidence), or because somebody else claims the same
-- place.
create function log.unlinked(month date, begins timestamptz, ends timestamptz) returns bigint
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
declare
    name text := 'entry_' || to_char(month, 'YYYYMM');
    place constant text := 'uuid_send(e.writer) || int8send(e.seq) || int4send(e.epoch) || xid8send(e.xact)'
        ' || timestamptz_send(e.at) || uuid_send(e.id) || sha256(e.leaf)';
    inside bigint;
    outside bigint;
begin
    execute format($q$
        select count(*)
        from (select e.seq, e.link, lag(e.seq) over chain as seq_before, lag(e.link) over chain as link_before,
                  %2$s as place
              from log.%1$I e window chain as (partition by e.writer order by e.seq)) p
        where p.seq_before = p.seq - 1 and p.link is distinct from sha256(p.link_before || p.place)
    $q$, name, place) into inside;
    execute format($q$
        select count(*) from log.stretches($1) s
        where (select e.link is distinct from sha256(log.link_before(e.writer, e.seq) || %2$s)
               from log.%1$I e where e.writer = s.writer and e.seq = s.first)
           or exists (select from log.entry e where e.writer = s.writer and e.seq = s.last + 1
                      and e.link is distinct from sha256(s.link || %2$s))
           or exists (select from log.entry e where e.writer = s.writer and e.seq between s.first and s.last
                      and (e.at < $2 or e.at >= $3))
           or exists (select from log.dropped_chain d where d.writer = s.writer
                      and (d.first = s.last + 1 and d.before <> s.link or d.first <= s.last and d.last >= s.first))
    $q$, name, place) into outside using month, begins, ends;
    return inside + outside;
end
$$;

-- As before (retention.sql, where each refusal's SQLSTATE is named) but for LR004, which is no more: a month waits for no
-- other one. An order names its leaves (LR005), and chains are followed over every edge (LR008).
create or replace function log.check_drop() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
    begins timestamptz := new.month::timestamptz;
    ends timestamptz := (new.month + interval '1 month')::timestamptz;
    name text := 'entry_' || to_char(new.month, 'YYYYMM');
    facts record;
    given record;
    broken bigint;
begin
    if session_user <> 'sealroom_worker' then
        raise exception 'months are dropped by log.drop_month' using errcode = 'restrict_violation';
    end if;
    if ends + interval '6 months' > clock_timestamp() then
        raise exception 'a month stays for six months after its end' using errcode = 'LR001';
    end if;
    lock table log.dropped in share row exclusive mode; -- one at a time
    if exists (select from log.dropped d where d.month = new.month) then
        raise exception 'this month left before' using errcode = 'LR003';
    end if;
    if to_regclass(format('log.%I', name)) is null then
        raise exception 'the log has no such month' using errcode = 'LR009';
    end if;
    execute format('lock table log.%I in share row exclusive mode', name);
    execute format(
        'select count(*) as entries, min(l.index) as first, max(l.index) as last, count(*) - count(l.index) as bare,'
        ' count(*) filter (where l.hash <> sha256(''\x00''::bytea || e.leaf)) as other'
        ' from log.%I e left join log.leaf l on l.entry = e.id and l.at = e.at', name) into facts;
    if (facts.entries > 0 and octet_length(new.bundle) is distinct from 32)
        or (facts.entries = 0 and new.bundle is not null)
    then
        raise exception 'a bundle is named by its SHA-256' using errcode = 'LR002';
    end if;
    if facts.bare > 0 then
        raise exception '% entries have no leaf', facts.bare using errcode = 'LR006';
    end if;
    if facts.last >= (select coalesce(max(c.size), 0) from log.checkpoint c) then
        raise exception 'a checkpoint must hold every entry of the month' using errcode = 'LR007';
    end if;
    if facts.other > 0
        or facts.entries <> (select count(*) from log.leaf l where l.at >= begins and l.at < ends)
    then
        raise exception 'the tree does not have the entries of this month' using errcode = 'LR008';
    end if;
    broken := log.unlinked(new.month, begins, ends);
    if broken > 0 then
        raise exception '% entries do not follow in their chains', broken using errcode = 'LR008';
    end if;
    select o.asked, o.approved, o.said into given from log.drop_order(new.ordered, array[
        'month.' || to_char(new.month, 'YYYY-MM'), 'entries-' || facts.entries,
        'leaves-' || left(encode(log.leaves_digest(begins, ends), 'hex'), 56), -- a code has 64 characters at most
        coalesce(encode(new.bundle, 'hex'), 'empty')], ends) o;
    if given.asked is null or given.approved is null then
        raise exception 'no order of two people fits this' using errcode = 'LR005';
    end if;
    new.entries := facts.entries;
    new.first_leaf := facts.first;
    new.last_leaf := facts.last;
    new.asked := given.asked;
    new.approved := given.approved;
    new.said := given.said;
    new.at := clock_timestamp();
    new.xact := pg_current_xact_id();
    return new;
end
$$;

-- Notes the unbroken stretches of chains in the month that goes, each with what it was linked to.
create or replace function log.note_chains() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
begin
    insert into log.dropped_chain (month, writer, first, last, link, before)
    select new.month, s.writer, s.first, s.last, s.link, log.link_before(s.writer, s.first)
    from log.stretches(new.month) s;
    return null;
end
$$;

revoke all on function log.leaves_digest(timestamptz, timestamptz), log.drop_order(uuid, text[], timestamptz),
    log.stretches(date), log.link_before(uuid, bigint), log.unlinked(date, timestamptz, timestamptz) from public;
set local role none;
