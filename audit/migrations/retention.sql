-- How a month leaves the log (docs/decisions/2026-11-23-log-retention.md). Run as sealroom_owner inside one
-- transaction.
--
-- A month leaves through log.drop_month alone, and what is demanded of it is demanded by the table that records it:
-- the event trigger lets a month go only for a row that the very transaction has made in log.dropped, in a session of
-- the worker's, and no row gets into that table past its trigger. So neither a setting nor the role of this
-- schema, nor a function that somebody adds, opens another way than the one that asks for all of it.
set local role sealroom_log;

create table log.dropped (
    month date not null, -- its first day; months are those of UTC
    entries bigint not null,
    first_leaf bigint, -- where its entries lie in the tree; between them may lie some of the next month
    last_leaf bigint,
    bundle bytea, -- SHA-256 of the file that holds them from now on
    ordered uuid not null, -- the entry that ordered it
    asked uuid not null,
    approved uuid not null,
    at timestamptz not null default clock_timestamp(),
    xact xid8 not null default pg_current_xact_id(),
    constraint dropped_pkey primary key (month),
    constraint dropped_month_begins check (extract(day from month) = 1),
    constraint dropped_entries_counted check (entries >= 0),
    constraint dropped_bundle_is_sha256 check (octet_length(bundle) = 32),
    constraint dropped_all_in_the_bundle check (
        case when entries = 0 then num_nonnulls(bundle, first_leaf, last_leaf) = 0
        else num_nulls(bundle, first_leaf, last_leaf) = 0 and first_leaf >= 0 and last_leaf - first_leaf >= entries - 1 end),
    constraint dropped_by_two_people check (asked <> approved)
);

-- What a chain needs to be followed over the edge of a month that left: its entries `first` to `last` were there
-- and verified, and the next one is linked to `link`.
create table log.dropped_chain (
    month date not null,
    writer uuid not null,
    first bigint not null,
    last bigint not null,
    link bytea not null,
    constraint dropped_chain_pkey primary key (writer, first),
    constraint dropped_chain_of_a_month foreign key (month) references log.dropped (month),
    constraint dropped_chain_has_entries check (first > 0 and last >= first),
    constraint dropped_chain_link_is_sha256 check (octet_length(link) = 32)
);

grant select on log.dropped, log.dropped_chain to sealroom_owner, sealroom_web, sealroom_worker;

-- The order that two people gave: an entry of another transaction, so that nobody can drop a month and take back
-- that it was ordered, and below a signed checkpoint, so that outsiders hold its hash before anything goes. Its
-- codes name the month, the number of entries, the bundle and who asked; its actor is who approved.
create function log.drop_order(ordered uuid, codes text[], after timestamptz) returns table (asked uuid, approved uuid)
language sql stable set search_path = pg_catalog, pg_temp as $$
    select (select substring(code from 7)::uuid from unnest(e.fields) code where code like 'asked.%' limit 1), e.actor
    from log.entry e join log.leaf l on l.entry = e.id and l.at = e.at
    where e.id = drop_order.ordered and e.at >= drop_order.after and e.action = 'log.drop_order'
      and e.result = 'done' and e.fields @> drop_order.codes
      and e.xact is distinct from pg_current_xact_id_if_assigned()
      and l.index < (select max(c.size) from log.checkpoint c)
$$;

-- What must hold before a month goes; each refusal has an SQLSTATE of its own:
--   LR001 it ended less than six months ago, whatever a house's policy says (Cybersecurity Law, article 23)
--   LR002 what shall name the bundle is no SHA-256
--   LR003 it left before                      LR004 an earlier month is still there: they leave in order
--   LR005 no order that fits, committed and below a checkpoint
--   LR006 an entry has no leaf                LR007 its leaves are not all below the newest checkpoint
--   LR008 entries, leaves and chains do not agree: something was changed, and this month is the evidence
--   LR009 there is no such month
-- An entry that is not linked to the one before it keeps its month; where that one lies in another month it is compared
-- with what that month left behind. Everything that takes long comes before the transaction writes, since the
-- sequencer waits for whoever has written.
-- session_user is whoever signed in: SET ROLE does not change it, and only a superuser could.
create function log.check_drop() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
    begins timestamptz := new.month::timestamptz;
    ends timestamptz := (new.month + interval '1 month')::timestamptz;
    name text := 'entry_' || to_char(new.month, 'YYYYMM');
    facts record;
    people record;
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
    if exists (select from pg_inherits i join pg_class c on c.oid = i.inhrelid
               where i.inhparent = 'log.entry'::regclass and c.relname < name) then
        raise exception 'an earlier month is still there' using errcode = 'LR004';
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
    execute format($q$
        with placed as (
            select e.writer, e.seq, e.link, lag(e.seq) over chain as seq_before, lag(e.link) over chain as link_before,
                uuid_send(e.writer) || int8send(e.seq) || int4send(e.epoch) || xid8send(e.xact)
                || timestamptz_send(e.at) || uuid_send(e.id) || sha256(e.leaf) as place
            from log.%I e window chain as (partition by e.writer order by e.seq))
        select count(*) from placed p left join log.dropped_chain d on d.writer = p.writer and d.last = p.seq - 1
        where p.link <> sha256(case when p.seq = 1 then sha256('sealroom log chain 1')
                                    when p.seq_before = p.seq - 1 then p.link_before else d.link end || p.place)
    $q$, name) into broken;
    if broken > 0 then
        raise exception '% entries do not follow in their chains', broken using errcode = 'LR008';
    end if;
    select o.asked, o.approved into people from log.drop_order(new.ordered, array[
        'month.' || to_char(new.month, 'YYYY-MM'), 'entries-' || facts.entries,
        coalesce(encode(new.bundle, 'hex'), 'empty')], ends) o;
    if people.asked is null or people.approved is null then
        raise exception 'no order of two people fits this' using errcode = 'LR005';
    end if;
    new.entries := facts.entries;
    new.first_leaf := facts.first;
    new.last_leaf := facts.last;
    new.asked := people.asked;
    new.approved := people.approved;
    new.at := clock_timestamp();
    new.xact := pg_current_xact_id();
    return new;
end
$$;

-- Notes the unbroken stretches of chains in the month that goes.
create function log.note_chains() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    name text := 'entry_' || to_char(new.month, 'YYYYMM');
begin
    execute format($q$
        insert into log.dropped_chain (month, writer, first, last, link)
        select $1, s.writer, min(s.seq), max(s.seq), (array_agg(s.link order by s.seq desc))[1]
        from (select e.writer, e.seq, e.link, e.seq - row_number() over (partition by e.writer order by e.seq) as stretch
              from log.%I e) s
        group by s.writer, s.stretch
    $q$, name) using new.month;
    return null;
end
$$;

create function log.refuse_others() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
    if session_user <> 'sealroom_worker' then
        raise exception 'months are dropped by log.drop_month' using errcode = 'restrict_violation';
    end if;
    return new;
end
$$;

do $$
declare
    name text;
begin
    foreach name in array array['dropped', 'dropped_chain'] loop
        execute format('create trigger refuse_change before update or delete on log.%I'
            ' for each row execute function log.refuse()', name);
        execute format('create trigger refuse_truncate before truncate on log.%I'
            ' execute function log.refuse()', name);
        execute format('alter table log.%I enable always trigger refuse_change', name);
        execute format('alter table log.%I enable always trigger refuse_truncate', name);
    end loop;
end
$$;
create trigger check_drop before insert on log.dropped for each row execute function log.check_drop();
create trigger note_chains after insert on log.dropped for each row execute function log.note_chains();
create trigger refuse_others before insert on log.dropped_chain for each row execute function log.refuse_others();
alter table log.dropped enable always trigger check_drop;
alter table log.dropped enable always trigger note_chains;
alter table log.dropped_chain enable always trigger refuse_others;

-- One month leaves; the number of its entries. Refused as log.check_drop says. What takes long is done beside readers
-- and writers. Only the end needs the log alone, for which it waits a second at most (55P03), so that nobody who
-- writes an entry waits longer.
create function log.drop_month(month date, bundle bytea, ordered uuid) returns bigint
language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '1s' as $$
declare
    gone bigint;
begin
    insert into log.dropped (month, bundle, ordered) values (month, bundle, ordered) returning entries into gone;
    lock table log.entry in access exclusive mode;
    execute format('drop table log.%I', 'entry_' || to_char(month, 'YYYYMM'));
    return gone;
end
$$;

revoke all on function log.check_drop(), log.note_chains(), log.refuse_others(), log.drop_order(uuid, text[], timestamptz),
    log.drop_month(date, bytea, uuid) from public;
grant execute on function log.drop_month(date, bytea, uuid) to sealroom_worker;
set local role none;
