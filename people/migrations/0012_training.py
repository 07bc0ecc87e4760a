"""Training, and the rules of it that span rows (sql/training.sql)."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0011_nda_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("due_at", models.DateTimeField()),
                ("deal_id", models.UUIDField(null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "given_by",
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
            ],
        ),
        migrations.CreateModel(
            name="Lesson",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("text", "Text"),
                            ("file", "File"),
                            ("video", "Video"),
                            ("live", "Live session"),
                        ],
                        max_length=8,
                    ),
                ),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=120)),
                ("body_zh", models.TextField(blank=True)),
                ("body_en", models.TextField(blank=True)),
                ("link", models.URLField(blank=True, max_length=500)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="LiveSession",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("held_at", models.DateTimeField()),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sessions",
                        to="people.lesson",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "trainer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Track",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("title_zh", models.CharField(max_length=120)),
                ("title_en", models.CharField(max_length=120)),
                ("about_zh", models.TextField(blank=True)),
                ("about_en", models.TextField(blank=True)),
                ("for_guests", models.BooleanField(default=False)),
                ("join_days", models.PositiveSmallIntegerField(default=14)),
                ("valid_days", models.PositiveSmallIntegerField(default=365)),
                ("draw", models.PositiveSmallIntegerField(default=10)),
                ("pass_percent", models.PositiveSmallIntegerField(default=80)),
                ("wait_hours", models.PositiveSmallIntegerField(default=24)),
                ("tries", models.PositiveSmallIntegerField(default=3)),
                ("minutes", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("published_at", models.DateTimeField(null=True)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Question",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("single", "One right answer"),
                            ("multiple", "Several right answers"),
                            ("truth", "True or false"),
                        ],
                        max_length=8,
                    ),
                ),
                ("text_zh", models.CharField(max_length=500)),
                ("text_en", models.CharField(max_length=500)),
                (
                    "options_zh",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), size=None
                    ),
                ),
                (
                    "options_en",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=300), size=None
                    ),
                ),
                (
                    "right",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveSmallIntegerField(), size=None
                    ),
                ),
                ("why_zh", models.CharField(max_length=600)),
                ("why_en", models.CharField(max_length=600)),
                ("asked", models.PositiveIntegerField(default=0)),
                ("wrong", models.PositiveIntegerField(default=0)),
                ("added_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="questions",
                        to="people.track",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("before", "Test before the lessons"), ("exam", "Exam")], max_length=6
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("questions", models.JSONField()),
                ("total", models.PositiveSmallIntegerField()),
                ("pass_percent", models.PositiveSmallIntegerField()),
                ("drawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("closes_at", models.DateTimeField(null=True)),
                ("handed_in_at", models.DateTimeField(null=True)),
                ("answers", models.JSONField(null=True)),
                ("correct", models.PositiveSmallIntegerField(null=True)),
                ("passed", models.BooleanField(null=True)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="papers",
                        to="people.enrolment",
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
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="papers", to="people.track"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lesson",
            name="track",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="lessons", to="people.track"
            ),
        ),
        migrations.AddField(
            model_name="enrolment",
            name="track",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="enrolments", to="people.track"
            ),
        ),
        migrations.CreateModel(
            name="Certificate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("serial", models.CharField(max_length=24, unique=True)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("expires_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificate",
                        to="people.paper",
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.track"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrackRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.role"
                    ),
                ),
                (
                    "track",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="audience",
                        to="people.track",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TrainingFile",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("media_type", models.CharField(max_length=40)),
                ("size", models.PositiveIntegerField()),
                ("sealed", models.BinaryField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OutsideCertificate",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("title", models.CharField(max_length=120)),
                ("issuer", models.CharField(max_length=120)),
                ("number", models.BinaryField()),
                ("number_mask", models.CharField(max_length=12)),
                ("issued_on", models.DateField()),
                ("expires_on", models.DateField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("checked_at", models.DateTimeField(null=True)),
                ("genuine", models.BooleanField(null=True)),
                (
                    "checked_by",
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
                    "evidence",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.trainingfile",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="lesson",
            name="file",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lesson",
                to="people.trainingfile",
            ),
        ),
        migrations.CreateModel(
            name="TrainingKeys",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("compartment_key_id", models.BigIntegerField()),
                ("key_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="training_keys_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="LessonDone",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("round", models.PositiveSmallIntegerField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="done",
                        to="people.enrolment",
                    ),
                ),
                (
                    "lesson",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.lesson"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("enrolment", "lesson", "round"), name="lesson_done_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Attendance",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("said_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "confirmed_by",
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
                    "session",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attendances",
                        to="people.livesession",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("session", "person"), name="attendance_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("confirmed_by__isnull", True),
                            models.Q(("confirmed_by", models.F("person")), _negated=True),
                            _connector="OR",
                        ),
                        name="attendance_confirmed_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("confirmed_at__isnull", True), ("confirmed_by__isnull", True)),
                            models.Q(("confirmed_at__isnull", False), ("confirmed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="attendance_confirmed_by_somebody",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Talk",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="talks",
                        to="people.enrolment",
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
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("by", models.F("person")), _negated=True),
                        name="talk_with_another",
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title_zh", ""), _negated=True), models.Q(("title_en", ""), _negated=True)
                ),
                name="track_has_titles",
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("join_days__gte", 1), ("join_days__lte", 365)), name="track_join_days"
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid_days__gte", 30), ("valid_days__lte", 1095)),
                name="track_valid_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("draw__gte", 1), ("draw__lte", 100)), name="track_draw"
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("pass_percent__gte", 50), ("pass_percent__lte", 100)),
                name="track_pass_percent",
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("wait_hours__lte", 720)), name="track_wait_hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(("tries__gte", 1), ("tries__lte", 20)), name="track_tries"
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("minutes__isnull", True),
                    models.Q(("minutes__gte", 1), ("minutes__lte", 240)),
                    _connector="OR",
                ),
                name="track_minutes",
            ),
        ),
        migrations.AddConstraint(
            model_name="track",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("retired_at__isnull", True), ("published_at__isnull", False), _connector="OR"
                ),
                name="track_retired_after",
            ),
        ),
        migrations.AddIndex(
            model_name="question",
            index=models.Index(fields=["track"], name="question_of_track"),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["single", "multiple", "truth"])), name="question_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text_zh", ""), _negated=True),
                    models.Q(("text_en", ""), _negated=True),
                    models.Q(("why_zh", ""), _negated=True),
                    models.Q(("why_en", ""), _negated=True),
                ),
                name="question_is_worded",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("options_zh__len__gte", 2),
                    ("options_zh__len__lte", 8),
                    ("options_en__len", models.F("options_zh__len")),
                ),
                name="question_has_options",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "multiple"), ("right__len__gte", 2)),
                    models.Q(models.Q(("kind", "multiple"), _negated=True), ("right__len", 1)),
                    _connector="OR",
                ),
                name="question_right_fits_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(("wrong__lte", models.F("asked"))), name="question_wrong_of_asked"
            ),
        ),
        migrations.AddIndex(
            model_name="paper",
            index=models.Index(fields=["track", "kind", "handed_in_at"], name="paper_of_track"),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["before", "exam"])), name="paper_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(("total__gte", 1)), name="paper_asks_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("handed_in_at__isnull", True)),
                fields=("enrolment", "kind"),
                name="paper_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "before")),
                fields=("enrolment", "round"),
                name="paper_before_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "exam"), ("passed", True)),
                fields=("enrolment", "round"),
                name="paper_passed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("correct__isnull", True), ("handed_in_at__isnull", True), ("passed__isnull", True)
                    ),
                    models.Q(
                        ("correct__isnull", False), ("handed_in_at__isnull", False), ("passed__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="paper_graded_when_handed_in",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("correct__isnull", True), ("correct__lte", models.F("total")), _connector="OR"
                ),
                name="paper_correct_of_total",
            ),
        ),
        migrations.AddConstraint(
            model_name="paper",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("passed__isnull", True),
                    models.Q(
                        ("passed", True),
                        django.db.models.lookups.GreaterThanOrEqual(
                            django.db.models.expressions.CombinedExpression(
                                models.F("correct"), "*", models.Value(100)
                            ),
                            django.db.models.expressions.CombinedExpression(
                                models.F("total"), "*", models.F("pass_percent")
                            ),
                        ),
                    ),
                    models.Q(
                        ("passed", False),
                        django.db.models.lookups.LessThan(
                            django.db.models.expressions.CombinedExpression(
                                models.F("correct"), "*", models.Value(100)
                            ),
                            django.db.models.expressions.CombinedExpression(
                                models.F("total"), "*", models.F("pass_percent")
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="paper_passed_as_counted",
            ),
        ),
        migrations.AddIndex(
            model_name="enrolment",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["due_at", "person"],
                name="enrolment_late",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("person", "track", "deal_id"),
                name="enrolment_once",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("round__gte", 1)), name="enrolment_round_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("given_by__isnull", True),
                    models.Q(("given_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="enrolment_given_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(("deal_id__isnull", True), ("given_by__isnull", False), _connector="OR"),
                name="enrolment_for_deal_given",
            ),
        ),
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(fields=["person", "track", "-expires_at"], name="certificate_of_person"),
        ),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                name="certificate_expires_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="trackrole",
            constraint=models.UniqueConstraint(fields=("track", "role"), name="track_role_once"),
        ),
        migrations.AddConstraint(
            model_name="trainingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("media_type__in", ["application/pdf", "image/png", "image/jpeg"])),
                name="training_file_type_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="trainingfile",
            constraint=models.CheckConstraint(
                condition=models.Q(("size__gte", 1)), name="training_file_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidecertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title", ""), _negated=True), models.Q(("issuer", ""), _negated=True)
                ),
                name="outside_certificate_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidecertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expires_on__isnull", True), ("expires_on__gt", models.F("issued_on")), _connector="OR"
                ),
                name="outside_certificate_expires_later",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidecertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("checked_by__isnull", True),
                    models.Q(("checked_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="outside_certificate_checked_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="outsidecertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("checked_at__isnull", True), ("checked_by__isnull", True), ("genuine__isnull", True)
                    ),
                    models.Q(
                        ("checked_at__isnull", False),
                        ("checked_by__isnull", False),
                        ("genuine__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outside_certificate_checked_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="lesson",
            index=models.Index(fields=["track", "position"], name="lesson_in_order"),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["text", "file", "video", "live"])), name="lesson_kind_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title_zh", ""), _negated=True), models.Q(("title_en", ""), _negated=True)
                ),
                name="lesson_has_titles",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("file__isnull", False), ("kind", "file")),
                    models.Q(models.Q(("kind", "file"), _negated=True), ("file__isnull", True)),
                    _connector="OR",
                ),
                name="lesson_file_where_it_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "video"), ("link__startswith", "https://")),
                    models.Q(models.Q(("kind", "video"), _negated=True), ("link", "")),
                    _connector="OR",
                ),
                name="lesson_link_where_it_is_a_video",
            ),
        ),
        migrations.AddConstraint(
            model_name="lesson",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "text"), _negated=True),
                    models.Q(
                        models.Q(("body_zh", ""), _negated=True), models.Q(("body_en", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="lesson_text_in_both_languages",
            ),
        ),
        migrations.RunSQL(
            (SQL / "training.sql").read_text(encoding="utf-8"),
            (SQL / "training_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
