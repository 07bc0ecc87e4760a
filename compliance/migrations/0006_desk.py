"""What officers keep of their work at the log: views, sign-offs, samples."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

FINAL = """
create trigger sign_off_stays before update or delete on compliance_signoff
    for each row execute function compliance_is_final();
"""
NOT_FINAL = "drop trigger sign_off_stays on compliance_signoff"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0005_copies"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SampleRule",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "drawn",
                    models.CharField(
                        choices=[
                            ("unexplained", "Reveals that nothing explains"),
                            ("reveals", "All reveals"),
                            ("financial", "Reveals of bank accounts"),
                        ],
                        max_length=12,
                        unique=True,
                        verbose_name="drawn from",
                    ),
                ),
                ("per_week", models.PositiveSmallIntegerField(verbose_name="a week")),
                ("days", models.PositiveSmallIntegerField(default=5, verbose_name="days to answer")),
                ("changed_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("drawn__in", ["unexplained", "reveals", "financial"])),
                        name="sample_rule_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("per_week__lte", 50)), name="sample_rule_bounded"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1), ("days__lte", 30)), name="sample_rule_gives_time"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SampleDraw",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("week", models.DateField()),
                ("seed", models.BinaryField(max_length=32)),
                ("population", models.PositiveIntegerField()),
                ("drawn_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "rule",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="draws",
                        to="compliance.samplerule",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SavedView",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=40, verbose_name="name of the view")),
                ("address", models.CharField(max_length=1000)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignOff",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("address", models.CharField(max_length=1000)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("entries", models.PositiveIntegerField()),
                ("explained", models.PositiveIntegerField()),
                ("unread", models.PositiveIntegerField()),
                ("digest", models.BinaryField(max_length=32)),
                ("signed_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("entry", models.UUIDField(unique=True)),
                ("client", models.UUIDField()),
                ("due_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for an answer"),
                            ("answered", "Answered"),
                            ("accepted", "Accepted"),
                            ("finding", "Taken up as a finding"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("answer", models.UUIDField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("judged_at", models.DateTimeField(null=True)),
                (
                    "judge",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "draw",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="compliance.sampledraw",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["reader", "state", "due_at"], name="sample_waiting")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__isnull", True), ("answered_at__isnull", True)),
                            models.Q(("answer__isnull", False), ("answered_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="sample_answer_has_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("answer__isnull", True), ("state", "asked")),
                            models.Q(("answer__isnull", False), ("state__in", ("answered", "accepted"))),
                            ("state", "finding"),
                            _connector="OR",
                        ),
                        name="sample_answered_before_accepted",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("judge__isnull", True),
                                ("judged_at__isnull", True),
                                ("state__in", ("asked", "answered")),
                            ),
                            models.Q(
                                ("judge__isnull", False),
                                ("judged_at__isnull", False),
                                ("state__in", ("accepted", "finding")),
                            ),
                            _connector="OR",
                        ),
                        name="sample_judged_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("judge__isnull", True),
                            models.Q(("judge", models.F("reader")), _negated=True),
                            _connector="OR",
                        ),
                        name="sample_not_judged_by_its_reader",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="sampledraw",
            constraint=models.UniqueConstraint(fields=("rule", "week"), name="sample_draw_once_a_week"),
        ),
        migrations.AddConstraint(
            model_name="sampledraw",
            constraint=models.CheckConstraint(
                condition=models.Q(("week__iso_week_day", 1)), name="sample_draw_of_a_week"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.UniqueConstraint(fields=("owner", "name"), name="log_view_name_once"),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="log_view_has_a_name"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=models.CheckConstraint(
                condition=models.Q(("address__regex", "^[a-z_]+=[a-z0-9_.*-]+(&[a-z_]+=[a-z0-9_.*-]+)*$")),
                name="log_view_holds_filters",
            ),
        ),
        migrations.AddIndex(
            model_name="signoff",
            index=models.Index(fields=["-signed_at"], name="sign_off_newest"),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("address__regex", "^[a-z_]+=[a-z0-9_.*-]+(&[a-z_]+=[a-z0-9_.*-]+)*$")),
                name="sign_off_holds_filters",
            ),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__lt", models.F("until")), ("until__lte", models.F("signed_at"))),
                name="sign_off_of_what_was",
            ),
        ),
        migrations.AddConstraint(
            model_name="signoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("explained__lte", models.F("entries")), ("unread__lte", models.F("entries"))
                ),
                name="sign_off_counts",
            ),
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
