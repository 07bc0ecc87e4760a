"""Copies of the destroyed in deals' rooms, and what completes a certificate once they are gone."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

FINAL = """
create trigger supplement_stays before update or delete on compliance_certificatesupplement
    for each row execute function compliance_is_final();
"""
NOT_FINAL = "drop trigger supplement_stays on compliance_certificatesupplement"


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0004_ends"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateSupplement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("content", models.TextField()),
                ("digest", models.BinaryField(max_length=32)),
                ("issued_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("entry", models.UUIDField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="supplements",
                        to="compliance.destructionrun",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RoomCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version_id", models.UUIDField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="room_copies",
                        to="compliance.destructionrun",
                    ),
                ),
                (
                    "supplement",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="room_copies",
                        to="compliance.certificatesupplement",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="certificatesupplement",
            constraint=models.UniqueConstraint(fields=("run", "number"), name="supplement_number_once"),
        ),
        migrations.AddConstraint(
            model_name="certificatesupplement",
            constraint=models.CheckConstraint(
                condition=models.Q(("content__startswith", "{")), name="supplement_has_content"
            ),
        ),
        migrations.AddConstraint(
            model_name="roomcopy",
            constraint=models.UniqueConstraint(fields=("run", "version_id"), name="room_copy_once_a_run"),
        ),
        migrations.RunSQL(FINAL, NOT_FINAL),
    ]
