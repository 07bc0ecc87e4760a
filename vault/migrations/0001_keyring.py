"""The keyring: wrapped keys and blind-index rows in a schema of their own.

The schema belongs to the NOLOGIN role `sealroom_keyring`. No login reads or writes its tables; the functions
below are the only doors. What each door demands of the log is what makes invariant 1 ("no plaintext without
a record") a property of the database and not of our Python. Data backups leave this schema out, so that
a destroyed key cannot come back with old data.
"""

from django.db import migrations

TABLES = """
create schema keyring authorization sealroom_keyring;
set local role sealroom_keyring;

create table keyring.root_version (
  id int primary key,
  provider text not null,
  created_at timestamptz not null default clock_timestamp(),
  ended_at timestamptz
);

create table keyring.key (
  id bigint primary key,
  kind smallint not null,
  owner uuid not null,
  compartment uuid not null,
  -- No foreign key to itself: keyring.add, the only way in, checks the parent once a call instead of once a row
  -- (a sixth of the cost of new keys), and no door deletes a compartment's key.
  parent bigint,
  root_version int references keyring.root_version (id),
  suite smallint not null,
  wrapped bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  constraint key_id_is_positive check (id > 0),
  constraint key_kind_is_known check (kind between 1 and 4),
  constraint only_compartment_keys_hang_from_the_root
    check ((kind = 1) = (parent is null) and (kind = 1) = (root_version is not null)),
  constraint compartment_key_owns_itself check (kind <> 1 or owner = compartment),
  constraint wrapped_key_has_a_sane_length check (octet_length(wrapped) between 48 and 4096)
);
create index key_by_owner on keyring.key (owner);

create table keyring.index_entry (
  compartment uuid not null,
  label smallint not null,
  token bytea not null,
  subject uuid not null,
  primary key (compartment, label, token, subject),
  constraint index_token_has_a_sane_length check (octet_length(token) between 2 and 16)
);
create index index_entry_by_subject on keyring.index_entry (subject);

create table keyring.locked (
  compartment uuid primary key,
  entry uuid not null,
  at timestamptz not null default clock_timestamp()
);

create table keyring.tombstone (
  key bigint primary key,
  kind smallint not null,
  owner uuid not null,
  compartment uuid not null,
  entry uuid not null,
  at timestamptz not null default clock_timestamp()
);
create index tombstone_by_owner on keyring.tombstone (owner);

-- What every process must drop from its cache, in commit order (writers hold an advisory lock until they
-- commit, so that no reader can skip a number that commits late).
create table keyring.change (
  seq bigint generated always as identity primary key,
  key bigint,
  compartment uuid,
  constraint change_names_one_thing check (num_nonnulls(key, compartment) = 1)
);
reset role;
"""

# `l.xact is distinct from …` and not `<>`: in a read-only transaction the function answers NULL, which `<>`
# would turn into a refusal of everything. `now()` lets the planner skip old partitions;
# `clock_timestamp()` stops a long transaction from stretching its minute.
FUNCTIONS = """
set local role sealroom_log;
grant usage on schema log to sealroom_keyring;
grant select on log.entry to sealroom_keyring;
reset role;
set local role sealroom_keyring;

-- What a search or the making of new records must have logged before the index answers.
create function keyring.may_search(entry uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from log.entry l
    where l.id = may_search.entry and l.action in ('client.search', 'book.open') and l.result = 'done'
      and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
      and l.xact is distinct from pg_current_xact_id_if_assigned())
$$;

create function keyring.release(entry uuid, ids bigint[])
returns table (id bigint, kind smallint, owner bytea, compartment bytea, parent bigint, root_version int,
               suite smallint, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with named as materialized (
    select unnest(l.keys) as id from log.entry l
    where l.id = release.entry and l.result = 'done'
      and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
      and l.xact is distinct from pg_current_xact_id_if_assigned()),
  wanted as materialized (select distinct unnest(release.ids) as id)
  select k.id, k.kind, uuid_send(k.owner), uuid_send(k.compartment), k.parent, k.root_version, k.suite,
         k.wrapped
  from keyring.key k
  where k.id in (select w.id from wanted w join named n on n.id = w.id)
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
$$;

create function keyring.add(kind smallint, compartment uuid, parent bigint, root_version int,
                            suite smallint, ids bigint[], owners uuid[], wrapped bytea[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from keyring.locked x where x.compartment = add.compartment) then
    raise exception 'the compartment is locked' using errcode = 'object_in_use';
  end if;
  if add.parent is not null and not exists (
    select from keyring.key k where k.id = add.parent and k.kind = 1 and k.compartment = add.compartment
  ) then
    raise exception 'a key hangs from its own compartment''s key' using errcode = 'foreign_key_violation';
  end if;
  -- Whoever kept a wrapped key of before a destruction could put it back, or make its owner a new one.
  if exists (select from unnest(add.ids) i join keyring.tombstone t on t.key = i)
    or exists (select from unnest(add.owners) o join keyring.tombstone t on t.owner = o)
  then
    raise exception 'what was destroyed gets no key again' using errcode = 'check_violation';
  end if;
  insert into keyring.key (id, kind, owner, compartment, parent, root_version, suite, wrapped)
    select given.i, add.kind, given.o, add.compartment, add.parent, add.root_version, add.suite, given.w
    from unnest(add.ids, add.owners, add.wrapped) as given (i, o, w);
end $$;

create function keyring.note_root_version(version int, provider text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into keyring.root_version (id, provider) values (version, provider) on conflict do nothing
$$;

-- The lock on the subjects' keys makes a destruction wait for index rows that are being written, and makes who
-- comes after it find no key: no index row outlives its subject.
create function keyring.index_write(compartment uuid, replaced uuid[], subjects uuid[], labels smallint[],
                                    tokens bytea[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from keyring.key k
    where k.owner = any (index_write.subjects) and k.compartment = index_write.compartment
    order by k.id for key share;
  if exists (
    select unnest(index_write.subjects)
    except
    select k.owner from keyring.key k
      where k.owner = any (index_write.subjects) and k.compartment = index_write.compartment
  ) then
    raise exception 'an index row needs a subject with a key in its compartment'
      using errcode = 'foreign_key_violation';
  end if;
  delete from keyring.index_entry e
    where e.compartment = index_write.compartment and e.subject = any (index_write.replaced);
  insert into keyring.index_entry (compartment, subject, label, token)
    select index_write.compartment, given.s, given.l, given.t
    from unnest(index_write.subjects, index_write.labels, index_write.tokens) as given (s, l, t)
    on conflict do nothing;
end $$;

create function keyring.index_find(entry uuid, compartments uuid[], labels smallint[], tokens bytea[])
returns table (compartment uuid, label smallint, token bytea, subject uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.may_search(index_find.entry) then
    raise exception 'a search needs a fresh, committed log entry' using errcode = 'insufficient_privilege';
  end if;
  return query
    select e.compartment, e.label, e.token, e.subject
    from unnest(index_find.compartments, index_find.labels, index_find.tokens) as q (c, l, t)
    join keyring.index_entry e on e.compartment = q.c and e.label = q.l and e.token = q.t;
end $$;

create function keyring.changes(since bigint)
returns table (seq bigint, key bigint, compartment uuid)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select c.seq, c.key, c.compartment from keyring.change c where c.seq > since order by c.seq
$$;

create function keyring.copies(owners uuid[])
returns table (owner uuid, key bigint, live boolean, destroyed_at timestamptz, index_rows bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select o, k.id, true, null::timestamptz,
         (select count(*) from keyring.index_entry e where e.subject = o)
    from unnest(owners) o join keyring.key k on k.owner = o
  union all
  select o, t.key, false, t.at, (select count(*) from keyring.index_entry e where e.subject = o)
    from unnest(owners) o join keyring.tombstone t on t.owner = o
$$;

-- The worker's alone. An order is a committed log entry that names the very owners; it has no age limit,
-- since a job killed in the middle must be able to end.
create function keyring.is_ordered(entry uuid, wanted_action text, owners uuid[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from log.entry l
    where l.id = is_ordered.entry and l.action = wanted_action and l.result = 'done'
      and l.xact is distinct from pg_current_xact_id_if_assigned()
      and not exists (select unnest(owners) except select unnest(l.subjects)))
$$;

create function keyring.destroy(entry uuid, owners uuid[])
returns table (keys bigint, index_rows bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone_keys bigint; gone_rows bigint;
begin
  if not keyring.is_ordered(destroy.entry, 'destruction.order', owners) then
    raise exception 'no committed order names these' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  with gone as (
    delete from keyring.key k where k.owner = any (owners) and k.kind <> 1
    returning k.id, k.kind, k.owner, k.compartment),
  kept as (
    insert into keyring.tombstone (key, kind, owner, compartment, entry)
    select g.id, g.kind, g.owner, g.compartment, destroy.entry from gone g returning key)
  insert into keyring.change (key) select kept.key from kept;
  get diagnostics gone_keys = row_count;
  delete from keyring.index_entry e where e.subject = any (owners);
  get diagnostics gone_rows = row_count;
  return query select gone_keys, gone_rows;
end $$;

create function keyring.rewrap(entry uuid, ids bigint[], parents bigint[], roots int[], wrapped bytea[])
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done bigint;
begin
  if not keyring.is_ordered(rewrap.entry, 'keys.rotate', array(
      select distinct k.compartment from keyring.key k where k.id = any (ids))) then
    raise exception 'no committed order names these' using errcode = 'insufficient_privilege';
  end if;
  update keyring.key k set parent = given.p, root_version = given.r, wrapped = given.w
    from unnest(ids, parents, roots, rewrap.wrapped) as given (i, p, r, w) where k.id = given.i;
  get diagnostics done = row_count;
  return done;
end $$;

create function keyring.lock(entry uuid, compartment uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.is_ordered(lock.entry, 'keys.lock', array[lock.compartment]) then
    raise exception 'no committed order names this' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  insert into keyring.locked (compartment, entry) values (lock.compartment, lock.entry)
    on conflict do nothing;
  insert into keyring.change (compartment) values (lock.compartment);
end $$;

revoke all on all functions in schema keyring from public;
grant usage on schema keyring to sealroom_web, sealroom_worker;
grant execute on function keyring.release, keyring.add, keyring.note_root_version, keyring.index_write,
  keyring.index_find, keyring.changes, keyring.copies to sealroom_web, sealroom_worker;
grant execute on function keyring.destroy, keyring.rewrap, keyring.lock to sealroom_worker;
reset role;
"""

UNDO = """
set local role sealroom_keyring;
drop schema keyring cascade;
reset role;
set local role sealroom_log;
revoke select on log.entry from sealroom_keyring;
revoke usage on schema log from sealroom_keyring;
reset role;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("audit", "0001_log")]
    operations = [
        migrations.RunSQL(TABLES, UNDO),
        migrations.RunSQL(FUNCTIONS, migrations.RunSQL.noop),
    ]
