"""Moving records between suites: a subject's newer key beside its older ones, and versions that name their key.

A data key has one suite for good, so a record that moves to another suite gets another key. The older key stays
in the keyring until the subject is destroyed, for words beside log entries are sealed under it and are never
rewritten. Why so: docs/decisions/2026-11-22-suites.md.
"""

import uuid

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

import vault.sealed.fields

TABLES = """
set local role sealroom_keyring;
create table keyring.succession (
  old bigint primary key,
  new bigint not null,
  entry uuid not null,
  at timestamptz not null default clock_timestamp(),
  constraint a_key_does_not_succeed_itself check (old <> new)
);
create index succession_by_new on keyring.succession (new);

create function keyring.forget_succession() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from keyring.succession s using gone g where s.old = g.id or s.new = g.id;
  return null;
end $$;
create trigger forget_succession after delete on keyring.key referencing old table as gone
  for each statement execute function keyring.forget_succession();

-- The worker's alone. Both keys are of one subject in one compartment, so that naming one discloses nothing that
-- naming the other would not.
create function keyring.supersede(entry uuid, old bigint[], new bigint[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare done bigint;
begin
  if not keyring.is_ordered(supersede.entry, 'keys.reencrypt', array(
      select distinct k.compartment from keyring.key k where k.id = any (supersede.old))) then
    raise exception 'no committed order names these' using errcode = 'insufficient_privilege';
  end if;
  if exists (
    select from unnest(supersede.old, supersede.new) as given (o, n)
    left join keyring.key k on k.id = given.o left join keyring.key l on l.id = given.n
    where (k.owner, k.compartment, k.kind) is distinct from (l.owner, l.compartment, l.kind) or k.kind is distinct from 2
  ) then
    raise exception 'a key is succeeded by another of its own subject' using errcode = 'foreign_key_violation';
  end if;
  perform pg_advisory_xact_lock(hashtext('keyring.change'));
  insert into keyring.succession (old, new, entry)
    select given.o, given.n, supersede.entry from unnest(supersede.old, supersede.new) as given (o, n);
  get diagnostics done = row_count;
  insert into keyring.change (key) select o from unnest(supersede.old) o;
  return done;
end $$;
revoke all on function keyring.supersede, keyring.forget_succession from public;
grant execute on function keyring.supersede to sealroom_worker;
reset role;
"""

UNDO_TABLES = """
set local role sealroom_keyring;
do $$ begin
  if exists (select from keyring.succession) then
    raise exception 'records have moved between suites: this migration is not undone any more';
  end if;
end $$;
drop function keyring.supersede(uuid, bigint[], bigint[]);
drop trigger forget_succession on keyring.key;
drop function keyring.forget_succession();
drop table keyring.succession;
reset role;
"""

# Whoever names a subject's key in the minutes about a move gets both: a row loaded a moment ago may still be
# sealed under the other one. No request lives longer than that.
_RELEASE = """
set local role sealroom_keyring;
create or replace function keyring.release(entry uuid, ids bigint[])
returns table (id bigint, handle bigint, retired boolean, kind smallint, owner bytea, compartment bytea,
               parent bigint, root_version int, suite smallint, wrapped bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with named as materialized (
    select unnest(l.keys) as id from log.entry l
    where l.id = release.entry and l.result = 'done'
      and l.at > now() - interval '60 seconds' and l.at > clock_timestamp() - interval '60 seconds'
      and l.xact is distinct from pg_current_xact_id_if_assigned()),
  asked as materialized (select distinct unnest(release.ids) as id),
  wanted as materialized (select a.id from asked a join named n on n.id = a.id){related}
  select k.id, k.handle, false, k.kind, uuid_send(k.owner), uuid_send(k.compartment), k.parent, k.root_version,
         k.suite, k.wrapped
  from keyring.key k
  where k.id in (select w.id from {subjects} w) and k.kind <> 1
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
  union all
  select k.id, k.handle, k.retired_at is not null, k.kind, uuid_send(k.owner), uuid_send(k.compartment),
         k.parent, k.root_version, k.suite, k.wrapped
  from keyring.key k
  where k.handle in (select w.id from wanted w) and k.kind = 1
    and not exists (select from keyring.locked x where x.compartment = k.compartment)
$$;
reset role;
"""
_RELATED = """,
  both_sides as materialized (
    select w.id from wanted w
    union select s.new from keyring.succession s join wanted w on w.id = s.old
      where s.at > now() - interval '10 minutes'
    union select s.old from keyring.succession s join wanted w on w.id = s.new
      where s.at > now() - interval '10 minutes')"""

VERSIONS = """
update vault_clientversion v set key_id = c.key_id, book_id = c.book_id from vault_client c where c.id = v.client_id;
"""
GROUPS = {
    "identity": "client.identity",
    "contact": "client.contact",
    "financial": "client.financial",
    "remarks": "client.notes",
}


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0005_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.RunSQL(TABLES, UNDO_TABLES),
        migrations.RunSQL(
            _RELEASE.format(related=_RELATED, subjects="both_sides"),
            _RELEASE.format(related="", subjects="wanted"),
        ),
        migrations.AddField("clientversion", "key_id", models.BigIntegerField(default=0, editable=False)),
        migrations.AddField(
            "clientversion",
            "book",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="vault.clientbook",
            ),
        ),
        migrations.RunSQL(VERSIONS, migrations.RunSQL.noop),
        migrations.AlterField("clientversion", "key_id", models.BigIntegerField(editable=False)),
        migrations.AlterField(
            "clientversion",
            "book",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.clientbook"
            ),
        ),
        migrations.AddIndex("clientversion", models.Index(fields=["key_id"], name="client_version_by_key")),
        *(
            migrations.AlterField("clientversion", name, vault.sealed.fields.SealedGroup(label))
            for name, label in GROUPS.items()
        ),
        *(
            migrations.AlterField(
                "clientversion", f"{name}_seal", models.PositiveIntegerField(default=0, editable=False)
            )
            for name in GROUPS
        ),
        migrations.CreateModel(
            name="SuiteMove",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("suite", models.SmallIntegerField()),
                ("order", models.UUIDField(unique=True)),
                ("ordered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("moved", models.PositiveBigIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "book",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vault.clientbook"
                    ),
                ),
                (
                    "ordered_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(suite__in=[1, 4]), name="suite_move_suite_known"),
                    models.UniqueConstraint(
                        condition=Q(ended_at__isnull=True), fields=("book",), name="one_suite_move_a_book"
                    ),
                ],
            },
        ),
    ]
