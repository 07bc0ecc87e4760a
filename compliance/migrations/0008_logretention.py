"""How long the log is kept, and what is known of its months."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0007_watch"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LogMonth",
            fields=[
                ("month", models.DateField(primary_key=True, serialize=False)),
                ("entries", models.PositiveBigIntegerField(default=0)),
                ("looked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("kept", models.JSONField(null=True)),
                ("bundle", models.BinaryField(max_length=32, null=True)),
                ("bundle_bytes", models.PositiveBigIntegerField(null=True)),
                ("bundle_size", models.PositiveBigIntegerField(null=True)),
                ("bundled_at", models.DateTimeField(null=True)),
                ("ordered", models.UUIDField(null=True)),
                (
                    "trouble",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("drop.no_bundle", "Its bundle could not be made or does not verify"),
                            ("drop.file_gone", "Its bundle is missing or differs from its digest"),
                            ("drop.kept", "Something in it must stay after all"),
                            (
                                "drop.refused",
                                "The database refused it: entries, tree and chains do not agree",
                            ),
                        ],
                        max_length=20,
                    ),
                ),
                ("left_at", models.DateTimeField(null=True)),
                ("details", models.PositiveBigIntegerField(default=0)),
                ("shred_order", models.UUIDField(null=True)),
                ("shredded_at", models.DateTimeField(null=True)),
                (
                    "ordered_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("month__day", 1)), name="log_month_begins"),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "trouble__in",
                                ["", "drop.no_bundle", "drop.file_gone", "drop.kept", "drop.refused"],
                            )
                        ),
                        name="log_month_trouble_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("bundle__isnull", True),
                                ("bundle_bytes__isnull", True),
                                ("bundle_size__isnull", True),
                                ("bundled_at__isnull", True),
                            ),
                            models.Q(
                                ("bundle__isnull", False),
                                ("bundle_bytes__isnull", False),
                                ("bundle_size__isnull", False),
                                ("bundled_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="log_month_bundle_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ordered__isnull", True), ("ordered_by__isnull", True)),
                            models.Q(("ordered__isnull", False), ("ordered_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="log_month_ordered_by_someone",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("left_at__isnull", True), ("ordered__isnull", False), _connector="OR"
                        ),
                        name="log_month_left_by_order",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("shredded_at__isnull", True), ("shred_order__isnull", False), _connector="OR"
                        ),
                        name="log_month_shredded_by_order",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LogPolicy",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("months", models.PositiveSmallIntegerField(default=36)),
                ("subject_years", models.PositiveSmallIntegerField(default=3)),
                ("set_at", models.DateTimeField(default=django.utils.timezone.now)),
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
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="log_policy_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("months__gte", 6), ("months__lte", 600)),
                        name="log_policy_months_lawful",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("subject_years__gte", 3), ("subject_years__lte", 50)),
                        name="log_policy_years_lawful",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            models.Q(("decided_by", models.F("set_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="log_policy_by_two_people",
                    ),
                ],
            },
        ),
    ]
