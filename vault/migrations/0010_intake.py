"""Claims under the house's key (撞单), protection and the public pool, clients taken in from a chat.

Claims lie in the keyring schema like other blind indexes: no login reads the table, backups of data leave it
out, and a subject's claims go with its keys.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

CLAIMS = """
set local role sealroom_keyring;
create table keyring.claim (
  token bytea not null,
  subject uuid not null,
  primary key (token, subject),
  constraint claim_token_is_whole check (octet_length(token) = 16)
);
create index claim_by_subject on keyring.claim (subject);

-- Asking is itself what tells who is a client, so it needs an entry that says so, and one question is bounded.
create function keyring.claim_find(entry uuid, tokens bytea[]) returns table (token bytea, subject uuid)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
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
    select c.token, c.subject from unnest(claim_find.tokens) as q (t) join keyring.claim c on c.token = q.t;
end $$;

-- As keyring.index_write: the lock on the subjects' keys makes a destruction wait, and makes who comes after
-- it find no key, so that no claim outlives its subject.
create function keyring.claim_enter(replaced uuid[], subjects uuid[], tokens bytea[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform from keyring.key k where k.owner = any (claim_enter.subjects) and k.kind = 2 order by k.id for key share;
  if exists (
    select unnest(claim_enter.subjects)
    except
    select k.owner from keyring.key k where k.owner = any (claim_enter.subjects) and k.kind = 2
  ) then
    raise exception 'a claim needs a subject with a key' using errcode = 'foreign_key_violation';
  end if;
  delete from keyring.claim c where c.subject = any (claim_enter.replaced);
  insert into keyring.claim (token, subject)
    select given.t, given.s from unnest(claim_enter.subjects, claim_enter.tokens) as given (s, t)
    order by 1, 2
    on conflict do nothing;
end $$;

-- Whichever function deletes a subject's last key, its claims go in the same statement. (A subject that moves to
-- another suite has two keys for a while.)
create function keyring.claims_go() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from keyring.claim c using gone g
    where c.subject = g.owner and g.kind = 2
      and not exists (select from keyring.key k where k.owner = g.owner and k.kind = 2);
  return null;
end $$;
create trigger claims_go after delete on keyring.key
  referencing old table as gone for each statement execute function keyring.claims_go();

revoke all on function keyring.claim_find, keyring.claim_enter, keyring.claims_go from public;
grant execute on function keyring.claim_find, keyring.claim_enter to sealroom_web, sealroom_worker;
reset role;
"""

UNDO_CLAIMS = """
set local role sealroom_keyring;
drop trigger claims_go on keyring.key;
drop function keyring.claims_go();
drop function keyring.claim_enter(uuid[], uuid[], bytea[]);
drop function keyring.claim_find(uuid, bytea[]);
drop table keyring.claim;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0009_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(CLAIMS, UNDO_CLAIMS),
        migrations.CreateModel(
            name="DuplicateClaim",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "answer",
                    models.CharField(
                        choices=[
                            ("told", "That it has an owner already"),
                            ("silent", "Nothing: too many answers that day"),
                        ],
                        max_length=8,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("owner_saw_at", models.DateTimeField(null=True)),
                ("manager_saw_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="HouseKey",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("compartment_key_id", models.BigIntegerField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="Intake",
            fields=[
                (
                    "client",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="intake",
                        serialize=False,
                        to="vault.client",
                    ),
                ),
                ("taken_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("contract", "To conclude the contract that the client asks for"),
                            ("consent", "The client agreed by sending their data"),
                        ],
                        max_length=10,
                    ),
                ),
                ("completed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OwnershipChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "how",
                    models.CharField(
                        choices=[
                            ("assigned", "Given by a manager"),
                            ("claimed", "Taken from the public pool"),
                            ("expired", "Protection ended without work"),
                            ("handed_over", "Handed over when its owner left"),
                            ("released", "Given back to the public pool"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name="OwnershipRule",
            fields=[
                (
                    "book",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="ownership_rule",
                        serialize=False,
                        to="vault.clientbook",
                    ),
                ),
                (
                    "protect_days",
                    models.PositiveSmallIntegerField(default=60, verbose_name="Protected for (days)"),
                ),
                (
                    "longest_days",
                    models.PositiveSmallIntegerField(
                        default=180, verbose_name="At most, however much work (days)"
                    ),
                ),
                (
                    "claims_a_day",
                    models.PositiveSmallIntegerField(
                        default=10, verbose_name="Clients a person may take from the pool a day"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                models.F("book"),
                models.OrderBy(models.F("id"), descending=True),
                condition=models.Q(("assigned__isnull", True)),
                name="client_in_pool",
            ),
        ),
        migrations.AddIndex(
            model_name="client",
            index=models.Index(
                condition=models.Q(("assigned__isnull", False), ("protected_until__isnull", False)),
                fields=["protected_until"],
                name="client_by_protection",
            ),
        ),
        migrations.AddField(
            model_name="duplicateclaim",
            name="asker",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="duplicateclaim",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="duplicate_claims",
                to="vault.client",
            ),
        ),
        migrations.AddField(
            model_name="duplicateclaim",
            name="manager",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="duplicateclaim",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="housekey",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="house_key_is_one"),
        ),
        migrations.AddField(
            model_name="intake",
            name="completed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="intake",
            name="taken_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ownershipchange",
            name="after",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ownershipchange",
            name="before",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ownershipchange",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="ownershipchange",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="ownership_changes",
                to="vault.client",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershiprule",
            constraint=models.CheckConstraint(
                condition=models.Q(("protect_days__gte", 1), ("protect_days__lte", 730)),
                name="ownership_days_sane",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershiprule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("longest_days__gte", models.F("protect_days")), ("longest_days__lte", 3650)
                ),
                name="ownership_longest_is_longer",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershiprule",
            constraint=models.CheckConstraint(
                condition=models.Q(("claims_a_day__gte", 1), ("claims_a_day__lte", 500)),
                name="ownership_claims_sane",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateclaim",
            index=models.Index(fields=["asker", "at"], name="duplicate_by_asker"),
        ),
        migrations.AddIndex(
            model_name="duplicateclaim",
            index=models.Index(
                condition=models.Q(("owner_saw_at__isnull", True)),
                fields=["owner"],
                name="duplicate_for_owner",
            ),
        ),
        migrations.AddIndex(
            model_name="duplicateclaim",
            index=models.Index(
                condition=models.Q(("manager_saw_at__isnull", True)),
                fields=["manager"],
                name="duplicate_for_manager",
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("answer__in", ["told", "silent"])), name="duplicate_answer_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="duplicateclaim",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner__isnull", False), ("owner_saw_at__isnull", True), _connector="OR"),
                name="duplicate_seen_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="intake",
            index=models.Index(
                condition=models.Q(("completed_at__isnull", True)),
                fields=["taken_by"],
                name="intake_unfinished",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(("basis__in", ["contract", "consent"])), name="intake_basis_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("completed_at__isnull", True), ("completed_by__isnull", True)),
                    models.Q(("completed_at__isnull", False), ("completed_by__isnull", False)),
                    _connector="OR",
                ),
                name="intake_completed_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="ownershipchange",
            index=models.Index(
                condition=models.Q(("how", "claimed")), fields=["by", "at"], name="ownership_by_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershipchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("how__in", ["assigned", "claimed", "expired", "handed_over", "released"])
                ),
                name="ownership_how_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownershipchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("after__isnull", False), ("before__isnull", True)),
                    models.Q(("after__isnull", True), ("before__isnull", False)),
                    models.Q(
                        ("after__isnull", False),
                        ("before__isnull", False),
                        models.Q(("before", models.F("after")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="ownership_changes_something",
            ),
        ),
    ]
