"""Mobile numbers of guests, and invitations that open with a code to one of them."""

from pathlib import Path

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0007_passkeys"),
    ]

    operations = [
        migrations.CreateModel(
            name="GuestPhone",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="phone",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("number", models.BinaryField()),
                ("lookup", models.BinaryField(max_length=16, unique=True)),
                ("key_id", models.BigIntegerField(unique=True)),
                ("set_at", models.DateTimeField()),
                ("proved_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PhoneKeys",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("compartment", models.UUIDField(unique=True)),
                ("compartment_key_id", models.BigIntegerField()),
                ("index_key_id", models.BigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="invitation",
            name="by_phone",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="invitation",
            name="landing",
            field=models.CharField(db_default="room", default="room", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("landing", ""), _negated=True), name="invitation_leads_somewhere"
            ),
        ),
        migrations.AddField(
            model_name="guestphone",
            name="set_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddConstraint(
            model_name="phonekeys",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="phone_keys_is_one"),
        ),
        migrations.AddConstraint(
            model_name="guestphone",
            constraint=models.CheckConstraint(
                condition=models.Q(("set_by", models.F("person")), _negated=True), name="phone_set_by_another"
            ),
        ),
        migrations.AddConstraint(
            model_name="guestphone",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proved_at__isnull", True), ("used_at__isnull", True)),
                    models.Q(
                        ("proved_at__isnull", False),
                        ("used_at__gte", models.F("proved_at")),
                        ("used_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="phone_proved_before_used",
            ),
        ),
        migrations.RunSQL(
            (SQL / "guests.sql").read_text(encoding="utf-8"),
            (SQL / "guests_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
