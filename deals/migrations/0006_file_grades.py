"""Each file of a room has a grade; the highest opens with a second factor only."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("deals", "0005_previews"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="file",
            name="grade",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (1, "Level 1 · Public"),
                    (2, "Level 2 · Internal"),
                    (3, "Level 3 · Sensitive"),
                    (4, "Level 4 · Highly sensitive"),
                ],
                db_default=3,
                default=3,
            ),
        ),
        migrations.AddConstraint(
            model_name="file",
            constraint=models.CheckConstraint(
                condition=models.Q(("grade__in", [1, 2, 3, 4])), name="file_grade_known"
            ),
        ),
    ]
