"""A key for each client and month, for the words that are sealed beside the log: so that the words of a month can be
destroyed and the client kept, while the end of the client is their end too.

Such a key is a key of the compartment like another one, with an owner of its own; `keyring.detail` says whose
words it seals and in which month. Words from before are under the client's own key and end with the client alone.
"""

from django.db import migrations

DETAILS = """
set local role sealroom_keyring;

create table keyring.detail (
  key bigint primary key,
  subject uuid not null,
  month date not null,
  constraint detail_once_a_month unique (subject, month),
  constraint detail_month_begins check (extract(day from month) = 1)
);
create index detail_by_month on keyring.detail (month);

-- The key of this month's words about the subject; null where there is none yet.
create function keyring.detail_key(subject uuid) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select d.key from keyring.detail d join keyring.key k on k.id = d.key
  where d.subject = detail_key.subject and d.month = date_trunc('month', clock_timestamp() at time zone 'UTC')::date
$$;

-- Declares a key, just entered, to be that of this month's words; gives the one that is, which another may have been
-- quicker to declare. The lock on the subject's key makes a destruction wait for this, and makes who comes after
-- it find no key, so that no words outlive their subject.
create function keyring.detail_add(key bigint, subject uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from keyring.key k join keyring.key own on own.compartment = k.compartment and own.kind = 2
    where k.owner = detail_add.subject and k.kind = 2 and own.id = detail_add.key and own.owner <> k.owner
    for key share of k;
  if not found then
    raise exception 'words need a subject with a key in their compartment' using errcode = 'foreign_key_violation';
  end if;
  insert into keyring.detail (key, subject, month)
    values (detail_add.key, detail_add.subject, date_trunc('month', clock_timestamp() at time zone 'UTC')::date)
    on conflict on constraint detail_once_a_month do nothing;
  return keyring.detail_key(detail_add.subject);
end $$;

-- Whichever function deletes a subject's last key, the keys of the words about it go in the same statement, by the
-- same order.
create function keyring.details_go() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if exists (select from gone g join keyring.detail d on d.subject = g.owner where g.kind = 2) then
    with ended as (
      select distinct g.id, g.owner from gone g
      where g.kind = 2 and not exists (select from keyring.key k where k.owner = g.owner and k.kind = 2)),
    taken as (
      delete from keyring.key k using keyring.detail d, ended e
        where d.subject = e.owner and k.id = d.key
        returning k.id, k.kind, k.owner, k.compartment, e.id as by),
    kept as (
      insert into keyring.tombstone (key, kind, owner, compartment, entry)
        select k.id, k.kind, k.owner, k.compartment, t.entry from taken k join keyring.tombstone t on t.key = k.by
        returning key)
    insert into keyring.change (key) select k.id from taken k;
  end if;
  return null;
end $$;
create trigger details_go after delete on keyring.key
  referencing old table as gone for each statement execute function keyring.details_go();

-- How many keys of words about somebody there are in a month.
create function keyring.details_in(month date) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select count(*) from keyring.detail d join keyring.key k on k.id = d.key where d.month = details_in.month
$$;

-- Destroys the keys of a month's words by a committed order that names the month. The worker's alone; never within
-- six months of the month's end, like the log itself.
create function keyring.shred(entry uuid, month date) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare gone bigint;
begin
  if (shred.month + interval '7 months') at time zone 'UTC' > clock_timestamp() then
    raise exception 'words stay for six months after their month' using errcode = 'LR001';
  end if;
  if not exists (
    select from log.entry l
    where l.id = shred.entry and l.action = 'log.shred_order' and l.result = 'done'
      and l.fields @> array['month.' || to_char(shred.month, 'YYYY-MM')]
      and l.xact is distinct from pg_current_xact_id_if_assigned())
  then
    raise exception 'no committed order names this' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  with taken as (
    delete from keyring.key k using keyring.detail d
      where d.month = shred.month and k.id = d.key
      returning k.id, k.kind, k.owner, k.compartment),
  kept as (
    insert into keyring.tombstone (key, kind, owner, compartment, entry)
      select t.id, t.kind, t.owner, t.compartment, shred.entry from taken t returning key)
  insert into keyring.change (key) select kept.key from kept;
  get diagnostics gone = row_count;
  return gone;
end $$;

revoke all on function keyring.detail_key, keyring.detail_add, keyring.details_go, keyring.details_in, keyring.shred
  from public;
grant execute on function keyring.detail_key, keyring.detail_add, keyring.details_in to sealroom_web, sealroom_worker;
grant execute on function keyring.shred to sealroom_worker;
reset role;
"""

# Keys that were made for words stay keys of the keyring; which words they seal is then known to the log alone.
UNDO = """
set local role sealroom_keyring;
drop trigger details_go on keyring.key;
drop function keyring.shred(uuid, date), keyring.details_in(date), keyring.details_go(),
  keyring.detail_add(bigint, uuid), keyring.detail_key(uuid);
drop table keyring.detail;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0032_reviews")]

    operations = [migrations.RunSQL(DETAILS, UNDO)]
