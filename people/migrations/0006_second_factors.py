"""The key of second factors, resets of them, and the one-time link of a reset."""

import datetime
import uuid
from pathlib import Path

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0005_staff_sessions")]

    operations = [
        migrations.RemoveConstraint(model_name="onetimelink", name="link_purpose_known"),
        migrations.AlterField(
            model_name="onetimelink",
            name="purpose",
            field=models.CharField(
                choices=[
                    ("first_admin", "First administrator"),
                    ("first_officer", "First compliance officer"),
                    ("set_password", "Choose a password"),
                    ("invitation", "Invitation to a room"),
                    ("factor_reset", "Set up a second factor again"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimelink",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        ["first_admin", "first_officer", "set_password", "invitation", "factor_reset"],
                    )
                ),
                name="link_purpose_known",
            ),
        ),
        # Backwards: the release before knows no such link.
        migrations.RunSQL(
            migrations.RunSQL.noop, "delete from people_onetimelink where purpose = 'factor_reset'"
        ),
        migrations.CreateModel(
            name="FactorKeys",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("compartment_key_id", models.BigIntegerField()),
                ("key_id", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="factor_keys_is_one")
                ],
            },
        ),
        migrations.CreateModel(
            name="FactorReset",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("paused_until", models.DateTimeField()),
                (
                    "link",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="factor_reset",
                        to="people.onetimelink",
                    ),
                ),
                (
                    "ordered_by",
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
                        related_name="factor_resets",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["person", "-at"], name="reset_of_person")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("ordered_by")), _negated=True),
                        name="reset_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "paused_until__gte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("at"), "+", models.Value(datetime.timedelta(days=1))
                                ),
                            )
                        ),
                        name="reset_pauses_for_a_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FactorResetReview",
            fields=[
                (
                    "reset",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="review",
                        serialize=False,
                        to="people.factorreset",
                    ),
                ),
                ("at", models.DateTimeField()),
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
        migrations.RunSQL(
            (SQL / "factors.sql").read_text(encoding="utf-8"),
            (SQL / "factors_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
