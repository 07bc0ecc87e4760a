"""The register of disclosures and its counts, exports and their marks.

Three rules are the database's own, so that no code path goes around them: the register is only added to, and
its counts follow from it and from nothing else; what was asked for in an export never changes; and no export
is made without an approval of this very export.
"""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids
import vault.sealed.fields
import vault.sealed.models

GUARDS = """
create function vault_refuse(rule text) returns void language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  raise exception '%', rule using errcode = 'check_violation', constraint = rule;
end $$;

create function vault_row_is_final() returns trigger language plpgsql
set search_path = pg_catalog, pg_temp as $$
begin
  perform public.vault_refuse(tg_table_name || '_is_final');
  return null;
end $$;
create trigger register_stays before update or delete on vault_disclosure
  for each row execute function vault_row_is_final();
create trigger items_stay before update or delete on vault_exportitem
  for each row execute function vault_row_is_final();
create trigger canaries_stay before update or delete on vault_canarytoken
  for each row execute function vault_row_is_final();
create trigger reviews_stay before update or delete on vault_officerreview
  for each row execute function vault_row_is_final();
-- ALWAYS: session_replication_role = replica does not skip it.
alter table vault_disclosure enable always trigger register_stays;
revoke update, delete on vault_disclosure, vault_exportitem, vault_canarytoken, vault_officerreview
  from sealroom_web, sealroom_worker;
revoke insert, update, delete on vault_disclosuretotal from sealroom_web, sealroom_worker;

-- Runs as the owner: the logins may add to the register, and the counts follow. Whoever is given to two
-- recipients counts twice in the person's total (interpretation of 2017, art. 11). Two transactions that add the
-- same subject at the same moment may both count it in a total: never too few.
create function vault_count_disclosures() returns trigger language plpgsql security definer
set search_path = pg_catalog, pg_temp as $$
begin
  insert into public.vault_disclosuretotal (scope, person_id, recipient_id, purpose, category, count)
  select 1::smallint, n.person_id, n.recipient_id, n.purpose, n.category, count(*)
    from added n group by n.person_id, n.recipient_id, n.purpose, n.category
  union all
  select 2::smallint, n.person_id, null::uuid, '', n.category, count(distinct (n.recipient_id, n.subject_id))
    from added n
    where not exists (
      select from public.vault_disclosure o
      where o.subject_id = n.subject_id and o.category = n.category and o.person_id = n.person_id
        and o.recipient_id = n.recipient_id and o.id not in (select a.id from added a))
    group by n.person_id, n.category
  union all
  select 3::smallint, null::uuid, n.recipient_id, '', n.category, count(distinct n.subject_id)
    from added n
    where not exists (
      select from public.vault_disclosure o
      where o.subject_id = n.subject_id and o.category = n.category and o.recipient_id = n.recipient_id
        and o.id not in (select a.id from added a))
    group by n.recipient_id, n.category
  on conflict on constraint disclosure_total_once
    do update set count = vault_disclosuretotal.count + excluded.count;
  return null;
end $$;
create trigger register_counts after insert on vault_disclosure referencing new table as added
  for each statement execute function vault_count_disclosures();
alter table vault_disclosure enable always trigger register_counts;

create function vault_check_export() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if tg_op = 'DELETE' then
    perform vault_refuse('export_stays');
  end if;
  if tg_op = 'INSERT' then
    if new.state <> 'asked' or new.approval_id is not null or new.file_id is not null or new.downloads <> 0 then
      perform vault_refuse('export_begins_asked');
    end if;
    return new;
  end if;
  if (old.id, old.requester_id, old.colleague_id, old.outsider_id, old.purpose, old.fields, old.format, old.masked,
      old.priced, old.grade, old.asked_counts, old.left_out, old.size, old.language, old.created_at)
    is distinct from (new.id, new.requester_id, new.colleague_id, new.outsider_id, new.purpose, new.fields,
      new.format, new.masked, new.priced, new.grade, new.asked_counts, new.left_out, new.size, new.language,
      new.created_at)
    or (old.approval_id is not null and new.approval_id is distinct from old.approval_id)
    or new.downloads < old.downloads
  then
    perform vault_refuse('export_content_is_final');
  end if;
  if new.state is distinct from old.state and not (
    (old.state = 'asked' and new.state in ('approved', 'refused'))
    or (old.state = 'approved' and new.state in ('ready', 'failed'))
    or (old.state = 'ready' and new.state in ('approved', 'ended'))
  ) then
    perform vault_refuse('export_state_moves_on');
  end if;
  if new.state = 'approved' and not exists (
    select from people_approvalrequest r
    where r.id = new.approval_id and r.state in ('approved', 'carried_out') and r.action like 'export.%'
      and r.params ->> 'export' = new.id::text and r.requester_id = new.requester_id
  ) then
    perform vault_refuse('export_needs_its_approval');
  end if;
  return new;
end $$;
create trigger export_rules before insert or update or delete on vault_export
  for each row execute function vault_check_export();

create function vault_check_export_item() returns trigger language plpgsql
set search_path = pg_catalog, public, pg_temp as $$
begin
  if not exists (
    select from vault_export e where e.id = new.export_id and e.state = 'asked' and e.approval_id is null
  ) then
    perform vault_refuse('export_list_is_final');
  end if;
  return new;
end $$;
create trigger export_item_rules before insert on vault_exportitem
  for each row execute function vault_check_export_item();
"""
UNDO = """
drop trigger export_item_rules on vault_exportitem;
drop function vault_check_export_item();
drop trigger export_rules on vault_export;
drop function vault_check_export();
drop trigger register_counts on vault_disclosure;
drop function vault_count_disclosures();
drop trigger register_stays on vault_disclosure;
drop trigger items_stay on vault_exportitem;
drop trigger canaries_stay on vault_canarytoken;
drop trigger reviews_stay on vault_officerreview;
drop function vault_row_is_final();
drop function vault_refuse(text);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0007_grades"),
        ("people", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="DisclosureTotal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "scope",
                    models.SmallIntegerField(
                        choices=[
                            (1, "this person, recipient and purpose"),
                            (2, "this person, all recipients and purposes"),
                            (3, "this recipient, whoever gave and for whatever purpose"),
                        ]
                    ),
                ),
                ("person_id", models.UUIDField(null=True)),
                ("recipient_id", models.UUIDField(null=True)),
                ("purpose", models.CharField(blank=True, max_length=20)),
                (
                    "category",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Property, credit, tracks, content of communications"),
                            (2, "Transactions, health, lodging, communication records, other risks"),
                            (3, "Other personal information"),
                        ]
                    ),
                ),
                ("count", models.PositiveIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scope", "person_id", "recipient_id", "purpose", "category"),
                        name="disclosure_total_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("scope__in", [1, 2, 3])), name="disclosure_total_scope_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarkKeys",
            fields=[
                ("one_row", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
                ("mark_key_id", models.BigIntegerField(unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("one_row", True)), name="mark_keys_one_row")
                ],
            },
        ),
        migrations.CreateModel(
            name="Recipient",
            fields=[
                ("key_id", models.BigIntegerField(editable=False)),
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("compartment", models.UUIDField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("partner", "Partner firm"),
                            ("adviser", "Adviser or filing agent"),
                            ("authority", "Authority or court"),
                            ("client", "The client's own choice"),
                            ("other", "Other"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "agreement",
                    models.CharField(
                        choices=[
                            ("entrustment", "Processing agreement (entrusted)"),
                            ("provision", "Agreement on providing data, with separate consent"),
                            ("order", "Written order of an authority"),
                        ],
                        max_length=12,
                    ),
                ),
                ("agreed_on", models.DateField()),
                ("agreed_until", models.DateField(null=True)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("identity", vault.sealed.fields.SealedGroup("recipient.identity")),
                ("identity_seal", models.PositiveIntegerField(default=0, editable=False)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Export",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("purpose", models.CharField(max_length=20)),
                (
                    "fields",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), size=None
                    ),
                ),
                (
                    "format",
                    models.CharField(choices=[("xlsx", "Excel (.xlsx)"), ("csv", "CSV")], max_length=4),
                ),
                ("masked", models.BooleanField()),
                ("priced", models.BooleanField()),
                ("grade", models.SmallIntegerField()),
                (
                    "asked_counts",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=9
                    ),
                ),
                ("left_out", models.JSONField(default=dict)),
                ("size", models.PositiveIntegerField()),
                ("language", models.CharField(max_length=10)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waiting for approval"),
                            ("approved", "Being made"),
                            ("ready", "Ready"),
                            ("refused", "Not approved"),
                            ("failed", "Failed"),
                            ("ended", "Destroyed"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("approval_id", models.UUIDField(null=True)),
                ("delivered", models.PositiveIntegerField(null=True)),
                ("file_id", models.UUIDField(null=True)),
                ("file_key", models.BigIntegerField(null=True)),
                ("built_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("downloads", models.PositiveSmallIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "colleague",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "outsider",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="vault.recipient",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("recipient_id", models.UUIDField()),
                ("purpose", models.CharField(max_length=20)),
                (
                    "category",
                    models.SmallIntegerField(
                        choices=[
                            (1, "Property, credit, tracks, content of communications"),
                            (2, "Transactions, health, lodging, communication records, other risks"),
                            (3, "Other personal information"),
                        ]
                    ),
                ),
                ("subject_id", models.UUIDField()),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("reveal", "Shown on a page"),
                            ("export", "Export"),
                            ("share", "Share"),
                            ("api", "Program interface"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.UUIDField(null=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["subject_id", "category"], name="disclosure_by_subject"),
                    models.Index(fields=["at", "person"], name="disclosure_by_time"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "recipient_id", "purpose", "category", "subject_id"),
                        name="disclosure_counted_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("category__in", [1, 2, 3])), name="disclosure_category_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["reveal", "export", "share", "api"])),
                        name="disclosure_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("purpose", ""), _negated=True), name="disclosure_names_a_purpose"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CanaryToken",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("number", models.PositiveSmallIntegerField()),
                ("token", models.BinaryField(max_length=16)),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="canaries",
                        to="vault.export",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token", "export"), name="canary_token_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="CanarySighting",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("search", "In a search"),
                            ("added", "Among clients that were added or imported"),
                        ],
                        max_length=10,
                    ),
                ),
                ("person_id", models.UUIDField(null=True)),
                ("canaries", models.PositiveIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("handled_at", models.DateTimeField(null=True)),
                (
                    "handled_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sightings",
                        to="vault.export",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("place__in", ["search", "added"])), name="sighting_place_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("handled_at__isnull", True), ("handled_by__isnull", True)),
                            models.Q(("handled_at__isnull", False), ("handled_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="sighting_handled_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ExportItem",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("client_id", models.UUIDField()),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="items", to="vault.export"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["client_id"], name="export_item_by_client")],
                "constraints": [
                    models.UniqueConstraint(fields=("export", "client_id"), name="export_item_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="OfficerReview",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("base", models.PositiveIntegerField()),
                ("approval_id", models.UUIDField(unique=True)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("until", models.DateTimeField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "until"], name="review_by_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("officer")), _negated=True),
                        name="review_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("until__gt", models.F("at"))), name="review_ends_later"
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["partner", "adviser", "authority", "client", "other"])),
                name="recipient_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("agreement__in", ["entrustment", "provision", "order"])),
                name="recipient_agreement_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_until__isnull", True),
                    ("agreed_until__gte", models.F("agreed_on")),
                    _connector="OR",
                ),
                name="recipient_agreement_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="recipient",
            constraint=models.CheckConstraint(
                condition=models.Q(("identity__isnull", False)), name="recipient_has_a_name"
            ),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(fields=["requester", "-created_at"], name="export_by_requester"),
        ),
        migrations.AddIndex(
            model_name="export",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state__in", ("refused", "failed", "ended")), _negated=True),
                    ("file_id__isnull", False),
                    _connector="OR",
                ),
                fields=["state"],
                name="export_alive",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "approved", "ready", "refused", "failed", "ended"])
                ),
                name="export_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("format__in", ["xlsx", "csv"])), name="export_format_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("colleague__isnull", True), ("outsider__isnull", True), _connector="XOR"),
                name="export_has_one_recipient",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file_id__isnull", True), ("file_key__isnull", True)),
                    models.Q(("file_id__isnull", False), ("file_key__isnull", False)),
                    _connector="OR",
                ),
                name="export_file_with_its_key",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True),
                    models.Q(
                        ("built_at__isnull", False), ("expires_at__isnull", False), ("file_id__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="export_ready_has_a_file",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("downloads__lte", 3)), name="export_downloads_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", False), ("state__in", ("refused", "failed", "ended"))),
                    models.Q(
                        models.Q(("state__in", ("refused", "failed", "ended")), _negated=True),
                        ("ended_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="export_over_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1)), name="export_of_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="export",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose", ""), _negated=True), name="export_names_a_purpose"
            ),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
