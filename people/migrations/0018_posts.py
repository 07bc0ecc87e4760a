"""Posts of the house, and the rules of them that span rows (sql/posts.sql)."""

import datetime
import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0017_counsel"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("dpo", "Data protection officer"),
                            ("confidentiality", "Confidentiality officer"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "place",
                    models.CharField(choices=[("holder", "Holder"), ("deputy", "Deputy")], max_length=10),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Waiting for a second person"),
                            ("agreed", "Waiting to be accepted"),
                            ("held", "Accepted"),
                            ("refused", "Refused"),
                            ("declined", "Declined"),
                            ("ended", "Ended"),
                        ],
                        default="proposed",
                        max_length=10,
                    ),
                ),
                ("proposed_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("typed_name", models.CharField(default="", max_length=80)),
                ("shown_name", models.CharField(default="", max_length=60)),
                ("contact", models.CharField(default="", max_length=120)),
                ("over_at", models.DateTimeField(null=True)),
                (
                    "agreed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "approval",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.approvalrequest",
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
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="absences",
                        to="people.appointment",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Vacancy",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "post",
                    models.CharField(
                        choices=[
                            ("dpo", "Data protection officer"),
                            ("confidentiality", "Confidentiality officer"),
                        ],
                        max_length=20,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("overdue_told_at", models.DateTimeField(null=True)),
                ("filled_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("post__in", ["dpo", "confidentiality"])),
                        name="vacancy_post_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__gt", models.F("since"))), name="vacancy_due_later"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("filled_at__isnull", True),
                            ("filled_at__gte", models.F("since")),
                            _connector="OR",
                        ),
                        name="vacancy_filled_later",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("filled_at__isnull", True)),
                        fields=("post",),
                        name="vacancy_one_open",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["proposed_at", "id"], name="appointment_by_time"),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("post__in", ["dpo", "confidentiality"])), name="appointment_post_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("place__in", ["holder", "deputy"])), name="appointment_place_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at__isnull", True), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                ),
                name="appointment_ends_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(("proposed_by", models.F("person")), _negated=True),
                name="appointment_not_by_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("agreed_by__isnull", True),
                    models.Q(
                        models.Q(("agreed_by", models.F("person")), _negated=True),
                        models.Q(("agreed_by", models.F("proposed_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appointment_agreed_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("over_at__isnull", True), ("state__in", ("proposed", "agreed", "held"))),
                    models.Q(("over_at__isnull", False), ("state__in", ("refused", "declined", "ended"))),
                    _connector="OR",
                ),
                name="appointment_over_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["agreed", "held"]), _negated=True),
                    models.Q(("agreed_by__isnull", False), ("approval__isnull", False)),
                    _connector="OR",
                ),
                name="appointment_agreed_as_a_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    models.Q(
                        ("accepted_at__isnull", False),
                        models.Q(("typed_name", ""), _negated=True),
                        models.Q(("shown_name", ""), _negated=True),
                        models.Q(("contact", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appointment_accepted_in_writing",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "held")), fields=("post", "place"), name="appointment_one_holds"
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["proposed", "agreed"])),
                fields=("post", "place"),
                name="appointment_one_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("proposed", "agreed", "held"))),
                fields=("post", "person"),
                name="appointment_one_place_each",
            ),
        ),
        migrations.AddConstraint(
            model_name="absence",
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
                name="absence_at_most_a_month",
            ),
        ),
        migrations.RunSQL(
            (SQL / "posts.sql").read_text(encoding="utf-8"),
            (SQL / "posts_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
