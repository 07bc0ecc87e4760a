"""Reviews of access. Their triggers are in sql/access_reviews.sql."""

import datetime
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

_SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0012_containment"),
        ("people", "0002_guards"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("quarter", models.CharField(max_length=6)),
                ("opened_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("due_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
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
            name="ReviewedAccess",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("role", "Role"),
                            ("book", "Client book"),
                            ("deal", "Deal"),
                            ("guest", "Group of a data room"),
                        ],
                        max_length=5,
                    ),
                ),
                ("thing", models.UUIDField()),
                ("level", models.CharField(max_length=40)),
                ("deal", models.UUIDField(null=True)),
                ("since", models.DateTimeField()),
                ("last_used", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "To be decided"),
                            ("kept", "Kept"),
                            ("revoked", "Revoked"),
                            ("expired", "Ended: nobody kept it in time"),
                            ("held", "Could not end by itself: an officer looks"),
                            ("gone", "Ended or changed meanwhile"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
                ("reason", models.TextField(blank=True, max_length=500)),
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
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="compliance.accessreview",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="accessreview",
            constraint=models.UniqueConstraint(fields=("quarter",), name="access_review_once_a_quarter"),
        ),
        migrations.AddConstraint(
            model_name="accessreview",
            constraint=models.CheckConstraint(
                condition=models.Q(("quarter__regex", "^\\d{4}Q[1-4]$")),
                name="access_review_names_its_quarter",
            ),
        ),
        migrations.AddConstraint(
            model_name="accessreview",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due_at__gt", models.F("opened_at")),
                    (
                        "due_at__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("opened_at"), "+", models.Value(datetime.timedelta(days=31))
                        ),
                    ),
                ),
                name="access_review_due_within_a_month",
            ),
        ),
        migrations.AddIndex(
            model_name="reviewedaccess",
            index=models.Index(fields=["review", "state", "id"], name="reviewed_access_by_state"),
        ),
        migrations.AddConstraint(
            model_name="reviewedaccess",
            constraint=models.UniqueConstraint(
                fields=("review", "kind", "thing", "person"), name="reviewed_access_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewedaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["role", "book", "deal", "guest"])),
                name="reviewed_access_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewedaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "waiting")
                    ),
                    models.Q(
                        ("decided_at__isnull", False),
                        ("state__in", ["waiting", "kept", "revoked", "expired", "held", "gone"]),
                        models.Q(("state", "waiting"), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="reviewed_access_decided_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewedaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["kept", "revoked"]), _negated=True),
                    ("decided_by__isnull", False),
                    _connector="OR",
                ),
                name="reviewed_access_decided_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewedaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("decided_by__isnull", True),
                    models.Q(("decided_by", models.F("person")), _negated=True),
                    _connector="OR",
                ),
                name="reviewed_access_not_ones_own",
            ),
        ),
        migrations.AddConstraint(
            model_name="reviewedaccess",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "kept"), _negated=True),
                    ("last_used__isnull", False),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="reviewed_access_unused_kept_for_a_reason",
            ),
        ),
        migrations.RunSQL(
            (_SQL / "access_reviews.sql").read_text(encoding="utf-8"),
            (_SQL / "access_reviews_down.sql").read_text(encoding="utf-8"),
        ),
    ]
