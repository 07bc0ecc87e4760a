"""Blind indexes as one row a subject, doors that ask for an entry, and what the list of clients sorts by.

Why one row: docs/decisions/2026-11-22-index-rows.md. Rows of before are not carried over: tokens are shorter
now, and `rebuild_indexes` makes them anew from the records.
"""

from datetime import UTC, datetime
from importlib import import_module
from uuid import UUID

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from audit.ids import uuid7

TABLES = """
set local role sealroom_keyring;
drop function keyring.index_write(uuid, uuid[], uuid[], smallint[], bytea[]);
drop function keyring.index_find(uuid, uuid[], smallint[], bytea[]);
drop table keyring.index_entry;

-- A token is generation's sign ‖ label 7 bits ‖ first 32 bits of the compartment ‖ truncated HMAC up to 24 bits.
create table keyring.index_entry (
  subject uuid primary key,
  compartment uuid not null,
  tokens bigint[] not null,
  constraint index_entry_has_tokens check (cardinality(tokens) between 1 and 1000)
);
-- New rows gather in the index's pending list and enter it by the sorted batch: half of the cost of a write. It is
-- kept short because every search reads it through.
create index index_entry_by_token on keyring.index_entry using gin (tokens)
  with (fastupdate = on, gin_pending_list_limit = 256);
-- Statistics would keep the commonest tokens, which is the frequency that truncation blurs; and reading them
-- costs the planner more than the search costs.
alter table keyring.index_entry alter column tokens set statistics 0;

-- 128 bits, where equality decides. They go with the entry, whichever function deletes it.
create table keyring.index_unique (
  token uuid not null,
  subject uuid not null,
  compartment uuid not null,
  odd boolean not null,
  primary key (token, subject)
);
alter table keyring.index_unique alter column token set statistics 0;
create index index_unique_by_subject on keyring.index_unique (subject);

create function keyring.index_unique_goes_too() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from keyring.index_unique u using gone g where u.subject = g.subject;
  return null;
end $$;
create trigger index_unique_goes_too after delete on keyring.index_entry
  referencing old table as gone for each statement execute function keyring.index_unique_goes_too();

-- Which generation of a compartment's index keys is in force (none told: the even one), and whether the other
-- is being filled beside it.
create table keyring.index_generation (
  compartment uuid primary key,
  odd boolean not null,
  filling boolean not null
);
reset role;
"""

FUNCTIONS = """
set local role sealroom_keyring;

create function keyring.fresh_entry(entry uuid) returns table (subjects uuid[], keys bigint[], action text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select l.subjects, l.keys, l.action from log.entry l
  where l.id = fresh_entry.entry and l.result = 'done'
    and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
    and l.xact is distinct from pg_current_xact_id_if_assigned()
$$;

-- Writers of one compartment share this lock until they commit; a rotation's turns hold it alone.
create function keyring.index_lock_number(compartment uuid) returns bigint
language sql immutable set search_path = pg_catalog, pg_temp as $$
  select hashtextextended('keyring.index' || compartment::text, 0)
$$;

-- Whoever makes tokens was given the index keys for an entry that names them: that entry is asked for again, so
-- that no login can enter tokens into a book that it has not opened on record. Tokens of people who have some
-- already are replaced only for an entry that names these people: dropping somebody's tokens hides them.
-- The lock on the subjects' keys makes a destruction wait for tokens that are being written, and makes who
-- comes after it find no key: no tokens outlive their subject.
create function keyring.index_write(entry uuid, compartment uuid, replaced uuid[], subjects uuid[],
                                    tokens text[], unique_subjects uuid[], unique_tokens uuid[],
                                    unique_odd boolean[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare named_subjects uuid[]; named_keys bigint[]; is_odd boolean; is_filling boolean; wanted uuid[];
begin
  select e.subjects, e.keys into named_subjects, named_keys from keyring.fresh_entry(index_write.entry) e;
  if not exists (
      select from keyring.key k
      where k.id = any (named_keys) and k.kind = 4 and k.compartment = index_write.compartment)
    or exists (select unnest(index_write.replaced) except select unnest(named_subjects))
  then
    raise exception 'tokens need a fresh, committed entry that names the index keys and who is replaced'
      using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock_shared(keyring.index_lock_number(index_write.compartment));
  select g.odd, g.filling into is_odd, is_filling from keyring.index_generation g
    where g.compartment = index_write.compartment;
  is_odd := coalesce(is_odd, false);
  is_filling := coalesce(is_filling, false);
  if exists (
    select from unnest(index_write.tokens) given (t)
    where not case when is_odd or is_filling then 0 > any (given.t::bigint[]) else 0 < all (given.t::bigint[]) end
       or not case when not is_odd or is_filling then 0 < any (given.t::bigint[]) else 0 > all (given.t::bigint[]) end)
  then
    raise exception 'the index keys have changed meanwhile: try again' using errcode = 'serialization_failure';
  end if;
  select array_agg(distinct s) into wanted
    from unnest(index_write.subjects || index_write.unique_subjects) s;
  perform from keyring.key k
    where k.owner = any (wanted) and k.compartment = index_write.compartment
    order by k.id for key share;
  if exists (
    select unnest(wanted)
    except
    select k.owner from keyring.key k where k.owner = any (wanted) and k.compartment = index_write.compartment
  ) then
    raise exception 'an index row needs a subject with a key in its compartment'
      using errcode = 'foreign_key_violation';
  end if;
  delete from keyring.index_entry e
    where e.compartment = index_write.compartment and e.subject = any (index_write.replaced);
  insert into keyring.index_entry (subject, compartment, tokens)
    select given.s, index_write.compartment, given.t::bigint[]
    from unnest(index_write.subjects, index_write.tokens) as given (s, t);
  insert into keyring.index_unique (token, subject, compartment, odd)
    select given.t, given.s, index_write.compartment, given.o
    from unnest(index_write.unique_subjects, index_write.unique_tokens, index_write.unique_odd)
      as given (s, t, o)
    on conflict do nothing;
end $$;

-- Who has such a 128-bit token.
create function keyring.index_find(entry uuid, compartments uuid[], tokens uuid[])
returns table (compartment uuid, token uuid, subject uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.may_search(index_find.entry) then
    raise exception 'a search needs a fresh, committed log entry' using errcode = 'insufficient_privilege';
  end if;
  return query
    select u.compartment, u.token, u.subject
    from unnest(index_find.compartments, index_find.tokens) as q (c, t)
    join keyring.index_unique u on u.token = q.t and u.compartment = q.c;
end $$;

-- Candidates: at most `most` subjects of the given compartments that have all tokens of one of the sets.
create function keyring.index_search(entry uuid, compartments uuid[], sets text[], most int)
returns setof uuid
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare i int; left_over bigint := most; got bigint;
begin
  if not keyring.may_search(index_search.entry) then
    raise exception 'a search needs a fresh, committed log entry' using errcode = 'insufficient_privilege';
  end if;
  for i in 1 .. cardinality(sets) loop
    return query
      select e.subject from keyring.index_entry e
      where e.tokens @> sets[i]::bigint[] and e.compartment = compartments[i] limit left_over;
    get diagnostics got = row_count;
    left_over := left_over - got;
    exit when left_over <= 0;
  end loop;
end $$;

-- Which of these have tokens of that generation already: a rebuild or rotation that was killed goes on there.
create function keyring.index_filled(odd boolean, subjects uuid[]) returns setof uuid
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select e.subject from keyring.index_entry e
  where e.subject = any (index_filled.subjects)
    and case when index_filled.odd then 0 > any (e.tokens) else 0 < any (e.tokens) end
$$;

-- From the commit of this on, whoever writes tokens writes those of both generations, or is turned away. It
-- waits for all who are writing: what lacks the other generation's tokens then is committed, and can be filled.
create function keyring.index_begin(entry uuid, compartment uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.is_ordered(index_begin.entry, 'index.rotate', array[index_begin.compartment]) then
    raise exception 'no committed order names this' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(keyring.index_lock_number(index_begin.compartment));
  insert into keyring.index_generation as g (compartment, odd, filling)
    values (index_begin.compartment, false, true)
    on conflict on constraint index_generation_pkey do update set filling = true;
end $$;

-- The filled generation is in force from the commit of this on.
create function keyring.index_switch(entry uuid, compartment uuid) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  if not keyring.is_ordered(index_switch.entry, 'index.rotate', array[index_switch.compartment]) then
    raise exception 'no committed order names this' using errcode = 'insufficient_privilege';
  end if;
  perform pg_advisory_xact_lock(keyring.index_lock_number(index_switch.compartment));
  update keyring.index_generation g set odd = not g.odd, filling = false
    where g.compartment = index_switch.compartment and g.filling;
  if not found then
    raise exception 'nothing is being rotated there' using errcode = 'check_violation';
  end if;
end $$;

-- The worker's alone: the keys of the generation that is out of force. With them gone, its tokens are noise,
-- in every backup, too.
create function keyring.index_retire(entry uuid, compartment uuid, ids bigint[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done bigint;
begin
  if not keyring.is_ordered(index_retire.entry, 'index.rotate', array[index_retire.compartment])
    or exists (select unnest(index_retire.ids) except select unnest(l.keys)
               from log.entry l where l.id = index_retire.entry)
  then
    raise exception 'no committed order names these' using errcode = 'insufficient_privilege';
  end if;
  if exists (select from keyring.index_generation g
             where g.compartment = index_retire.compartment and g.filling) then
    raise exception 'keys that searches look into are not destroyed' using errcode = 'check_violation';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  with gone as (
    delete from keyring.key k
    where k.id = any (index_retire.ids) and k.kind = 4 and k.compartment = index_retire.compartment
    returning k.id, k.kind, k.compartment),
  kept as (
    -- Not owned by the index's label, which all books share: the owner of what is destroyed gets no key again.
    insert into keyring.tombstone (key, kind, owner, compartment, entry)
    select g.id, g.kind, index_retire.entry, g.compartment, index_retire.entry from gone g returning key)
  insert into keyring.change (key) select kept.key from kept;
  get diagnostics done = row_count;
  return done;
end $$;

-- Sweeps the noise out, a block of subjects at a time. It needs no order: it keeps what is in force.
create function keyring.index_sweep(compartment uuid, subjects uuid[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare is_odd boolean; is_filling boolean; swept bigint;
begin
  perform pg_advisory_xact_lock_shared(keyring.index_lock_number(index_sweep.compartment));
  select g.odd, g.filling into is_odd, is_filling from keyring.index_generation g
    where g.compartment = index_sweep.compartment;
  if not found or is_filling then
    return 0;
  end if;
  update keyring.index_entry e
    set tokens = array(select t from unnest(e.tokens) t where (t < 0) = is_odd)
    where e.compartment = index_sweep.compartment and e.subject = any (index_sweep.subjects)
      and case when is_odd then 0 < any (e.tokens) else 0 > any (e.tokens) end
      and case when is_odd then 0 > any (e.tokens) else 0 < any (e.tokens) end;
  get diagnostics swept = row_count;
  delete from keyring.index_unique u
    where u.compartment = index_sweep.compartment and u.subject = any (index_sweep.subjects) and u.odd <> is_odd;
  return swept;
end $$;

revoke all on all functions in schema keyring from public;
grant execute on function keyring.index_write, keyring.index_find, keyring.index_search, keyring.index_filled,
  keyring.index_begin, keyring.index_switch, keyring.index_sweep to sealroom_web, sealroom_worker;
grant execute on function keyring.index_retire to sealroom_worker;
reset role;
"""

UNDO_FUNCTIONS = """
set local role sealroom_keyring;
drop function keyring.index_write, keyring.index_find, keyring.index_search, keyring.index_filled,
  keyring.index_begin, keyring.index_switch, keyring.index_retire, keyring.index_sweep,
  keyring.index_lock_number, keyring.fresh_entry;
reset role;
"""


UNDO_TABLES = """
set local role sealroom_keyring;
drop table keyring.index_entry, keyring.index_unique, keyring.index_generation;
drop function keyring.index_unique_goes_too;
%s
grant execute on function keyring.index_write, keyring.index_find to sealroom_web, sealroom_worker;
reset role;
"""


def _undo_tables() -> str:
    """The table and doors of before, as 0001 made them."""
    keyring = import_module("vault.migrations.0001_keyring")
    tables, functions = keyring.TABLES, keyring.FUNCTIONS
    table = tables[
        tables.index("create table keyring.index_entry") : tables.index("create table keyring.locked")
    ]
    doors = functions[
        functions.index("create function keyring.index_write") : functions.index(
            "create function keyring.changes"
        )
    ]
    revoke = "revoke all on function keyring.index_write, keyring.index_find from public;"
    return UNDO_TABLES % (table + doors + revoke)


class Migration(migrations.Migration):
    dependencies = [("vault", "0004_custody"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]
    operations = [
        migrations.RunSQL(TABLES, _undo_tables()),
        migrations.RunSQL(FUNCTIONS, UNDO_FUNCTIONS),
        migrations.RemoveConstraint(model_name="indexkey", name="book_index_key_once"),
        migrations.RemoveConstraint(model_name="indexkey", name="book_index_label_known"),
        migrations.AddField("indexkey", "odd", models.BooleanField(default=False)),
        migrations.AddField(
            "indexkey",
            "state",
            models.SmallIntegerField(choices=[(1, "In Force"), (2, "Filling"), (3, "Retired")], default=1),
        ),
        migrations.AddConstraint(
            "indexkey", models.UniqueConstraint(fields=("book", "label", "odd"), name="book_index_key_once")
        ),
        migrations.AddConstraint(
            "indexkey",
            models.UniqueConstraint(fields=("book", "label", "state"), name="book_index_key_one_each"),
        ),
        migrations.AddConstraint(
            "indexkey",
            models.CheckConstraint(condition=Q(label__in=list(range(1, 12))), name="book_index_label_known"),
        ),
        migrations.AddConstraint(
            "indexkey",
            models.CheckConstraint(condition=Q(state__in=[1, 2, 3]), name="book_index_key_state_known"),
        ),
        migrations.AddIndex(
            "client", models.Index(fields=["book", "updated_at", "id"], name="client_by_change")
        ),
        migrations.AddIndex("client", models.Index(fields=["book", "grade", "id"], name="client_by_grade")),
        migrations.AddIndex(
            "client",
            models.Index(
                F("book"),
                Coalesce(F("assigned_id"), Value(UUID(int=0), output_field=models.UUIDField())),
                F("id"),
                name="client_by_assigned",
            ),
        ),
        migrations.AddIndex(
            "client",
            models.Index(
                F("book"),
                Coalesce(
                    F("protected_until"),
                    Value(datetime(9999, 1, 1, tzinfo=UTC), output_field=models.DateTimeField()),
                ),
                F("id"),
                name="client_by_protection_end",
            ),
        ),
        migrations.AddIndex(
            "client", models.Index(fields=["book", "confirmed_at", "id"], name="client_by_confirmation")
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                ("id", models.UUIDField(default=uuid7, editable=False, primary_key=True, serialize=False)),
                ("query", models.CharField(max_length=500)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "savedview", models.UniqueConstraint(fields=("owner", "query"), name="saved_view_once")
        ),
        migrations.AddConstraint(
            "savedview",
            models.CheckConstraint(
                condition=Q(query__regex="^[a-z_]+=[0-9a-z_-]+(&[a-z_]+=[0-9a-z_-]+)*$"),
                name="saved_view_holds_codes",
            ),
        ),
    ]
