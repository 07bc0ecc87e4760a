-- The log (docs/decisions/2026-11-21-log-row.md). Run as sealroom_owner inside one transaction.
create schema log authorization sealroom_log;
set local role sealroom_log;
grant usage on schema log to sealroom_owner, sealroom_web, sealroom_worker;

-- Raised by one each time the database is restored from a backup: transaction ids may then repeat, and a
-- chain of before the restore must not be continued by one of after it.
create table log.epoch (
    one_row boolean primary key default true constraint epoch_one_row check (one_row),
    number integer not null constraint epoch_positive check (number > 0)
);
insert into log.epoch (number) values (1);
grant select on log.epoch to sealroom_owner, sealroom_web, sealroom_worker;

create table log.entry (
    id uuid not null,
    at timestamptz not null default clock_timestamp(),
    xact xid8 not null default pg_current_xact_id(),
    writer uuid not null,
    seq bigint not null,
    link bytea not null,
    epoch integer not null,
    actor uuid,
    on_behalf_of uuid,
    session uuid,
    request uuid,
    action text not null,
    purpose text not null,
    reason text not null,
    result text not null,
    object_type text not null,
    object_id uuid,
    subjects uuid[] not null,
    deal uuid,
    fields text[] not null,
    keys bigint[] not null,
    network cidr,
    leaf bytea not null,
    detail bytea,
    detail_key bigint,
    primary key (id, at),
    constraint entry_seq_positive check (seq > 0),
    constraint entry_link_is_sha256 check (octet_length(link) = 32),
    constraint entry_action_is_a_code check (action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$' and length(action) <= 64),
    constraint entry_purpose_is_a_code check (purpose ~ '^[a-z0-9._-]*$' and length(purpose) <= 64),
    constraint entry_reason_is_a_code check (reason ~ '^[a-z0-9._-]*$' and length(reason) <= 64),
    constraint entry_result_known check (result in ('done', 'refused', 'failed')),
    constraint entry_object_type_is_a_code check (object_type ~ '^[a-z][a-z0-9_]*$' and length(object_type) <= 64),
    constraint entry_fields_are_codes check (array_to_string(fields, ' ', '?') ~ '^[a-z0-9._ -]*$'),
    constraint entry_subjects_bounded check (cardinality(subjects) <= 1000 and array_position(subjects, null) is null),
    constraint entry_fields_bounded check (cardinality(fields) <= 200),
    constraint entry_keys_bounded check (cardinality(keys) <= 2000 and array_position(keys, null) is null),
    constraint entry_network_is_a_prefix check (masklen(network) <= case family(network) when 4 then 24 else 48 end),
    constraint entry_leaf_bounded check (octet_length(leaf) between 2 and 65535),
    constraint entry_detail_with_its_key check ((detail is null) = (detail_key is null)),
    constraint entry_detail_bounded check (octet_length(detail) <= 65535)
) partition by range (at);

-- The search indexes serve the log desk until a projection that the sequencer fills replaces them.
create index entry_xact on log.entry (xact);
create index entry_at on log.entry (at, id);
create index entry_actor on log.entry (actor, at) where actor is not null;
create index entry_behalf on log.entry (on_behalf_of, at) where on_behalf_of is not null;
create index entry_deal on log.entry (deal, at) where deal is not null;
create index entry_object on log.entry (object_id, at) where object_id is not null;
create index entry_request on log.entry (request) where request is not null;
create index entry_subjects on log.entry using gin (subjects);

grant select on log.entry to sealroom_owner, sealroom_web, sealroom_worker;
-- Column by column: nobody who writes an entry chooses its time, its transaction or its place in the chain.
grant insert (id, actor, on_behalf_of, session, request, action, purpose, reason, result, object_type, object_id,
    subjects, deal, fields, keys, network, leaf, detail, detail_key) on log.entry to sealroom_web, sealroom_worker;

create function log.refuse() returns trigger language plpgsql as $$
begin
    raise exception 'log entries are append-only' using errcode = 'restrict_violation';
end
$$;

-- The chain over what no signed tree holds yet: one per database connection, so writers never wait for each
-- other. Its state is a session setting, which PostgreSQL rolls back with the transaction or savepoint that
-- set it: committed entries of a chain are numbered 1, 2, 3… without a gap. A login may change the setting
-- and so start a fork; then the recomputed links differ, or (writer, seq) repeats, and verify_log names it.
create function log.chain() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
declare
    state text[] := string_to_array(nullif(current_setting('sealroom.chain', true), ''), ' ');
    previous bytea;
begin
    if state is null then
        -- Time first, so that the entries of a chain lie together in the (writer, seq) index.
        new.writer := encode(substring(int8send((extract(epoch from clock_timestamp()) * 1000)::int8) from 3)
            || substring(uuid_send(gen_random_uuid()) from 7), 'hex')::uuid;
        new.seq := 1;
        new.epoch := (select number from log.epoch);
        previous := sha256('sealroom log chain 1');
    else
        new.writer := state[1]::uuid;
        new.seq := state[2]::bigint + 1;
        new.epoch := state[3]::integer;
        previous := decode(state[4], 'hex');
    end if;
    new.link := sha256(previous || uuid_send(new.writer) || int8send(new.seq) || int4send(new.epoch)
        || xid8send(new.xact) || timestamptz_send(new.at) || uuid_send(new.id) || sha256(new.leaf));
    perform set_config('sealroom.chain',
        concat_ws(' ', new.writer, new.seq, new.epoch, encode(new.link, 'hex')), false);
    return new;
end
$$;

create trigger chain before insert on log.entry for each row execute function log.chain();
create trigger refuse_change before update or delete on log.entry for each row execute function log.refuse();
create trigger refuse_truncate before truncate on log.entry execute function log.refuse();
-- ALWAYS: session_replication_role = replica does not skip them.
alter table log.entry enable always trigger chain;
alter table log.entry enable always trigger refuse_change;
alter table log.entry enable always trigger refuse_truncate;

-- A month is made beside the log and attached once its TRUNCATE trigger is in place (attaching clones the row
-- triggers), so that no moment shows a partition that can be emptied. True when it was not there yet.
create function log.add_partition(day date) returns boolean language plpgsql security definer
set search_path = pg_catalog, pg_temp set timezone = 'UTC' as $$
declare
    first date := date_trunc('month', day);
    name text := 'entry_' || to_char(first, 'YYYYMM');
begin
    if first not between date_trunc('month', now()) and now() + interval '24 months' then
        raise exception 'a partition of the log is made for this month or one of the next 24';
    end if;
    lock table log.entry in share update exclusive mode;
    if to_regclass(format('log.%I', name)) is not null then
        return false;
    end if;
    execute format('create table log.%I (like log.entry including all)', name);
    execute format('create unique index %I on log.%I (writer, seq)', name || '_chain', name);
    execute format('create trigger refuse_truncate before truncate on log.%I execute function log.refuse()', name);
    execute format('alter table log.%I enable always trigger refuse_truncate', name);
    execute format('alter table log.entry attach partition log.%I for values from (%L) to (%L)',
        name, first::timestamptz, (first + interval '1 month')::timestamptz);
    return true;
end
$$;

revoke all on all functions in schema log from public;
grant execute on function log.add_partition(date) to sealroom_owner, sealroom_worker;
select log.add_partition((date_trunc('month', now() at time zone 'UTC') + make_interval(months => n))::date)
from generate_series(0, 3) n;
set local role none;
