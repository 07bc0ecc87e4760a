"""The watch over the log, and how far its streams are."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

FINAL = """
create trigger rule_version_stays before update or delete on compliance_ruleversion
    for each row execute function compliance_is_final();
"""
NOT_FINAL = "drop trigger rule_version_stays on compliance_ruleversion"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0006_desk"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("rule", models.CharField(max_length=30)),
                ("person_id", models.UUIDField()),
                ("until", models.DateField()),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("mute.project", "A task that needs many clients for a while"),
                            ("mute.travel", "Travelling"),
                            ("mute.cover", "Covering for somebody"),
                            ("mute.known", "Known and looked into elsewhere"),
                        ],
                        max_length=30,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
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
            name="Finding",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("rule", models.CharField(max_length=30)),
                ("version", models.PositiveIntegerField()),
                ("about", models.CharField(max_length=60)),
                ("person_id", models.UUIDField(null=True)),
                ("day", models.DateField()),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("measure", models.PositiveIntegerField()),
                ("limit", models.PositiveIntegerField()),
                (
                    "entries",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=500),
                ),
                ("entry_count", models.PositiveIntegerField()),
                ("last_at", models.DateTimeField()),
                ("found_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("review", "Under review"),
                            ("confirmed", "Confirmed"),
                            ("false_alarm", "False alarm"),
                            ("muted", "Muted"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("finding.misuse", "Data used for something else than work"),
                            ("finding.careless", "Against the rules, by carelessness"),
                            ("finding.stolen", "Somebody else used the account"),
                            ("finding.incident", "Taken up as a security incident"),
                            ("finding.work", "Work that was ordered"),
                            ("finding.handover", "Clients or deals handed over"),
                            ("finding.travel", "Travel, a new device or another line"),
                            ("finding.technical", "A fault of the machine or the program"),
                            ("finding.strict", "The rule is too strict"),
                        ],
                        max_length=30,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "taken_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "mute",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="findings",
                        to="compliance.mute",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PersonDay",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("person_id", models.UUIDField()),
                ("day", models.DateField()),
                ("opened", models.PositiveIntegerField(default=0)),
                ("listed", models.PositiveIntegerField(default=0)),
                ("views", models.PositiveIntegerField(default=0)),
                ("reveals", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                (
                    "hours",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(), size=24
                    ),
                ),
                (
                    "networks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=50), default=list, size=None
                    ),
                ),
                (
                    "browsers",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=80), default=list, size=None
                    ),
                ),
                (
                    "countries",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=2), default=list, size=None
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["day"], name="person_day_by_day")],
                "constraints": [
                    models.UniqueConstraint(fields=("person_id", "day"), name="person_day_once"),
                    models.CheckConstraint(
                        condition=models.Q(("hours__len", 24)), name="person_day_has_hours"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RuleVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("rule", models.CharField(max_length=30)),
                ("number", models.PositiveIntegerField()),
                ("active", models.BooleanField()),
                ("params", models.JSONField()),
                (
                    "why",
                    models.CharField(
                        choices=[
                            ("watch.noise", "Too many false alarms"),
                            ("watch.missed", "Something was missed"),
                            ("watch.work", "Work has changed"),
                            ("watch.incident", "After an incident or an audit"),
                            ("watch.tried", "Tried on the past"),
                        ],
                        max_length=30,
                    ),
                ),
                ("made_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
            ],
        ),
        migrations.CreateModel(
            name="StreamPlace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("webhook", "Webhook"), ("syslog", "Syslog over TLS")], max_length=10
                    ),
                ),
                ("address", models.CharField(max_length=64)),
                ("next_index", models.BigIntegerField(default=0)),
                ("begun_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("stream.unreachable", "Not reachable"),
                            ("stream.tls", "Its certificate is not trusted, or TLS failed"),
                            ("stream.refused", "It refused what it was sent"),
                            ("stream.redirect", "It answered with a redirect, which is not followed"),
                            ("stream.setting", "The address or the secret in the settings cannot be used"),
                        ],
                        max_length=20,
                    ),
                ),
                ("failing_since", models.DateTimeField(null=True)),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("next_try_at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "address"), name="stream_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(("next_index__gte", 0)), name="stream_place_not_negative"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("attempts", 0), ("failing_since__isnull", True), ("trouble", "")),
                            models.Q(
                                ("attempts__gte", 1),
                                ("failing_since__isnull", False),
                                (
                                    "trouble__in",
                                    [
                                        "stream.unreachable",
                                        "stream.tls",
                                        "stream.refused",
                                        "stream.redirect",
                                        "stream.setting",
                                    ],
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="stream_trouble_since_when",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trial",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("rule", models.CharField(max_length=30)),
                ("params", models.JSONField()),
                ("first", models.DateField()),
                ("days", models.PositiveSmallIntegerField()),
                ("done", models.PositiveSmallIntegerField(default=0)),
                ("hits", models.JSONField(default=list)),
                ("asked_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WatchPlace",
            fields=[
                ("id", models.BooleanField(default=True, primary_key=True, serialize=False)),
                ("next_index", models.BigIntegerField(default=0)),
                ("begun_on", models.DateField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", True)), name="watch_place_one_row"),
                    models.CheckConstraint(
                        condition=models.Q(("next_index__gte", 0)), name="watch_place_not_negative"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Leaving",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("noted_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
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
                    "noted_by",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("person",),
                        name="leaving_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                            models.Q(
                                ("ended_at__isnull", False),
                                models.Q(("ended_by", models.F("person")), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="leaving_not_ended_by_oneself",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("reason__in", ["mute.project", "mute.travel", "mute.cover", "mute.known"])
                ),
                name="mute_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.CheckConstraint(
                condition=models.Q(("made_by_id", models.F("person_id")), _negated=True),
                name="mute_not_of_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("ended_by__isnull", True)),
                    models.Q(("ended_at__isnull", False), ("ended_by__isnull", False)),
                    _connector="OR",
                ),
                name="mute_ended_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("rule", "person_id"), name="mute_once"
            ),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["-found_at", "-id"], name="finding_by_time"),
        ),
        migrations.AddIndex(
            model_name="finding",
            index=models.Index(fields=["rule", "decided_at"], name="finding_by_rule"),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=("rule", "about", "day", "number"), name="finding_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "review", "confirmed", "false_alarm", "muted"])),
                name="finding_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        (
                            "reason__in",
                            ["finding.misuse", "finding.careless", "finding.stolen", "finding.incident"],
                        ),
                        ("state", "confirmed"),
                    ),
                    models.Q(
                        (
                            "reason__in",
                            [
                                "finding.work",
                                "finding.handover",
                                "finding.travel",
                                "finding.technical",
                                "finding.strict",
                            ],
                        ),
                        ("state", "false_alarm"),
                    ),
                    models.Q(
                        models.Q(("state__in", ("confirmed", "false_alarm")), _negated=True), ("reason", "")
                    ),
                    _connector="OR",
                ),
                name="finding_reason_of_its_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                        ("state__in", ("confirmed", "false_alarm")),
                    ),
                    models.Q(
                        models.Q(("state__in", ("confirmed", "false_alarm")), _negated=True),
                        ("decided_at__isnull", True),
                        ("decided_by__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="finding_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person_id__isnull", True),
                    models.Q(
                        models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by_id", models.F("person_id")), _negated=True),
                            _connector="OR",
                        ),
                        models.Q(
                            ("taken_by__isnull", True),
                            models.Q(("taken_by_id", models.F("person_id")), _negated=True),
                            _connector="OR",
                        ),
                    ),
                    _connector="OR",
                ),
                name="finding_not_by_oneself",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "muted"), _negated=True), ("mute__isnull", False), _connector="OR"
                ),
                name="finding_muted_by_a_mute",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "review"), _negated=True), ("taken_by__isnull", False), _connector="OR"
                ),
                name="finding_taken_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.UniqueConstraint(fields=("rule", "number"), name="rule_version_once"),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="rule_version_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "why__in",
                        ["watch.noise", "watch.missed", "watch.work", "watch.incident", "watch.tried"],
                    )
                ),
                name="rule_version_why_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ruleversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("made_by")), _negated=True),
                    _connector="OR",
                ),
                name="rule_version_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(("days__gte", 1), ("days__lte", 365)), name="trial_days_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="trial",
            constraint=models.CheckConstraint(
                condition=models.Q(("done__lte", models.F("days"))), name="trial_done_bounded"
            ),
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
