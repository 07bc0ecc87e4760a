-- The log's tree (docs/decisions/2026-11-22-log-tree.md). Run as sealroom_owner inside one transaction.
--
-- Nobody who can sign in may insert a leaf, a tile or a head: log.sequence computes all three from the entries
-- themselves, so that a login taken over can neither choose an order nor put in what no entry says.
set local role sealroom_log;

create table log.leaf (
    index bigint not null,
    entry uuid not null,
    at timestamptz not null, -- the entry's, which says in which of its partitions it lies
    hash bytea not null,
    constraint leaf_pkey primary key (index),
    constraint leaf_index_from_zero check (index >= 0),
    constraint leaf_hash_is_sha256 check (octet_length(hash) = 32)
) partition by range (index);

create table log.tile (
    level integer not null,
    index bigint not null,
    data bytea not null,
    root bytea not null,
    constraint tile_pkey primary key (level, index),
    constraint tile_level_bounded check (level between 0 and 7), -- 256^8 leaves are more than a bigint counts
    constraint tile_index_from_zero check (index >= 0),
    constraint tile_is_full check (octet_length(data) = 8192),
    constraint tile_root_is_sha256 check (octet_length(root) = 32)
);
alter table log.tile alter column data set storage external; -- hashes do not get shorter

create table log.head (
    size bigint not null,
    root bytea not null,
    epoch integer not null,
    xact xid8 not null,
    entry_at timestamptz not null,
    entry uuid not null,
    at timestamptz not null default clock_timestamp(),
    constraint head_pkey primary key (size),
    constraint head_size_positive check (size > 0),
    constraint head_root_is_sha256 check (octet_length(root) = 32),
    constraint head_epoch_positive check (epoch > 0)
);

create table log.checkpoint (
    size bigint not null,
    note text not null,
    at timestamptz not null default clock_timestamp(),
    constraint checkpoint_pkey primary key (size),
    constraint checkpoint_of_a_head foreign key (size) references log.head (size),
    constraint checkpoint_note_bounded check (octet_length(note) between 1 and 65535)
);

grant select on log.leaf, log.tile, log.head, log.checkpoint to sealroom_owner, sealroom_web, sealroom_worker;
grant insert (size, note) on log.checkpoint to sealroom_worker;

do $$
declare
    name text;
begin
    foreach name in array array['leaf', 'tile', 'head', 'checkpoint'] loop
        execute format('create trigger refuse_change before update or delete on log.%I'
            ' for each row execute function log.refuse()', name);
        execute format('create trigger refuse_truncate before truncate on log.%I'
            ' execute function log.refuse()', name);
        execute format('alter table log.%I enable always trigger refuse_change', name);
        execute format('alter table log.%I enable always trigger refuse_truncate', name);
    end loop;
end
$$;

-- The partition of leaves number * 2^20 to (number + 1) * 2^20 - 1, made as a month is (log.sql). True when it was
-- not there yet. An entry has one leaf; the index of each partition refuses a second, and verify_log finds one
-- in another partition.
create function log.add_leaf_partition(number bigint) returns boolean language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    wide constant bigint := 1048576;
    name text := 'leaf_' || number;
begin
    if number not between 0 and (select coalesce(max(size), 0) / wide + 2 from log.head) then
        raise exception 'a partition of leaves is made for those that come next';
    end if;
    lock table log.leaf in share update exclusive mode;
    if to_regclass(format('log.%I', name)) is not null then
        return false;
    end if;
    execute format('create table log.%I (like log.leaf including all)', name);
    execute format('create unique index %I on log.%I (entry)', name || '_entry', name);
    execute format('create trigger refuse_truncate before truncate on log.%I execute function log.refuse()', name);
    execute format('alter table log.%I enable always trigger refuse_truncate', name);
    execute format('alter table log.leaf attach partition log.%I for values from (%s) to (%s)',
        name, number * wide, (number + 1) * wide);
    return true;
end
$$;

-- The root over concatenated hashes (RFC 6962, 2.1): pairs are hashed level by level, and one left over goes up
-- as it is, which gives the same root as splitting at the largest power of two. Nothing for no hashes.
create function log.root_of(hashes bytea) returns bytea language plpgsql immutable strict parallel safe
set search_path = pg_catalog, pg_temp as $$
begin
    while octet_length(hashes) > 32 loop
        hashes := (
            select string_agg(case when octet_length(pair) = 64 then sha256('\x01'::bytea || pair) else pair end,
                ''::bytea order by number)
            from (select number, substring(hashes from 64 * number + 1 for 64) pair
                  from generate_series(0, (octet_length(hashes) - 1) / 64) number) pairs);
    end loop;
    return hashes;
end
$$;

-- The hashes of one level of tiles from `first` to before `past`: of leaves, or the roots of the tiles below.
create function log.hashes(level integer, first bigint, past bigint) returns bytea language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare
    found bytea;
begin
    if level = 0 then
        found := (select string_agg(l.hash, ''::bytea order by l.index) from log.leaf l
                  where l.index >= first and l.index < past);
    else
        found := (select string_agg(t.root, ''::bytea order by t.index) from log.tile t
                  where t.level = hashes.level - 1 and t.index >= first and t.index < past);
    end if;
    if coalesce(octet_length(found), 0) <> 32 * (past - first) then
        raise exception 'the tree has lost hashes of level % between % and %', level, first, past
            using errcode = 'data_corrupted';
    end if;
    return coalesce(found, ''::bytea);
end
$$;

-- The root of the tree's first `size` leaves. What does not fill a tile of a level goes up as one more hash.
create function log.root_at(size bigint) returns bytea language plpgsql stable
set search_path = pg_catalog, pg_temp as $$
declare
    level integer := 0;
    count bigint := size;
    root bytea := ''::bytea;
begin
    while count > 0 loop
        root := log.root_of(log.hashes(level, count / 256 * 256, count) || root);
        level := level + 1;
        count := count / 256;
    end loop;
    return root;
end
$$;

-- One round of the sequencer: leaves for at most `most` entries behind the place of the last head, the tiles that
-- they fill, and the head; all in the caller's transaction, so that a round is there whole or not at all.
-- No row comes back while another session has a round under way, which none needs to wait for.
--
-- An entry is taken once its transaction lies below the oldest one that still runs anywhere in the cluster: every
-- transaction below has ended, so what it wrote is seen, and what comes later sorts behind. Entries of an
-- older epoch need no such horizon: an epoch is raised while nobody writes.
-- Each statement of a volatile function has a snapshot of its own (READ COMMITTED); horizon and entries are read by
-- the same one, after the lock. Under a stricter isolation the leaf's primary key would refuse the round.
create function log.sequence(most integer) returns table (added integer, grown bigint, root bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    wide constant bigint := 1048576;
    current integer := (select number from log.epoch);
    last log.head;
    start bigint;
    from_xact xid8;
    from_at timestamptz;
    newest record;
begin
    if not pg_try_advisory_xact_lock(5495863205637616740) then
        return;
    end if;
    select * into last from log.head h order by h.size desc limit 1;
    if not found then
        last := (0, null, 1, '0', '-infinity', '00000000-0000-0000-0000-000000000000', null);
    end if;
    if last.epoch > current or (last.epoch = current and last.xact >= pg_snapshot_xmax(pg_current_snapshot())) then
        raise exception 'the transaction ids began anew: raise the epoch (log.raise_epoch)'
            using errcode = 'object_not_in_prerequisite_state';
    end if;
    start := last.size;
    perform log.add_leaf_partition(number)
    from generate_series(start / wide, (start + most) / wide) number
    where to_regclass(format('log.leaf_%s', number)) is null;
    for era in last.epoch..current loop
        from_xact := case when era = last.epoch then last.xact else '0' end;
        from_at := case when era = last.epoch then last.entry_at else '-infinity' end;
        with taken as materialized (
            select e.id, e.at, e.xact, sha256('\x00'::bytea || e.leaf) as hash
            from log.entry e
            where e.epoch = era and e.xact >= from_xact
              and e.xact < case when era < current then '18446744073709551615'::xid8
                           else pg_snapshot_xmin(pg_current_snapshot()) end
              and (e.xact, e.at, e.id) > (from_xact, from_at, last.entry)
            order by e.xact, e.at, e.id
            limit most - (last.size - start)
        ), made as (
            insert into log.leaf (index, entry, at, hash)
            select last.size + row_number() over (order by t.xact, t.at, t.id) - 1, t.id, t.at, t.hash from taken t
            returning 1
        )
        select t.id, t.at, t.xact, (select count(*) from made) as leaves into newest
        from taken t order by t.xact desc, t.at desc, t.id desc limit 1;
        if found then
            last := (last.size + newest.leaves, null, era, newest.xact, newest.at, newest.id, null);
        end if;
    end loop;
    added := last.size - start;
    grown := last.size;
    if added > 0 then
        perform log.fill_tiles(start, grown);
        root := log.root_at(grown);
        insert into log.head (size, root, epoch, xact, entry_at, entry)
        values (grown, root, last.epoch, last.xact, last.entry_at, last.entry);
    end if;
    return next;
end
$$;

-- The tiles that became full when the tree grew.
create function log.fill_tiles(before bigint, after bigint) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    data bytea;
begin
    for level in 0..7 loop
        before := before / 256;
        after := after / 256;
        exit when after = 0;
        for number in before..after - 1 loop
            data := log.hashes(level, 256 * number::bigint, 256 * (number::bigint + 1));
            insert into log.tile (level, index, data, root) values (level, number, data, log.root_of(data));
        end loop;
    end loop;
end
$$;

-- After a restore into another cluster transaction ids begin anew. Entries of before must then come first, whatever
-- their transaction says. For the superuser or the owner, while no process of ours runs: a session that has
-- begun a chain would go on in the old epoch, and what it wrote would have no place any more.
create function log.raise_epoch() returns integer language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
declare
    raised integer;
begin
    if exists (select from pg_stat_activity
               where datname = current_database() and usename in ('sealroom_web', 'sealroom_worker')) then
        raise exception 'stop every process of Sealroom first' using errcode = 'object_in_use';
    end if;
    update log.epoch set number = number + 1 returning number into raised;
    return raised;
end
$$;

-- Which transactions hold the horizon: the oldest that still runs and has written, in whatever database of the
-- cluster, or was prepared and left. Every session sees the locks; `since` is null where the log's owner may
-- not read the others' statistics (pg_read_all_stats).
create function log.holders() returns table (xact xid8, pid integer, login text, database text, since timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with horizon as (select pg_snapshot_xmin(pg_current_snapshot()) as xact)
    select h.xact, l.pid, a.usename::text, a.datname::text, a.xact_start
    from horizon h
    join pg_locks l on l.locktype = 'transactionid' and l.mode = 'ExclusiveLock' and l.granted
        and l.transactionid = h.xact::xid
    join pg_stat_activity a on a.pid = l.pid
    union all
    select h.xact, null, p.owner::text, p.database::text, p.prepared
    from horizon h join pg_prepared_xacts p on p.transaction = h.xact::xid
$$;

revoke all on function log.add_leaf_partition(bigint), log.root_of(bytea), log.hashes(integer, bigint, bigint),
    log.root_at(bigint), log.sequence(integer), log.fill_tiles(bigint, bigint), log.raise_epoch(), log.holders()
    from public;
grant execute on function log.sequence(integer) to sealroom_worker;
grant execute on function log.holders() to sealroom_web, sealroom_worker;
grant execute on function log.raise_epoch() to sealroom_owner;
select log.add_leaf_partition(0);
set local role none;
