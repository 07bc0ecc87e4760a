"""All keys of a large read leave the keyring in one statement, for all its entries together, and the door reads what
is wanted where it is already written down, in the entries, instead of being sent it again."""

from importlib import import_module

from django.db import migrations

_speed = import_module("vault.migrations.0018_speed")

_DROP = """
set local role sealroom_keyring;
drop function keyring.release(uuid[], bigint[]);
reset role;
"""
_DROP_BEFORE = _speed._DROP

# The door asks the log of each entry what it asked of one; a key leaves if any of those that pass names it.
# `held` are keys that the caller has: what is in it can only be kept back, and a null in it keeps back everything.
# PL/pgSQL in a stable function reads every statement from the snapshot of the query that called it, so that
# generations and what hangs from them fit together. The generic plan looks up ids by index, also where the
# table was small when a session planned it; one made for the values at hand would weigh each of the thousands.
_RELEASE = """
set local role sealroom_keyring;
create function keyring.release(entries uuid[], held bigint[])
returns table (id bigint, handle bigint, retired boolean, compartment uuid, parent bigint, root_version int,
               wrapped bytea)
language plpgsql stable security definer
set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
  wanted bigint[];
  both_sides bigint[];
begin
  select array_agg(named.key) into wanted
  from log.entry l cross join unnest(l.keys) as named (key)
  where l.id = any (release.entries) and l.result = 'done'
    and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
    and l.xact is distinct from pg_current_xact_id_if_assigned()
    and named.key not in (select unnest(release.held));

  both_sides := wanted || array(
    select s.new from keyring.succession s where s.old = any (wanted) and s.at > now() - interval '10 minutes'
    union all
    select s.old from keyring.succession s where s.new = any (wanted) and s.at > now() - interval '10 minutes');

  return query
  select null::bigint, null::bigint, null::boolean, k.compartment, k.parent, null::int,
         string_agg(int8send(k.id) || int2send(k.kind) || int2send(k.suite) || uuid_send(k.owner) || k.wrapped, ''::bytea)
  from keyring.key k
  where k.id = any (both_sides) and k.kind <> 1 and octet_length(k.wrapped) = 70
  group by k.compartment, k.parent
  having not exists (select from keyring.locked x where x.compartment = k.compartment);

  return query
  select k.id, k.handle, k.retired_at is not null, k.compartment, null::bigint, k.root_version, k.wrapped
  from keyring.key k
  where k.handle = any (wanted) and k.kind = 1
    and not exists (select from keyring.locked x where x.compartment = k.compartment);
end $$;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0019_bulk")]

    operations = [
        migrations.RunSQL(
            _DROP_BEFORE + _RELEASE + _speed._GRANT,
            _DROP + _speed._RELEASE + _speed._GRANT,
        ),
    ]
