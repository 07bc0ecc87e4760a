"""Which leaves a month's bundle holds."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("compliance", "0010_speakup")]

    operations = [
        migrations.AddField(
            model_name="logmonth",
            name="leaves",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddConstraint(
            model_name="logmonth",
            constraint=models.CheckConstraint(
                condition=Q(leaves="") | Q(bundle__isnull=False), name="log_month_leaves_of_a_bundle"
            ),
        ),
    ]
