"""A version says what became of the details hidden in it; those of before say nothing."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0007_seals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="fileversion",
            name="details",
            field=models.CharField(
                blank=True,
                choices=[("removed", "Removed"), ("kept", "Kept as uploaded")],
                db_default="",
                default="",
                max_length=8,
            ),
        ),
        migrations.AddConstraint(
            model_name="fileversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("details__in", ["", "removed", "kept"])),
                name="file_version_details_known",
            ),
        ),
    ]
