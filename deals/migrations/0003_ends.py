"""Versions that hold somebody who was destroyed get a day by which they go (deals.files.ends)."""

from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0002_rules"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VersionEnd",
            fields=[
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="end",
                        serialize=False,
                        to="deals.fileversion",
                    ),
                ),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "ended_as",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("replaced", "Replaced, and destroyed then"),
                            ("asked", "Destroyed by whoever runs the room"),
                            ("overdue", "Destroyed when its time was over"),
                        ],
                        max_length=8,
                    ),
                ),
                ("entry", models.UUIDField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["due_at"],
                        name="version_end_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("found_at"))),
                        name="version_end_gives_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_as", ""), ("ended_at__isnull", True), ("entry__isnull", True)),
                            models.Q(
                                ("ended_as__in", ["replaced", "asked", "overdue"]),
                                ("ended_at__isnull", False),
                                ("entry__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="version_end_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_as", "asked"), _negated=True),
                            ("asked_by__isnull", False),
                            _connector="OR",
                        ),
                        name="version_end_asked_by_somebody",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "ends.sql").read_text(encoding="utf-8"),
            (SQL / "ends_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
