"""The inventory of keys for a house of a million: single keys, destroyed ones, ages, keys that are nearly used up; and
where copies of keys lie outside the keyring, as officers declare them.

Nothing here gives out a wrapped byte. Every question costs the same in a small house and in a large one: pages go
by key, counts stop at a bound, ages are read from a sample of the table's blocks.
"""

import re
import uuid
from importlib import import_module

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

INDEXES = """
set local role sealroom_keyring;
-- Empty in most houses. A data key stops at 2^32 seals; from half of them on it is to be replaced.
create index key_nearly_used_up on keyring.key (compartment, id) where seals >= 2147483648;
create index tombstone_by_time on keyring.tombstone (compartment, at, key);
reset role;
"""

UNDO_INDEXES = """
set local role sealroom_keyring;
drop index keyring.key_nearly_used_up, keyring.tombstone_by_time;
reset role;
"""

DOORS = """
set local role sealroom_keyring;
drop function keyring.inventory(uuid, uuid, int, uuid[], text);

-- Compartments by rising id, after one or before one. Counts stop at `bound`. Planned at each call: which of the
-- conditions is there decides which index serves.
create function keyring.inventory(after uuid, before uuid, size int, among uuid[], state text, bound int)
returns table (compartment uuid, handle bigint, root_version int, suite smallint, created_at timestamptz,
               rotating boolean, locked_at timestamptz, subjects bigint, files bigint, indexes bigint,
               most_seals bigint, nearly_used_up bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare edge text := ''; chosen text := '';
begin
  if inventory.before is not null then
    edge := ' and c.compartment < $2';
  elsif inventory.after is not null then
    edge := ' and c.compartment > $1';
  end if;
  if inventory.among is not null then
    chosen := ' and c.compartment = any ($3)';
  end if;
  chosen := chosen || case inventory.state
    when 'frozen' then ' and c.compartment in (select x.compartment from keyring.locked x)'
    when 'rotating' then ' and c.compartment in (select o.compartment from keyring.key o
                             where o.kind = 1 and o.retired_at is not null)'
    when 'used_up' then ' and c.compartment in (select u.compartment from keyring.key u where u.seals >= 2147483648)'
    else '' end;
  return query execute format($q$
    select k.compartment, k.handle, k.root_version, k.suite, k.created_at,
      exists (select from keyring.key o where o.compartment = k.compartment and o.kind = 1
              and o.retired_at is not null),
      (select x.at from keyring.locked x where x.compartment = k.compartment),
      (select count(*) from (select from keyring.key c where c.compartment = k.compartment and c.kind = 2
                             limit $5) n),
      (select count(*) from (select from keyring.key c where c.compartment = k.compartment and c.kind = 3
                             limit $5) n),
      (select count(*) from (select from keyring.key c where c.compartment = k.compartment and c.kind = 4
                             limit $5) n),
      coalesce((select max(m.seals) from keyring.key m
                where m.compartment = k.compartment and m.seals > 1024), 1024),
      (select count(*) from (select from keyring.key u where u.compartment = k.compartment
                             and u.seals >= 2147483648 limit $5) n)
    from (
      select * from keyring.key c where c.kind = 1 and c.retired_at is null%s%s
      order by c.compartment %s limit $4) k
    order by k.compartment $q$,
    edge, chosen, case when inventory.before is null then 'asc' else 'desc' end)
  using inventory.after, inventory.before, inventory.among, inventory.size, inventory.bound;
end $$;

create function keyring.count_keys() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from keyring.key k where k.kind <> 1
$$;

-- Live keys of a compartment by rising id, with the root version that they hang from in the end.
create function keyring.keys_of(compartment uuid, after bigint, before bigint, size int, of_kind smallint,
                                of_suite smallint, nearly boolean, sought bigint, of_owner uuid)
returns table (id bigint, kind smallint, owner uuid, suite smallint, created_at timestamptz, seals bigint,
               root_version int, retired boolean, successor bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  return query execute format($q$
    select k.id, k.kind, k.owner, k.suite, k.created_at, k.seals, coalesce(k.root_version, p.root_version),
           coalesce(k.retired_at, p.retired_at) is not null, s.new
    from (select * from keyring.key k where k.compartment = $1%s%s%s%s%s%s order by k.id %s limit $4) k
    left join keyring.key p on p.id = k.parent
    left join keyring.succession s on s.old = k.id
    order by k.id $q$,
    case when keys_of.before is not null then ' and k.id < $3'
         when keys_of.after is not null then ' and k.id > $2' else '' end,
    case when keys_of.of_kind is null then '' else ' and k.kind = $5' end,
    case when keys_of.of_suite is null then '' else ' and k.suite = $6' end,
    case when keys_of.nearly then ' and k.seals >= 2147483648' else '' end,
    case when keys_of.sought is null then '' else ' and k.id = $7' end,
    case when keys_of.of_owner is null then '' else ' and k.owner = $8' end,
    case when keys_of.before is null then 'asc' else 'desc' end)
  using keys_of.compartment, keys_of.after, keys_of.before, keys_of.size, keys_of.of_kind, keys_of.of_suite,
        keys_of.sought, keys_of.of_owner;
end $$;

-- Destroyed keys of a compartment, the last destroyed first; the cursor is a key.
create function keyring.destroyed_of(compartment uuid, after bigint, before bigint, size int, of_kind smallint,
                                     sought bigint, of_owner uuid)
returns table (id bigint, kind smallint, owner uuid, destroyed_at timestamptz, entry uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare edge_at timestamptz; edge_key bigint;
begin
  select t.at, t.key into edge_at, edge_key from keyring.tombstone t
    where t.key = coalesce(destroyed_of.before, destroyed_of.after) and t.compartment = destroyed_of.compartment;
  return query execute format($q$
    select t.key, t.kind, t.owner, t.at, t.entry
    from (select * from keyring.tombstone t where t.compartment = $1%s%s%s%s
          order by t.at %5$s, t.key %5$s limit $4) t
    order by t.at desc, t.key desc $q$,
    case when edge_at is null then '' when destroyed_of.before is not null then ' and (t.at, t.key) > ($2, $3)'
         else ' and (t.at, t.key) < ($2, $3)' end,
    case when destroyed_of.of_kind is null then '' else ' and t.kind = $5' end,
    case when destroyed_of.sought is null then '' else ' and t.key = $6' end,
    case when destroyed_of.of_owner is null then '' else ' and t.owner = $7' end,
    case when destroyed_of.before is null then 'desc' else 'asc' end)
  using destroyed_of.compartment, edge_at, edge_key, destroyed_of.size, destroyed_of.of_kind, destroyed_of.sought,
        destroyed_of.of_owner;
end $$;

-- How many keys are past half of their seals and have no successor yet; counts up to 1,000.
create function keyring.nearly_used_up() returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from (
    select from keyring.key k where k.seals >= 2147483648
      and not exists (select from keyring.succession s where s.old = k.id) limit 1000) n
$$;

-- Which those are, in one compartment.
create function keyring.to_replace(compartment uuid, size int) returns setof bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select k.id from keyring.key k
  where k.compartment = to_replace.compartment and k.kind = 2 and k.seals >= 2147483648
    and not exists (select from keyring.succession s where s.old = k.id)
  order by k.id limit size
$$;

-- When data keys were made, by the month: exact while the table has at most `most` blocks, else from about so many
-- blocks drawn at random and scaled up.
create function keyring.made_by_month(most int)
returns table (month date, kind smallint, keys bigint, sampled boolean)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  whole bigint := greatest(pg_relation_size('keyring.key') / current_setting('block_size')::bigint, 1);
  share double precision := least(1, most::double precision / whole);
begin
  return query execute format($q$
    select date_trunc('month', k.created_at)::date, k.kind, round(count(*) / $1)::bigint, $1 < 1
    from keyring.key k %s where k.kind <> 1 group by 1, 2 order by 1, 2 $q$,
    case when share < 1 then format('tablesample system (%s)', 100 * share) else '' end)
  using share;
end $$;

-- When the compartment keys in force were made, by the week.
create function keyring.compartments_by_week() returns table (week date, keys bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select date_trunc('week', k.created_at)::date, count(*) from keyring.key k
  where k.kind = 1 and k.retired_at is null group by 1 order by 1
$$;

revoke all on function keyring.inventory, keyring.count_keys, keyring.keys_of, keyring.destroyed_of,
  keyring.nearly_used_up, keyring.to_replace, keyring.made_by_month, keyring.compartments_by_week from public;
grant execute on function keyring.inventory, keyring.count_keys, keyring.keys_of, keyring.destroyed_of,
  keyring.nearly_used_up, keyring.to_replace, keyring.made_by_month, keyring.compartments_by_week
  to sealroom_web, sealroom_worker;
reset role;
"""


def _before() -> str:
    """`keyring.inventory` as the migration before made it."""
    doors: str = import_module("vault.migrations.0004_custody").DAILY
    found = re.search(r"create function keyring\.inventory\(.*?\$\$;\n", doors, re.DOTALL)
    return found[0] if found else ""


UNDO_DOORS = f"""
set local role sealroom_keyring;
drop function keyring.inventory, keyring.count_keys, keyring.keys_of, keyring.destroyed_of,
  keyring.nearly_used_up, keyring.to_replace, keyring.made_by_month, keyring.compartments_by_week;
{_before()}
revoke all on function keyring.inventory from public;
grant execute on function keyring.inventory to sealroom_web, sealroom_worker;
reset role;
"""

PLACES = ["server", "machine", "medium", "service"]


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0015_people"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(INDEXES, UNDO_INDEXES),
        migrations.RunSQL(DOORS, UNDO_DOORS),
        migrations.AddField("recoveryshare", "destroyed_at", models.DateTimeField(null=True)),
        migrations.AddField(
            "recoveryshare",
            "destroyed_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "recoveryshare",
            models.CheckConstraint(
                condition=models.Q(destroyed_at__isnull=True, destroyed_by__isnull=True)
                | models.Q(destroyed_at__isnull=False, destroyed_by__isnull=False),
                name="share_destroyed_by_somebody",
            ),
        ),
        migrations.CreateModel(
            name="KeyringBackup",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("taken_at", models.DateTimeField()),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("server", "On the server itself"),
                            ("machine", "On another machine of the house"),
                            ("medium", "On a medium kept offline"),
                            ("service", "With a provider of storage"),
                        ],
                        max_length=10,
                    ),
                ),
                ("declared_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("destroyed_at", models.DateTimeField(null=True)),
                (
                    "destroyed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(place__in=PLACES), name="keyring_backup_place_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(destroyed_at__isnull=True, destroyed_by__isnull=True)
                        | models.Q(destroyed_at__isnull=False, destroyed_by__isnull=False),
                        name="keyring_backup_destroyed_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(taken_at__lte=models.F("declared_at")),
                        name="keyring_backup_taken_before_it_is_declared",
                    ),
                ],
            },
        ),
    ]
