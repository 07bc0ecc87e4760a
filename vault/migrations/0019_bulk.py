"""What many new records cost the database must not grow with what is there: doors that look up by index alone,
and fewer indexes that every row enters. What each door demands stays as it was.

The planner knows nothing of these tables' tokens (statistics are off, 0005) and took whole-table joins for a
thousand look-ups. A lateral subquery with `offset 0` stays one, so that each token is one descent of the index;
the settings keep a door from reading a table that was small when the session planned its statement.
"""

import re
from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_search = import_module("vault.migrations.0005_search")
_intake = import_module("vault.migrations.0010_intake")

_BY_INDEX = """set search_path = pg_catalog, pg_temp set enable_seqscan = off set enable_bitmapscan = off
  set plan_cache_mode = force_generic_plan"""

_DOORS = """
-- As in 0005. A subject's keys are locked and counted in one statement: who waited there for a destruction finds
-- the key gone and counts one less. Tokens are parsed once, and when one is of another generation nothing is entered.
create or replace function keyring.index_write(entry uuid, compartment uuid, replaced uuid[], subjects uuid[],
                                               tokens text[], unique_subjects uuid[], unique_tokens uuid[],
                                               unique_odd boolean[]) returns void
language plpgsql security definer BY_INDEX as $$
declare named_subjects uuid[]; named_keys bigint[]; is_odd boolean; is_filling boolean; wanted uuid[];
  found_keys bigint;
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
  select coalesce(array_agg(distinct s), '{}') into wanted
    from unnest(index_write.subjects || index_write.unique_subjects) s;
  with held as materialized (
    select k.owner from keyring.key k
    where k.owner = any (wanted) and k.compartment is not distinct from index_write.compartment
    order by k.id for key share)
  select count(distinct h.owner) into found_keys from held h;
  if found_keys <> cardinality(wanted) then
    raise exception 'an index row needs a subject with a key in its compartment'
      using errcode = 'foreign_key_violation';
  end if;
  delete from keyring.index_entry e
    where e.compartment = index_write.compartment and e.subject = any (index_write.replaced);
  with given as materialized (
    select g.s, g.t::bigint[] as t from unnest(index_write.subjects, index_write.tokens) as g (s, t))
  insert into keyring.index_entry (subject, compartment, tokens)
    select given.s, index_write.compartment, given.t from given
    where not exists (
      select from given m
      where not case when is_odd or is_filling then 0 > any (m.t) else 0 < all (m.t) end
         or not case when not is_odd or is_filling then 0 < any (m.t) else 0 > all (m.t) end);
  if not found and greatest(cardinality(index_write.subjects), cardinality(index_write.tokens)) > 0 then
    raise exception 'the index keys have changed meanwhile: try again' using errcode = 'serialization_failure';
  end if;
  begin
    insert into keyring.index_unique (token, subject, compartment, odd)
      select given.t, given.s, index_write.compartment, given.o
      from unnest(index_write.unique_subjects, index_write.unique_tokens, index_write.unique_odd)
        as given (s, t, o);
  exception when unique_violation then  -- hardly ever; to ask for every row costs a quarter more
    insert into keyring.index_unique (token, subject, compartment, odd)
      select given.t, given.s, index_write.compartment, given.o
      from unnest(index_write.unique_subjects, index_write.unique_tokens, index_write.unique_odd)
        as given (s, t, o)
      on conflict do nothing;
  end;
end $$;

-- As in 0005.
create or replace function keyring.index_find(entry uuid, compartments uuid[], tokens uuid[])
returns table (compartment uuid, token uuid, subject uuid)
language plpgsql stable security definer BY_INDEX as $$
begin
  if not keyring.may_search(index_find.entry) then
    raise exception 'a search needs a fresh, committed log entry' using errcode = 'insufficient_privilege';
  end if;
  return query
    select q.c, q.t, found.subject
    from unnest(index_find.compartments, index_find.tokens) as q (c, t)
    cross join lateral (
      select u.subject from keyring.index_unique u where u.token = q.t and u.compartment = q.c offset 0) found;
end $$;

-- As in 0010.
create or replace function keyring.claim_find(entry uuid, tokens bytea[]) returns table (token bytea, subject uuid)
language plpgsql stable security definer BY_INDEX as $$
begin
  if cardinality(claim_find.tokens) > 5000 then
    raise exception 'at most 5000 tokens a question' using errcode = 'program_limit_exceeded';
  end if;
  if not exists (
    select from log.entry l
    where l.id = claim_find.entry and l.action = 'claim.ask' and l.result = 'done'
      and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
      and l.xact is distinct from pg_current_xact_id_if_assigned()
  ) then
    raise exception 'a question about claims needs a fresh, committed log entry'
      using errcode = 'insufficient_privilege';
  end if;
  return query
    select q.t, found.subject from unnest(claim_find.tokens) as q (t)
    cross join lateral (select c.subject from keyring.claim c where c.token = q.t offset 0) found;
end $$;

-- As in 0010, with the keys locked and counted in one statement as in index_write.
create or replace function keyring.claim_enter(replaced uuid[], subjects uuid[], tokens bytea[]) returns void
language plpgsql security definer BY_INDEX as $$
declare wanted uuid[]; found_keys bigint;
begin
  select coalesce(array_agg(distinct s), '{}') into wanted from unnest(claim_enter.subjects) s;
  with held as materialized (
    select k.owner from keyring.key k
    where k.owner = any (wanted) and k.kind is not distinct from 2
    order by k.id for key share)
  select count(distinct h.owner) into found_keys from held h;
  if found_keys <> cardinality(wanted) then
    raise exception 'a claim needs a subject with a key' using errcode = 'foreign_key_violation';
  end if;
  delete from keyring.claim c where c.subject = any (claim_enter.replaced);
  begin
    insert into keyring.claim (token, subject)
      select given.t, given.s from unnest(claim_enter.subjects, claim_enter.tokens) as given (s, t)
      order by 1, 2;
  exception when unique_violation then
    insert into keyring.claim (token, subject)
      select given.t, given.s from unnest(claim_enter.subjects, claim_enter.tokens) as given (s, t)
      order by 1, 2
      on conflict do nothing;
  end;
end $$;
""".replace("BY_INDEX", _BY_INDEX)


def _before(sql: str, name: str) -> str:
    """The door as an older migration made it."""
    [made] = re.findall(rf"create function keyring\.{name}\(.*?\$\$;\n", sql, re.DOTALL)
    return made.replace("create function", "create or replace function", 1)


_DOORS_BEFORE = "\n".join(
    (
        _before(_search.FUNCTIONS, "index_write"),
        _before(_search.FUNCTIONS, "index_find"),
        _before(_intake.CLAIMS, "claim_find"),
        _before(_intake.CLAIMS, "claim_enter"),
    )
)
_AS_KEYRING = "set local role sealroom_keyring;\n{}\nreset role;"


class Migration(migrations.Migration):
    dependencies = [("vault", "0018_speed"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL(_AS_KEYRING.format(_DOORS), _AS_KEYRING.format(_DOORS_BEFORE)),
        migrations.RemoveIndex("client", "client_by_protection"),
        migrations.AlterField(
            "client",
            "book",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clients",
                to="vault.clientbook",
            ),
        ),
        migrations.AlterField(
            "client",
            "created_by",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
    ]
