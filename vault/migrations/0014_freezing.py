"""Doors for freezing a compartment, and for ending that.

The web login may freeze: a freeze only ever takes away, an entry stands for it, and one that waited for a
worker would come too late. To end it is the worker's alone, and the log must show two people: who asked and another
who approved. Whoever holds the web login can forge such entries, but not take them out of the log again,
and cannot call the door.
"""

from django.db import migrations

DOORS = """
set local role sealroom_keyring;
grant execute on function keyring.lock to sealroom_web;

create function keyring.locked_among(compartments uuid[]) returns table (compartment uuid, entry uuid, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select x.compartment, x.entry, x.at from keyring.locked x where x.compartment = any (compartments)
$$;

create function keyring.frozen() returns table (compartment uuid, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select x.compartment, x.at from keyring.locked x
$$;

-- Whether any of these keys is withheld because its compartment is frozen: for the words of a page.
create function keyring.is_frozen(ids bigint[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from keyring.key k join keyring.locked x on x.compartment = k.compartment
    where k.id = any (ids) or k.handle = any (ids))
$$;

-- False: it was not frozen, or was frozen again after this order.
create function keyring.unlock(entry uuid, compartment uuid) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.is_ordered(unlock.entry, 'keys.unlock', array[unlock.compartment]) then
    raise exception 'no committed order names this' using errcode = 'insufficient_privilege';
  end if;
  if not exists (
    select from log.entry o
    join log.entry asked on asked.object_id = o.object_id and asked.action = 'approval.request'
      and asked.result = 'done'
    join log.entry given on given.object_id = o.object_id and given.action = 'approval.approve'
      and given.result = 'done' and given.actor <> asked.actor
    where o.id = unlock.entry and o.object_type = 'approval')
  then
    raise exception 'a second person has to approve' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  delete from keyring.locked x
    where x.compartment = unlock.compartment and x.at < (select o.at from log.entry o where o.id = unlock.entry);
  return found;
end $$;

revoke all on function keyring.locked_among, keyring.frozen, keyring.is_frozen, keyring.unlock from public;
grant execute on function keyring.locked_among, keyring.frozen, keyring.is_frozen to sealroom_web, sealroom_worker;
grant execute on function keyring.unlock to sealroom_worker;
reset role;
"""

UNDO = """
set local role sealroom_keyring;
drop function keyring.locked_among, keyring.frozen, keyring.is_frozen, keyring.unlock;
revoke execute on function keyring.lock from sealroom_web;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0013_changes")]
    operations = [migrations.RunSQL(DOORS, UNDO)]
