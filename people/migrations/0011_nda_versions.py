"""Undertakings by version: drafts, and who agreed to which (sql/nda_versions.sql)."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0010_policies"),
    ]

    operations = [
        migrations.CreateModel(
            name="NdaDraft",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("staff", "Staff"),
                            ("client", "Client"),
                            ("buyer", "Buyer"),
                            ("partner", "Partner firm"),
                        ],
                        max_length=10,
                    ),
                ),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=120)),
                ("preamble_zh", models.TextField()),
                ("preamble_en", models.TextField()),
                ("definition_zh", models.TextField()),
                ("definition_en", models.TextField()),
                ("duties_zh", models.TextField()),
                ("duties_en", models.TextField()),
                ("liability_zh", models.TextField()),
                ("liability_en", models.TextField()),
                ("term_zh", models.TextField()),
                ("term_en", models.TextField()),
                ("access_days", models.PositiveIntegerField()),
                ("duty_days", models.PositiveIntegerField()),
                ("effective_on", models.DateField()),
                ("resign_on", models.DateField(blank=True, null=True)),
                ("written_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.AddField(
            model_name="ndatemplate",
            name="agreed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="ndatemplate",
            name="approval",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="people.approvalrequest",
            ),
        ),
        migrations.AddField(
            model_name="ndatemplate",
            name="resign_from",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="ndatemplate",
            name="written_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="ndatemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resign_from__isnull", True),
                    ("resign_from__gte", models.F("effective_at")),
                    _connector="OR",
                ),
                name="nda_template_signed_again_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndatemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_by__isnull", True),
                    models.Q(("agreed_by", models.F("written_by")), _negated=True),
                    _connector="OR",
                ),
                name="nda_template_agreed_by_another",
            ),
        ),
        migrations.AddField(
            model_name="ndadraft",
            name="written_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.UniqueConstraint(fields=("kind",), name="nda_draft_one_a_kind"),
        ),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["staff", "client", "buyer", "partner"])),
                name="nda_draft_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("definition_zh__regex", "^.{30,}"),
                    ("definition_en__regex", "^.{30,}"),
                    ("duties_zh__regex", "^.{30,}"),
                    ("duties_en__regex", "^.{30,}"),
                    ("liability_zh__regex", "^.{30,}"),
                    ("liability_en__regex", "^.{30,}"),
                    ("term_zh__regex", "^.{30,}"),
                    ("term_en__regex", "^.{30,}"),
                ),
                name="nda_draft_four_clauses",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("access_days__gte", 1), ("duty_days__gte", models.F("access_days"))),
                name="nda_draft_duty_outlives_access",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("resign_on__isnull", True), ("resign_on__gte", models.F("effective_on")), _connector="OR"
                ),
                name="nda_draft_signed_again_later",
            ),
        ),
        migrations.RunSQL(
            (SQL / "nda_versions.sql").read_text(encoding="utf-8"),
            (SQL / "nda_versions_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
