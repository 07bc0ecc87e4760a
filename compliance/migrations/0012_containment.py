"""Incident cases, their clocks and their book of decisions. Triggers are in sql/containment.sql."""

import uuid
from pathlib import Path

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0011_months"),
        ("people", "0009_locks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("lock.leak", "A leak is suspected"),
                            ("lock.intrusion", "Somebody else uses the account"),
                            ("lock.device", "A device, a password or a second factor was lost"),
                            ("lock.misuse", "Data were taken or used against the rules"),
                            ("lock.dispute", "A dispute or an authority's inquiry"),
                            ("lock.drill", "A drill of locking"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "severity",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Ordinary"), (2, "Larger"), (3, "Major"), (4, "Particularly major")],
                        default=1,
                    ),
                ),
                ("critical", models.BooleanField(default=False)),
                ("gdpr", models.BooleanField(default=False)),
                ("discovered_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "Open"), ("contained", "Contained"), ("closed", "Closed")],
                        default="open",
                        max_length=10,
                    ),
                ),
                (
                    "contained",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("contained.locked", "What leaked is locked"),
                            ("contained.mended", "The cause is mended"),
                            ("contained.recovered", "What was taken is back or destroyed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("contained_at", models.DateTimeField(null=True)),
                (
                    "closed",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("closed.confirmed", "Data were taken or lost"),
                            ("closed.averted", "Harm was averted in time"),
                            ("closed.nothing", "It was no incident"),
                            ("closed.drill", "It was a drill"),
                        ],
                        max_length=20,
                    ),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "opened_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentClock",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=20)),
                ("due_at", models.DateTimeField()),
                (
                    "answer",
                    models.CharField(
                        blank=True,
                        choices=[("clock.done", "Done"), ("clock.not_needed", "Not needed")],
                        max_length=20,
                    ),
                ),
                ("note", models.TextField(blank=True, max_length=500)),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="compliance.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentEvent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Case opened"),
                            ("locked", "Locked"),
                            ("ended", "Lock ended by two"),
                            ("severity", "Severity set"),
                            ("clock", "Clock answered"),
                            ("note", "Note on evidence"),
                            ("contained", "Said to be contained"),
                            ("closed", "Case closed"),
                        ],
                        max_length=10,
                    ),
                ),
                ("code", models.CharField(blank=True, max_length=40)),
                ("note", models.TextField(blank=True, max_length=500)),
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
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="compliance.incident",
                    ),
                ),
                (
                    "lock",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.lock",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentLock",
            fields=[
                (
                    "lock",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="link",
                        serialize=False,
                        to="people.lock",
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="links",
                        to="compliance.incident",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-opened_at", "-id"], name="incident_by_time"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", [1, 2, 3, 4])), name="incident_severity_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "lock.leak",
                            "lock.intrusion",
                            "lock.device",
                            "lock.misuse",
                            "lock.dispute",
                            "lock.drill",
                        ],
                    )
                ),
                name="incident_reason_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("discovered_at__lte", models.F("opened_at"))),
                name="incident_discovered_before",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("contained", ""), ("contained_at__isnull", True), ("state", "open")),
                    models.Q(
                        ("contained__in", ["contained.locked", "contained.mended", "contained.recovered"]),
                        ("contained_at__isnull", False),
                        ("state__in", ["contained", "closed"]),
                    ),
                    _connector="OR",
                ),
                name="incident_contained_by_something",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("closed", ""), ("closed_at__isnull", True), ("state__in", ["open", "contained"])
                    ),
                    models.Q(
                        (
                            "closed__in",
                            ["closed.confirmed", "closed.averted", "closed.nothing", "closed.drill"],
                        ),
                        ("closed_at__isnull", False),
                        ("state", "closed"),
                    ),
                    _connector="OR",
                ),
                name="incident_closed_for_a_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentclock",
            index=models.Index(
                condition=models.Q(("answer", "")), fields=["due_at"], name="incident_clock_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentclock",
            constraint=models.UniqueConstraint(fields=("incident", "code"), name="incident_clock_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentclock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""),
                        ("answered_at__isnull", True),
                        ("answered_by__isnull", True),
                        ("note", ""),
                    ),
                    models.Q(
                        ("answer__in", ["clock.done", "clock.not_needed"]),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                        models.Q(("note", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="incident_clock_answered_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentevent",
            index=models.Index(fields=["incident", "-at"], name="incident_event_by_time"),
        ),
        migrations.AddConstraint(
            model_name="incidentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ["opened", "locked", "ended", "severity", "clock", "note", "contained", "closed"],
                    )
                ),
                name="incident_event_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "note"), _negated=True),
                    models.Q(("note", ""), _negated=True),
                    _connector="OR",
                ),
                name="incident_event_note_says_something",
            ),
        ),
        migrations.RunSQL(
            (_SQL / "containment.sql").read_text(encoding="utf-8"),
            (_SQL / "containment_down.sql").read_text(encoding="utf-8"),
        ),
    ]
