"""Staff sessions: an administrator's changes need one (people.staffsessions)."""

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
        ("people", "0004_standing"),
    ]

    operations = [
        migrations.CreateModel(
            name="StaffSession",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("staff.joins", "Somebody joins the house"),
                            ("staff.moves", "Somebody's work changes"),
                            ("staff.leaves", "Somebody leaves"),
                            ("staff.locked_out", "Somebody cannot sign in"),
                            ("staff.corrects", "Details of an account are wrong"),
                            ("staff.asked", "Requests for access are handled"),
                            ("staff.reviewed", "A review of access decided so"),
                            ("staff.contains", "Something happened and must be contained"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(max_length=500)),
                ("session", models.UUIDField()),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ends_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "over",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("staff.ended", "Ended by whoever opened it"),
                            ("staff.time", "Its time was over"),
                            ("staff.session", "Signed out, or in anew"),
                            ("staff.officer", "Ended by a compliance officer"),
                            ("staff.anew", "Another one was opened"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "ended_by",
                    models.ForeignKey(
                        null=True,
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
                (
                    "requested_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["-opened_at", "-id"], name="staff_session_by_time"),
                    models.Index(fields=["person", "-opened_at"], name="staff_session_by_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__gt", models.F("opened_at")),
                            (
                                "ends_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("opened_at"), "+", models.Value(datetime.timedelta(seconds=3600))
                                ),
                            ),
                        ),
                        name="staff_session_is_short",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "ground__in",
                                [
                                    "staff.joins",
                                    "staff.moves",
                                    "staff.leaves",
                                    "staff.locked_out",
                                    "staff.corrects",
                                    "staff.asked",
                                    "staff.reviewed",
                                    "staff.contains",
                                ],
                            )
                        ),
                        name="staff_session_has_ground",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="staff_session_has_note"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("requested_by", models.F("person")), _negated=True),
                        name="staff_session_for_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True), ("over", "")),
                            models.Q(
                                ("ended_at__isnull", False),
                                ("ended_by__isnull", False),
                                (
                                    "over__in",
                                    [
                                        "staff.ended",
                                        "staff.time",
                                        "staff.session",
                                        "staff.officer",
                                        "staff.anew",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="staff_session_ends_for_a_reason",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person",),
                        name="staff_session_one_a_person",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "staff_sessions.sql").read_text(encoding="utf-8"),
            (SQL / "staff_sessions_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
