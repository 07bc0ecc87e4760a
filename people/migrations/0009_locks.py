"""Locks, and the rules of them that span rows (sql/locks.sql)."""

import uuid
from pathlib import Path

import django.contrib.postgres.fields
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0008_guests"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="session_mark",
            field=models.PositiveIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name="Lock",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("person", "Person"),
                            ("room", "Data room"),
                            ("deal", "Deal"),
                            ("book", "Client book"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("deal_id", models.UUIDField(null=True)),
                (
                    "compartments",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
                ),
                (
                    "already",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(), default=list, size=None
                    ),
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
                ("note", models.TextField(max_length=500)),
                ("discovered_at", models.DateTimeField()),
                ("locked_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "approval",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.approvalrequest",
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="locks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["deal_id"],
                        name="lock_by_deal",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["person", "room", "deal", "book"])),
                        name="lock_kind_known",
                    ),
                    models.CheckConstraint(
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
                        name="lock_reason_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("note", ""), _negated=True), name="lock_has_note"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "person"),
                                ("object_id", models.F("person")),
                                ("person__isnull", False),
                            ),
                            models.Q(models.Q(("kind", "person"), _negated=True), ("person__isnull", True)),
                            _connector="OR",
                        ),
                        name="lock_names_its_person",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind__in", ("room", "deal")), _negated=True),
                            ("deal_id__isnull", False),
                            _connector="OR",
                        ),
                        name="lock_names_its_deal",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("person__isnull", True),
                            models.Q(("person", models.F("locked_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="lock_not_of_oneself",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("discovered_at__lte", models.F("locked_at"))),
                        name="lock_discovered_before",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("approval__isnull", True), ("ended_at__isnull", True)),
                            models.Q(("approval__isnull", False), ("ended_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="lock_ends_by_approval",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("kind", "object_id"),
                        name="lock_once",
                    ),
                ],
            },
        ),
        migrations.RunSQL(
            (SQL / "locks.sql").read_text(encoding="utf-8"),
            (SQL / "locks_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
