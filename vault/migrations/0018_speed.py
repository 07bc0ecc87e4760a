"""Keys come out of the keyring packed: a page of a thousand as one value instead of a thousand rows of ten. A
stretch of a rotation asks once for the generations it moves between instead of twice for each key."""

import re
from importlib import import_module

from django.db import migrations

_custody = import_module("vault.migrations.0004_custody")
_suites = import_module("vault.migrations.0006_suites")

_DROP = """
set local role sealroom_keyring;
drop function keyring.release(uuid, bigint[]);
reset role;
"""
_GRANT = """
set local role sealroom_keyring;
revoke all on function keyring.release from public;
grant execute on function keyring.release to sealroom_web, sealroom_worker;
reset role;
"""

# Compartment keys as before, a row for each generation. What hangs from them: one row for each parent, its keys as
# id 8 ‖ kind 2 ‖ suite 2 ‖ owner 16 ‖ wrapped 70. A wrap of another length, which only a hand in the table can
# make, is withheld like a missing key: it would shift what stands behind it.
_RELEASE = """
set local role sealroom_keyring;
create function keyring.release(entry uuid, ids bigint[])
returns table (id bigint, handle bigint, retired boolean, compartment uuid, parent bigint, root_version int,
               wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with named as materialized (
    select unnest(l.keys) as id from log.entry l
    where l.id = release.entry and l.result = 'done'
      and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
      and l.xact is distinct from pg_current_xact_id_if_assigned()),
  asked as materialized (select distinct unnest(release.ids) as id),
  wanted as materialized (select a.id from asked a join named n on n.id = a.id),
  both_sides as materialized (
    select w.id from wanted w
    union select s.new from keyring.succession s join wanted w on w.id = s.old
      where s.at > now() - interval '10 minutes'
    union select s.old from keyring.succession s join wanted w on w.id = s.new
      where s.at > now() - interval '10 minutes')
  select null::bigint, null::bigint, null::boolean, k.compartment, k.parent, null::int,
         string_agg(int8send(k.id) || int2send(k.kind) || int2send(k.suite) || uuid_send(k.owner) || k.wrapped, ''::bytea)
  from keyring.key k
  where k.id in (select w.id from both_sides w) and k.kind <> 1 and octet_length(k.wrapped) = 70
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
  group by k.compartment, k.parent
  union all
  select k.id, k.handle, k.retired_at is not null, k.compartment, null, k.root_version, k.wrapped
  from keyring.key k
  where k.handle in (select w.id from wanted w) and k.kind = 1
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
$$;
reset role;
"""
# As in 0004: from a retired generation to the one in force of its own compartment, locked in the order of ids.
_REWRAP = """
set local role sealroom_keyring;
create or replace function keyring.rewrap(orders uuid[], ids bigint[], wraps bytea) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done bigint;
begin
  perform from keyring.key k where k.id = any (rewrap.ids) order by k.id for no key update;
  with pair as materialized (
    select o.id as old, n.id as new, int8send(n.id) as header, n.compartment
    from keyring.key o join keyring.key n on n.compartment = o.compartment and n.kind = 1 and n.retired_at is null
    where o.kind = 1 and o.retired_by = any (orders))
  update keyring.key k set parent = pair.new, wrapped = g.w
  from (select i, substring(wraps from (70 * (at - 1) + 1)::int for 70) as w
        from unnest(rewrap.ids) with ordinality as given (i, at)) g, pair
  where k.id = g.i and k.kind <> 1 and k.parent = pair.old and k.compartment = pair.compartment
    and octet_length(g.w) = 70 and substring(g.w from 3 for 8) = pair.header;
  get diagnostics done = row_count;
  return done;
end $$;
reset role;
"""
_REWRAP_BEFORE = "set local role sealroom_keyring;\n{}\nreset role;".format(
    re.findall(r"create function keyring\.rewrap\(.*?\$\$;\n", _custody.ROTATION, re.DOTALL)[0].replace(
        "create function", "create or replace function", 1
    )
)

_RELEASE_BEFORE = _suites._RELEASE.format(related=_suites._RELATED, subjects="both_sides")


class Migration(migrations.Migration):
    dependencies = [("vault", "0017_exports")]

    operations = [
        migrations.RunSQL(_DROP + _RELEASE + _GRANT, _DROP + _RELEASE_BEFORE + _GRANT),
        migrations.RunSQL(_REWRAP, _REWRAP_BEFORE),
    ]
