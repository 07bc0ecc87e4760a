"""Roles that the house composes, and the duty of audit."""

from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import audit.ids

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0012_training"),
    ]

    operations = [
        migrations.CreateModel(
            name="RoleChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=audit.ids.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                (
                    "duty",
                    models.CharField(
                        choices=[
                            ("admin", "Administration"),
                            ("business", "Business"),
                            ("oversight", "Oversight"),
                            ("audit", "Audit"),
                        ],
                        max_length=10,
                    ),
                ),
                ("name_zh", models.CharField(max_length=30)),
                ("name_en", models.CharField(max_length=60)),
                ("note", models.TextField(max_length=500)),
                (
                    "permissions",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=60), size=None
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("pending", "Waiting for an officer"),
                            ("in_force", "In force"),
                            ("refused", "Refused"),
                        ],
                        default="pending",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("decided_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="role",
            name="role_duty_known",
        ),
        migrations.AddField(
            model_name="role",
            name="name_en",
            field=models.CharField(db_default="", default="", max_length=60),
        ),
        migrations.AddField(
            model_name="role",
            name="name_zh",
            field=models.CharField(db_default="", default="", max_length=30),
        ),
        migrations.AddField(
            model_name="role",
            name="note",
            field=models.TextField(db_default="", default="", max_length=500),
        ),
        migrations.AddField(
            model_name="role",
            name="retired_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="role",
            name="duty",
            field=models.CharField(
                choices=[
                    ("admin", "Administration"),
                    ("business", "Business"),
                    ("oversight", "Oversight"),
                    ("audit", "Audit"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("duty__in", ["admin", "business", "oversight", "audit"])),
                name="role_duty_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^([a-z_]+|house-[0-9a-f]{32})$")), name="role_code_shape"
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("code__startswith", "house-"), _negated=True),
                    models.Q(
                        models.Q(("name_zh", ""), _negated=True),
                        models.Q(("name_en", ""), _negated=True),
                        models.Q(("opens_data", True), ("duty", "admin"), _connector="OR"),
                    ),
                    _connector="OR",
                ),
                name="role_composed_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("code__startswith", "house-"),
                    models.Q(("name_en", ""), ("name_zh", ""), ("retired_at__isnull", True)),
                    _connector="OR",
                ),
                name="role_built_in_is_fixed",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Upper("name_zh"),
                condition=models.Q(models.Q(("name_zh", ""), _negated=True), ("retired_at__isnull", True)),
                name="role_name_zh_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="role",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Upper("name_en"),
                condition=models.Q(models.Q(("name_en", ""), _negated=True), ("retired_at__isnull", True)),
                name="role_name_en_once",
            ),
        ),
        migrations.AddField(
            model_name="rolechange",
            name="confirmed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="rolechange",
            name="proposed_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["pending", "in_force", "refused"])),
                name="role_change_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("duty__in", ["admin", "business", "oversight", "audit"])),
                name="role_change_duty_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^house-[0-9a-f]{32}$")), name="role_change_of_composed"
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name_zh", ""), _negated=True),
                    models.Q(("name_en", ""), _negated=True),
                    ("permissions__len__gt", 0),
                ),
                name="role_change_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("confirmed_by__isnull", True),
                    models.Q(("confirmed_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="role_change_by_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_force"), _negated=True),
                    ("confirmed_by__isnull", False),
                    _connector="OR",
                ),
                name="role_change_is_confirmed",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "pending")),
                    models.Q(models.Q(("state", "pending"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="role_change_decided_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolechange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "pending")), fields=("code",), name="role_change_one_at_once"
            ),
        ),
        migrations.RunSQL(
            (SQL / "composed_roles.sql").read_text(encoding="utf-8"),
            (SQL / "composed_roles_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
