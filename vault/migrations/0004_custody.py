"""Custody of the keys: epochs, budgets of seals, the inventory; rotations and recovery copies.

A compartment's key has one handle for ever, the id by which books, rooms and log entries name it, and one row a
generation. A rotation gives each compartment a second generation, moves what hangs from the first to it, and
drops the first. Why so: docs/decisions/2026-11-22-epoch-rotation.md.
"""

import re
import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

TABLES = """
set local role sealroom_keyring;

alter table keyring.root_version add column retired_at timestamptz;
update keyring.root_version set retired_at = clock_timestamp()
  where id <> (select max(id) from keyring.root_version);
alter table keyring.root_version
  add constraint root_version_retires_before_it_ends check (ended_at is null or retired_at is not null);
create unique index one_root_version_in_force on keyring.root_version ((true)) where retired_at is null;

alter table keyring.key
  add column handle bigint,        -- of a compartment's key: how the house names it, whatever its generation
  add column retired_at timestamptz,  -- since when nothing new may hang from this generation
  add column retired_by uuid,      -- the order to re-wrap what hangs from it
  add column seals bigint not null default 1024;  -- that processes were allowed to make (docs/crypto.md, Bounds)
update keyring.key set handle = id where kind = 1;
alter table keyring.key
  add constraint only_compartment_keys_have_a_handle check ((kind = 1) = (handle is not null)),
  add constraint only_compartment_keys_retire
    check ((retired_at is null) = (retired_by is null) and (kind = 1 or retired_at is null)),
  add constraint key_stops_at_its_bound_of_seals check (seals between 0 and 4294967296);
create unique index one_compartment_key_in_force on keyring.key (compartment)
  where kind = 1 and retired_at is null;
create unique index one_compartment_key_retires on keyring.key (compartment)
  where kind = 1 and retired_at is not null;
create index key_by_handle on keyring.key (handle) where kind = 1;
-- Equal entries share a posting list: cheap to keep, and an update of a wrap need not touch it.
create index key_by_compartment on keyring.key (compartment, kind, suite);
create index key_much_used on keyring.key (compartment, seals) where seals > 1024;
-- Room on each page for the new wrap of every key on it: a rotation then touches no index.
alter table keyring.key set (fillfactor = 50);
reset role;
"""

UNDO_TABLES = """
set local role sealroom_keyring;
do $$ begin
  if exists (select from keyring.key k where k.handle <> k.id) then
    raise exception 'after a rotation the handles are needed: this migration is not undone any more';
  end if;
end $$;
alter table keyring.key reset (fillfactor);
drop index keyring.key_much_used, keyring.key_by_compartment, keyring.key_by_handle,
  keyring.one_compartment_key_retires, keyring.one_compartment_key_in_force;
alter table keyring.key drop column seals, drop column retired_by, drop column retired_at, drop column handle;
drop index keyring.one_root_version_in_force;
alter table keyring.root_version drop column retired_at;
reset role;
"""

DAILY = """
set local role sealroom_keyring;
drop function keyring.release(uuid, bigint[]);
drop function keyring.add(smallint, uuid, bigint, int, smallint, bigint[], uuid[], bytea[]);

-- Whoever names a compartment's key by its handle gets both generations while it is being rotated; a key that
-- hangs from either comes only when it is named itself. One statement, so that key and parent fit together.
create function keyring.release(entry uuid, ids bigint[])
returns table (id bigint, handle bigint, retired boolean, kind smallint, owner bytea, compartment bytea,
               parent bigint, root_version int, suite smallint, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with named as materialized (
    select unnest(l.keys) as id from log.entry l
    where l.id = release.entry and l.result = 'done'
      and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
      and l.xact is distinct from pg_current_xact_id_if_assigned()),
  asked as materialized (select distinct unnest(release.ids) as id),
  wanted as materialized (select a.id from asked a join named n on n.id = a.id)
  select k.id, k.handle, false, k.kind, uuid_send(k.owner), uuid_send(k.compartment), k.parent, k.root_version,
         k.suite, k.wrapped
  from keyring.key k
  where k.id in (select w.id from wanted w) and k.kind <> 1
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
  union all
  select k.id, k.handle, k.retired_at is not null, k.kind, uuid_send(k.owner), uuid_send(k.compartment),
         k.parent, k.root_version, k.suite, k.wrapped
  from keyring.key k
  where k.handle in (select w.id from wanted w) and k.kind = 1
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
$$;

-- False: the parent, or the root version, is no longer in force; nothing was added, the caller wraps anew.
-- The share lock makes the end of a generation, and of a root version, wait for keys that are being added.
create function keyring.add(kind smallint, compartment uuid, parent bigint, root_version int,
                            suite smallint, ids bigint[], owners uuid[], wrapped bytea[]) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from keyring.locked x where x.compartment = add.compartment) then
    raise exception 'the compartment is locked' using errcode = 'object_in_use';
  end if;
  if add.parent is not null then
    perform from keyring.key k
      where k.id = add.parent and k.kind = 1 and k.compartment = add.compartment and k.retired_at is null
      for key share;
    if not found then
      if not exists (select from keyring.key k where k.kind = 1 and k.compartment = add.compartment)
        or exists (select from keyring.key k where k.id = add.parent and k.compartment <> add.compartment)
      then
        raise exception 'a key hangs from its own compartment''s key' using errcode = 'foreign_key_violation';
      end if;
      return false;
    end if;
  elsif add.root_version is not null then
    perform from keyring.root_version v where v.id = add.root_version and v.retired_at is null for key share;
    if not found then
      return false;
    end if;
  end if;
  -- Whoever kept a wrapped key of before a destruction could put it back, or make its owner a new one.
  if exists (select from unnest(add.ids) i join keyring.tombstone t on t.key = i)
    or exists (select from unnest(add.owners) o join keyring.tombstone t on t.owner = o)
  then
    raise exception 'what was destroyed gets no key again' using errcode = 'check_violation';
  end if;
  insert into keyring.key (id, kind, owner, compartment, parent, root_version, suite, wrapped, handle)
    select given.i, add.kind, given.o, add.compartment, add.parent, add.root_version, add.suite, given.w,
           case when add.kind = 1 then given.i end
    from unnest(add.ids, add.owners, add.wrapped) as given (i, o, w);
  return true;
end $$;

create function keyring.root_in_force() returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select v.id from keyring.root_version v where v.retired_at is null
$$;

-- The house's first root version only: later ones come by order, through keyring.begin_epoch.
create or replace function keyring.note_root_version(version int, provider text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into keyring.root_version (id, provider)
    select version, provider where not exists (select from keyring.root_version) on conflict do nothing
$$;

-- More seals under these keys, counted before they are made: (key, whether it may). Needs no entry: it opens
-- nothing, and whoever holds this login and wants to spoil a record can overwrite it.
create function keyring.reserve_seals(ids bigint[], counts bigint[]) returns table (id bigint, granted boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from unnest(counts) c where c not between 1 and 1048576) then
    raise exception 'between 1 and 2^20 seals at a time' using errcode = 'check_violation';
  end if;
  perform from keyring.key k where k.id = any (reserve_seals.ids) order by k.id for no key update;
  return query
    with given as (select * from unnest(reserve_seals.ids, reserve_seals.counts) as g (i, c)),
    raised as (
      update keyring.key k set seals = k.seals + g.c from given g
      where k.id = g.i and k.kind = 2 and k.seals + g.c <= 4294967296 returning k.id)
    select k.id, r.id is not null
    from keyring.key k left join raised r on r.id = k.id where k.id = any (reserve_seals.ids);
end $$;

create function keyring.last_change() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select coalesce(max(c.seq), 0) from keyring.change c
$$;

-- What there is, never how it is wrapped.
create function keyring.root_versions()
returns table (id int, provider text, created_at timestamptz, retired_at timestamptz, ended_at timestamptz,
               compartments bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select v.id, v.provider, v.created_at, v.retired_at, v.ended_at,
         (select count(*) from keyring.key k where k.kind = 1 and k.root_version = v.id)
  from keyring.root_version v order by v.id desc
$$;

create function keyring.hanging_from(version int, after uuid, size int) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select distinct k.compartment from keyring.key k
  where k.kind = 1 and k.root_version = version and k.compartment > after order by 1 limit size
$$;

create function keyring.inventory(after uuid, before uuid, size int, among uuid[], state text)
returns table (compartment uuid, handle bigint, root_version int, suite smallint, created_at timestamptz,
               rotating boolean, locked_at timestamptz, subjects bigint, files bigint, indexes bigint,
               most_seals bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.compartment, k.handle, k.root_version, k.suite, k.created_at,
    exists (select from keyring.key o where o.compartment = k.compartment and o.kind = 1
            and o.retired_at is not null),
    (select x.at from keyring.locked x where x.compartment = k.compartment),
    coalesce(n.subjects, 0)::bigint, coalesce(n.files, 0)::bigint, coalesce(n.indexes, 0)::bigint,
    coalesce((select max(m.seals) from keyring.key m
              where m.compartment = k.compartment and m.seals > 1024), 1024)
  from (
    select * from keyring.key c
    where c.kind = 1 and c.retired_at is null
      and (inventory.after is null or c.compartment > inventory.after)
      and (inventory.before is null or c.compartment < inventory.before)
      and (inventory.among is null or c.compartment = any (inventory.among))
      and (inventory.state <> 'frozen'
           or exists (select from keyring.locked x where x.compartment = c.compartment))
      and (inventory.state <> 'rotating'
           or exists (select from keyring.key o where o.compartment = c.compartment and o.kind = 1
                      and o.retired_at is not null))
    order by case when inventory.before is null then c.compartment end,
             case when inventory.before is not null then c.compartment end desc
    limit inventory.size) k
  left join lateral (
    select count(*) filter (where c.kind = 2) as subjects, count(*) filter (where c.kind = 3) as files,
           count(*) filter (where c.kind = 4) as indexes
    from keyring.key c where c.compartment = k.compartment) n on true
  order by k.compartment
$$;

revoke all on function keyring.release, keyring.add, keyring.root_in_force, keyring.reserve_seals,
  keyring.last_change, keyring.root_versions, keyring.hanging_from, keyring.inventory from public;
grant execute on function keyring.release, keyring.add, keyring.root_in_force, keyring.reserve_seals,
  keyring.last_change, keyring.root_versions, keyring.hanging_from, keyring.inventory
  to sealroom_web, sealroom_worker;
reset role;
"""

ROTATION = """
set local role sealroom_keyring;
drop function keyring.rewrap(uuid, bigint[], bigint[], int[], bytea[]);

-- New versions only grow, so that a number never means two keys.
create function keyring.begin_epoch(entry uuid, version int, provider text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.is_ordered(begin_epoch.entry, 'keys.rotate', '{}') then
    raise exception 'no committed order to rotate' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.epoch'));
  if exists (select from keyring.root_version v where v.id = version and v.retired_at is null) then
    return;
  end if;
  if exists (select from keyring.root_version v where v.id >= version) then
    raise exception 'root versions only grow' using errcode = 'check_violation';
  end if;
  update keyring.root_version set retired_at = clock_timestamp() where retired_at is null;
  insert into keyring.root_version (id, provider) values (version, begin_epoch.provider);
end $$;

create function keyring.renew(entry uuid, compartments uuid[], ids bigint[], root int, wrapped bytea[])
returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare renewed bigint;
begin
  if not keyring.is_ordered(renew.entry, 'keys.rotate', compartments) then
    raise exception 'no committed order names these' using errcode = 'insufficient_privilege';
  end if;
  perform from keyring.root_version v where v.id = root and v.retired_at is null for key share;
  if not found then
    raise exception 'the root version is not in force' using errcode = 'foreign_key_violation';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  with old as (
    update keyring.key k set retired_at = clock_timestamp(), retired_by = renew.entry
    where k.kind = 1 and k.compartment = any (compartments) and k.retired_at is null and k.root_version <> root
    returning k.compartment, k.handle, k.suite),
  fresh as (
    insert into keyring.key (id, kind, owner, compartment, root_version, suite, wrapped, handle)
    select given.i, 1, given.c, given.c, root, old.suite, given.w, old.handle
    from unnest(ids, compartments, renew.wrapped) as given (i, c, w) join old on old.compartment = given.c
    returning handle)
  insert into keyring.change (key) select fresh.handle from fresh;
  get diagnostics renewed = row_count;
  return renewed;
end $$;

-- Both generations of every compartment that these orders have renewed and not yet finished.
create function keyring.rotating(orders uuid[])
returns table (compartment uuid, id bigint, retired boolean, root_version int, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.compartment, k.id, k.retired_at is not null, k.root_version, k.wrapped
  from keyring.key o join keyring.key k on k.compartment = o.compartment and k.kind = 1
  where o.kind = 1 and o.retired_by = any (orders)
$$;

create function keyring.blocks() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select pg_relation_size('keyring.key') / current_setting('block_size')::bigint
$$;

-- What still hangs from a generation that these orders retire, in a stretch of the table: for each parent its
-- keys as id 8 ‖ kind 2 ‖ owner 16 ‖ wrapped 70. A key that hangs from a generation in force is never given.
create function keyring.to_rewrap(orders uuid[], first_block bigint, end_block bigint)
returns table (parent bigint, keys bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.parent, string_agg(int8send(k.id) || int2send(k.kind) || uuid_send(k.owner) || k.wrapped, ''::bytea
                              order by k.id)
  from keyring.key k join keyring.key o on o.id = k.parent
  where k.ctid >= format('(%s,0)', first_block)::tid and k.ctid < format('(%s,0)', end_block)::tid
    and octet_length(k.wrapped) = 70 and o.kind = 1 and o.retired_by = any (orders)
  group by k.parent
$$;

-- A key moves only from a retired generation to the one in force of its own compartment, and only with a wrap
-- whose header names that parent. What was destroyed meanwhile stays destroyed. Rows are locked in the order of
-- their ids, as destroy locks them.
create function keyring.rewrap(orders uuid[], ids bigint[], wraps bytea) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done bigint;
begin
  perform from keyring.key k where k.id = any (rewrap.ids) order by k.id for no key update;
  update keyring.key k set parent = n.id, wrapped = g.w
  from (select i, substring(wraps from (70 * (at - 1) + 1)::int for 70) as w
        from unnest(rewrap.ids) with ordinality as given (i, at)) g,
    keyring.key o, keyring.key n
  where k.id = g.i and k.kind <> 1 and o.id = k.parent and o.kind = 1 and o.retired_by = any (orders)
    and n.compartment = k.compartment and n.kind = 1 and n.retired_at is null
    and octet_length(g.w) = 70 and substring(g.w from 3 for 8) = int8send(n.id);
  get diagnostics done = row_count;
  return done;
end $$;

-- Drops the retired generations that nothing hangs from any more. The lock waits for keys that are being added
-- under them; the second statement must see those, hence the isolation level.
create function keyring.drop_retired(orders uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare dropped bigint;
begin
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'this needs read committed' using errcode = 'invalid_transaction_state';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  perform from keyring.key o where o.kind = 1 and o.retired_by = any (orders) order by o.id for update;
  with gone as (
    delete from keyring.key o where o.kind = 1 and o.retired_by = any (orders)
      and not exists (select from keyring.key k where k.parent = o.id)
    returning o.handle)
  insert into keyring.change (key) select gone.handle from gone;
  get diagnostics dropped = row_count;
  return dropped;
end $$;

-- Called in the transaction that destroys the version in the provider: nobody can hang anything from it after.
create function keyring.end_root_version(entry uuid, version int) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.is_ordered(end_root_version.entry, 'keys.rotate', '{}') then
    raise exception 'no committed order to rotate' using errcode = 'insufficient_privilege';
  end if;
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'this needs read committed' using errcode = 'invalid_transaction_state';
  end if;
  perform from keyring.root_version v where v.id = version and v.retired_at is not null for update;
  if not found then
    raise exception 'a root version in force does not end' using errcode = 'object_in_use';
  end if;
  if exists (select from keyring.key k where k.root_version = version) then
    raise exception 'keys hang from this root version' using errcode = 'object_in_use';
  end if;
  update keyring.root_version v set ended_at = clock_timestamp() where v.id = version and v.ended_at is null;
end $$;

-- As before, but keys are locked in the order of their ids, so that it never deadlocks with a rotation.
create or replace function keyring.destroy(entry uuid, owners uuid[])
returns table (keys bigint, index_rows bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone_keys bigint; gone_rows bigint;
begin
  if not keyring.is_ordered(destroy.entry, 'destruction.order', owners) then
    raise exception 'no committed order names these' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  perform from keyring.key k where k.owner = any (owners) and k.kind <> 1 order by k.id for update;
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

revoke all on function keyring.begin_epoch, keyring.renew, keyring.rotating, keyring.blocks, keyring.to_rewrap,
  keyring.rewrap, keyring.drop_retired, keyring.end_root_version from public;
grant execute on function keyring.begin_epoch, keyring.renew, keyring.rotating, keyring.blocks,
  keyring.to_rewrap, keyring.rewrap, keyring.drop_retired, keyring.end_root_version to sealroom_worker;
reset role;
"""


def _before(*names: str) -> str:
    """The doors as the first migration made them."""
    first: str = import_module("vault.migrations.0001_keyring").FUNCTIONS
    found = [re.search(rf"create function keyring\.{name}\(.*?\$\$;\n", first, re.DOTALL) for name in names]
    return "\n".join(
        match[0].replace("create function", "create or replace function", 1) for match in found if match
    )


UNDO_DAILY = f"""
set local role sealroom_keyring;
drop function keyring.release, keyring.add, keyring.root_in_force, keyring.reserve_seals, keyring.last_change,
  keyring.root_versions, keyring.hanging_from, keyring.inventory;
{_before("release", "add", "note_root_version")}
revoke all on function keyring.release, keyring.add from public;
grant execute on function keyring.release, keyring.add to sealroom_web, sealroom_worker;
reset role;
"""

UNDO_ROTATION = f"""
set local role sealroom_keyring;
drop function keyring.begin_epoch, keyring.renew, keyring.rotating, keyring.blocks, keyring.to_rewrap,
  keyring.rewrap, keyring.drop_retired, keyring.end_root_version;
{_before("rewrap", "destroy")}
revoke all on function keyring.rewrap from public;
grant execute on function keyring.rewrap to sealroom_worker;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0003_client_facets"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(TABLES, UNDO_TABLES),
        migrations.RunSQL(DAILY, UNDO_DAILY),
        migrations.RunSQL(ROTATION, UNDO_ROTATION),
        migrations.CreateModel(
            name="KeyRotation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ordered", "Running"),
                            ("stopped", "Stopped: keys do not open"),
                            ("done", "Done"),
                        ],
                        default="ordered",
                        max_length=10,
                    ),
                ),
                ("ordered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("approval_id", models.UUIDField(unique=True)),
                ("version_before", models.PositiveIntegerField()),
                ("version", models.PositiveIntegerField(null=True)),
                ("keys_total", models.PositiveBigIntegerField(default=0)),
                ("keys_moved", models.PositiveBigIntegerField(default=0)),
                ("keys_broken", models.PositiveBigIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryCopy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("threshold", models.PositiveSmallIntegerField()),
                ("root_version", models.PositiveIntegerField()),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryDrill",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("shares", models.PositiveSmallIntegerField()),
                ("passed", models.BooleanField()),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="drills",
                        to="vault.recoverycopy",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RecoveryShare",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "copy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares",
                        to="vault.recoverycopy",
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RotationOrder",
            fields=[
                ("entry", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "rotation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="orders",
                        to="vault.keyrotation",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="keyrotation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ordered", "stopped", "done"])), name="rotation_state_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="keyrotation",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("ended_at",),
                name="one_rotation_at_a_time",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="keyrotation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state", "done"), ("version__isnull", False)),
                    models.Q(models.Q(("state", "done"), _negated=True), ("ended_at__isnull", True)),
                    _connector="OR",
                ),
                name="rotation_done_has_its_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyrotation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("version__isnull", True), ("version__gt", models.F("version_before")), _connector="OR"
                ),
                name="rotation_goes_to_a_newer_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoverycopy",
            constraint=models.CheckConstraint(
                condition=models.Q(("threshold__gte", 2)), name="recovery_takes_two_at_least"
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryshare",
            constraint=models.UniqueConstraint(fields=("copy", "number"), name="share_number_once"),
        ),
        migrations.AddConstraint(
            model_name="recoveryshare",
            constraint=models.UniqueConstraint(fields=("copy", "holder"), name="share_a_holder"),
        ),
    ]
