"""Lists are checked by the worker and read by a plan; a whole import can be undone within a day.

Undoing needs a door of its own beside the destruction that two people approve. `keyring.destroy` asks
`keyring.is_ordered`; from now on that also takes an entry `import.undo` for an order, and no more than this:

* it is committed and names every owner, as any order;
* each owner was made by the very import that the order names (an entry `client.import` of the log, which no login
  can change), in the 24 hours before the order;
* no other entry of the log names the owner since, but masked lists and views, and compared search results. What
  a person opened, changed, exported or shared is somebody's work or evidence and stays. An action that a later
  version adds keeps its client too: the list names what is harmless, not what is harm;
* the book is not locked: what is frozen is kept.

So it is no way around the quorum. It takes back what was brought in a moment ago and seen by nobody, which
the person still has as a list; the entries of both acts stay, and so do the tombstones of the keys.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

UNDO_ORDER = """
set local role sealroom_keyring;
create function keyring.is_undo_order(entry uuid, owners uuid[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  with the_order as materialized (
    select l.object_id as job, l.at from log.entry l
    where l.id = is_undo_order.entry and l.action = 'import.undo' and l.result = 'done'
      and l.xact is distinct from pg_current_xact_id_if_assigned()
      and not exists (select unnest(is_undo_order.owners) except select unnest(l.subjects)))
  select exists (select from the_order)
    and not exists (
      select unnest(is_undo_order.owners)
      except
      select unnest(l.subjects) from log.entry l, the_order o
      where l.object_id = o.job and l.action = 'client.import' and l.result = 'done'
        and l.at > o.at - interval '1 day' and l.at <= o.at)
    and not exists (
      select from log.entry l, the_order o
      where l.subjects && is_undo_order.owners and l.result = 'done' and l.at > o.at - interval '1 day'
        and l.action not in ('client.import', 'client.list', 'client.view', 'search.compare', 'import.undo'))
    and not exists (
      select from keyring.key k join keyring.locked x on x.compartment = k.compartment
      where k.owner = any (is_undo_order.owners))
$$;

create or replace function keyring.is_ordered(entry uuid, wanted_action text, owners uuid[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from log.entry l
    where l.id = is_ordered.entry and l.action = wanted_action and l.result = 'done'
      and l.xact is distinct from pg_current_xact_id_if_assigned()
      and not exists (select unnest(owners) except select unnest(l.subjects)))
    or (wanted_action = 'destruction.order' and keyring.is_undo_order(entry, owners))
$$;
revoke all on function keyring.is_undo_order from public;
reset role;
"""

ONLY_DESTRUCTION_ORDERS = """
set local role sealroom_keyring;
create or replace function keyring.is_ordered(entry uuid, wanted_action text, owners uuid[]) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
  select exists (
    select from log.entry l
    where l.id = is_ordered.entry and l.action = wanted_action and l.result = 'done'
      and l.xact is distinct from pg_current_xact_id_if_assigned()
      and not exists (select unnest(owners) except select unnest(l.subjects)))
$$;
drop function keyring.is_undo_order;
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0011_relations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL(UNDO_ORDER, ONLY_DESTRUCTION_ORDERS),
        migrations.CreateModel(
            name="ImportUndo",
            fields=[
                (
                    "job",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="undo",
                        serialize=False,
                        to="vault.importjob",
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("wrong_list", "The wrong list was imported"),
                            ("wrong_book", "It went into the wrong book"),
                            ("wrong_columns", "Columns became the wrong fields"),
                            ("not_allowed", "We may not hold these data"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ordered_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("removed", models.PositiveIntegerField(default=0)),
                ("kept", models.PositiveIntegerField(default=0)),
                ("keys", models.PositiveIntegerField(default=0)),
                ("index_rows", models.PositiveIntegerField(default=0)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="RememberedHeading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("token", models.BinaryField(max_length=16)),
                ("target", models.CharField(max_length=20)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="importjob",
            name="import_state_known",
        ),
        migrations.RemoveConstraint(
            model_name="importjob",
            name="import_ended_has_time",
        ),
        migrations.AddField(
            model_name="importjob",
            name="flaw",
            field=models.JSONField(null=True),
        ),
        migrations.AddField(
            model_name="importjob",
            name="plan",
            field=models.JSONField(null=True),
        ),
        migrations.AlterField(
            model_name="importjob",
            name="state",
            field=models.CharField(
                choices=[
                    ("checking", "Being checked"),
                    ("uploaded", "Waiting to be started"),
                    ("running", "Running"),
                    ("done", "Done"),
                    ("failed", "Failed"),
                    ("cancelled", "Cancelled"),
                    ("undoing", "Being undone"),
                    ("undone", "Undone"),
                ],
                default="uploaded",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="importjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "checking",
                            "uploaded",
                            "running",
                            "done",
                            "failed",
                            "cancelled",
                            "undoing",
                            "undone",
                        ],
                    )
                ),
                name="import_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importjob",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("ended_at__isnull", False),
                        ("state__in", ("done", "failed", "cancelled", "undoing", "undone")),
                    ),
                    models.Q(
                        models.Q(
                            ("state__in", ("done", "failed", "cancelled", "undoing", "undone")), _negated=True
                        ),
                        ("ended_at__isnull", True),
                        ("file_id__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="import_ended_has_time",
            ),
        ),
        migrations.AddField(
            model_name="importundo",
            name="ordered_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="rememberedheading",
            name="book",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="vault.clientbook"
            ),
        ),
        migrations.AddConstraint(
            model_name="importundo",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["wrong_list", "wrong_book", "wrong_columns", "not_allowed"])
                ),
                name="import_undo_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="importundo",
            constraint=models.CheckConstraint(
                condition=models.Q(("keys__gte", models.F("removed"))), name="import_undo_keys_of_removed"
            ),
        ),
        migrations.AddConstraint(
            model_name="rememberedheading",
            constraint=models.UniqueConstraint(fields=("book", "token"), name="import_heading_once"),
        ),
        migrations.AddConstraint(
            model_name="rememberedheading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "target__in",
                        (
                            "name",
                            "kind",
                            "id_number",
                            "document",
                            "credit_code",
                            "phone",
                            "email",
                            "address",
                            "bank_account",
                            "birth_date",
                            "source",
                            "purpose",
                            "notes",
                            "extra",
                            "ignore",
                        ),
                    )
                ),
                name="import_heading_target_known",
            ),
        ),
    ]
