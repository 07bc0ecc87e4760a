"""Previews of a data room, as one of its outside people would get it (deals.previews)."""

import datetime
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0004_redaction"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RoomPreview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("session", models.UUIDField()),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "over",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("preview.ended", "Ended by whoever looked"),
                            ("preview.time", "The time of the preview was over"),
                            ("preview.session", "Signed out, or in anew"),
                            ("preview.viewer", "Whoever looked does not lead the deal any more"),
                            ("preview.person", "The person shown is not in the data room any more"),
                            ("preview.closed", "The deal is closed"),
                            ("preview.frozen", "The data room is frozen"),
                        ],
                        max_length=20,
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
                (
                    "room",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="deals.room"
                    ),
                ),
                (
                    "viewer",
                    models.ForeignKey(
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
                        fields=["ends_at"],
                        name="room_preview_open",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("begun_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("begun_at"), "+", models.Value(datetime.timedelta(seconds=900))
                                ),
                            ),
                        ),
                        name="room_preview_is_short",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("over", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                (
                                    "over__in",
                                    [
                                        "preview.ended",
                                        "preview.time",
                                        "preview.session",
                                        "preview.viewer",
                                        "preview.person",
                                        "preview.closed",
                                        "preview.frozen",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="room_preview_ends_for_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("session",),
                        name="room_preview_one_a_session",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "previews.sql").read_text(encoding="utf-8"),
            (SQL / "previews_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
