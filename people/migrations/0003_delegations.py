"""Deciding in somebody else's place, and the rules of it that span rows (see sql/delegations.sql)."""

import datetime
import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0002_guards"),
    ]

    operations = [
        migrations.CreateModel(
            name="Delegation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "actions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("needs_officer", models.BooleanField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for an officer"),
                            ("active", "In force"),
                            ("refused", "Refused"),
                            ("ended", "Ended"),
                        ],
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="approvaldecision",
            name="decided_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="approvaldecision",
            constraint=models.UniqueConstraint(
                models.F("request"),
                django.db.models.functions.comparison.Coalesce("decided_for", "decider"),
                name="decision_once_a_voice",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvaldecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_for__isnull", True),
                    models.Q(("decided_for", models.F("decider")), _negated=True),
                    _connector="OR",
                ),
                name="decision_for_another",
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="delegate",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="delegation",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(fields=["delegate", "state"], name="delegation_by_delegate"),
        ),
        migrations.AddIndex(
            model_name="delegation",
            index=models.Index(fields=["giver", "state"], name="delegation_by_giver"),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("delegate", models.F("giver")), _negated=True),
                name="delegation_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("actions__len__gt", 0)), name="delegation_of_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__gt", models.F("starts_at")),
                    (
                        "ends_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("starts_at"), "+", models.Value(datetime.timedelta(days=31))
                        ),
                    ),
                ),
                name="delegation_at_most_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["pending", "active", "refused", "ended"])),
                name="delegation_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("state__in", ("pending", "active"))),
                    models.Q(
                        models.Q(("state__in", ("pending", "active")), _negated=True),
                        ("ended_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="delegation_ended_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    ("needs_officer", True),
                    ("state", "active"),
                    _negated=True,
                ),
                name="delegation_grave_is_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="delegation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(
                        models.Q(("confirmed_by", models.F("giver")), _negated=True),
                        models.Q(("confirmed_by", models.F("delegate")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="delegation_confirmed_by_another",
            ),
        ),
        migrations.RunSQL(
            (SQL / "delegations.sql").read_text(encoding="utf-8"),
            (SQL / "delegations_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
