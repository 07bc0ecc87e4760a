"""What may be approved beforehand, when a request is brought before others, and the rules of both that span
rows (see sql/standing.sql)."""

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
        ("people", "0003_delegations"),
    ]

    operations = [
        migrations.AddField(
            model_name="approvalrequest",
            name="escalated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="StandingApproval",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("action", models.CharField(max_length=60)),
                ("limit", models.PositiveIntegerField()),
                ("uses", models.PositiveSmallIntegerField()),
                ("used", models.PositiveSmallIntegerField(default=0)),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("valid_until", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approval",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.approvalrequest",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="approvalrequest",
            name="standing",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="requests",
                to="people.standingapproval",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("escalated_at__isnull", True),
                    models.Q(
                        ("escalated_at__gt", models.F("created_at")),
                        ("escalated_at__lt", models.F("expires_at")),
                    ),
                    _connector="OR",
                ),
                name="approval_escalated_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("limit__gt", 0)), name="standing_limit_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("uses__gte", 1), ("uses__lte", 31)), name="standing_uses_bounded"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("used__lte", models.F("uses"))), name="standing_not_used_up_twice"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(("given_by", models.F("holder")), _negated=True),
                name="standing_given_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__gt", models.F("created_at")),
                    (
                        "valid_until__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("created_at"), "+", models.Value(datetime.timedelta(days=31))
                        ),
                    ),
                ),
                name="standing_at_most_a_month",
            ),
        ),
        migrations.AddConstraint(
            model_name="standingapproval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)),
                fields=("holder", "action"),
                name="standing_once_an_action",
            ),
        ),
        migrations.RunSQL(
            (SQL / "standing.sql").read_text(encoding="utf-8"),
            (SQL / "standing_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
