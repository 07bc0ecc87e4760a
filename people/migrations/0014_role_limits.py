"""How far a role reaches: grades, stages, deals, days."""

from pathlib import Path

import django.contrib.postgres.fields
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0013_composed_roles"),
    ]

    operations = [
        migrations.AddField(
            model_name="role",
            name="longest_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="role",
            name="stages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="role",
            name="up_to_grade",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="rolechange",
            name="longest_days",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="rolechange",
            name="stages",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.PositiveSmallIntegerField(), null=True, size=None
            ),
        ),
        migrations.AddField(
            model_name="rolechange",
            name="up_to_grade",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="rolegrant",
            name="for_deal",
            field=models.UUIDField(null=True),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code__startswith", "house-"),
                    models.Q(
                        ("longest_days__isnull", True),
                        ("stages__isnull", True),
                        ("up_to_grade__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="role_built_in_is_unlimited",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duty", "business"),
                    models.Q(("stages__isnull", True), ("up_to_grade__isnull", True)),
                    _connector="OR",
                ),
                name="role_limits_business",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("up_to_grade__isnull", True), ("up_to_grade__range", (1, 4)), _connector="OR"
                ),
                name="role_change_grade_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("stages__isnull", True), ("stages__len__gt", 0), _connector="OR"),
                name="role_change_stages_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("longest_days__isnull", True), ("longest_days__gt", 0), _connector="OR"),
                name="role_change_lasts",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("duty", "business"),
                    models.Q(("stages__isnull", True), ("up_to_grade__isnull", True)),
                    _connector="OR",
                ),
                name="role_change_limits_business",
            ),
        ),
        migrations.RunSQL(
            (SQL / "role_limits.sql").read_text(encoding="utf-8"),
            (SQL / "role_limits_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
