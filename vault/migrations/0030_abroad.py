"""Whether a recipient is abroad; what is given away abroad is no act of its own any more.

Safe on a live table: the column has a constant default in the database, so that the release before this one
goes on writing: recipients of whom nobody was asked count as abroad. No alert ever had the act: no way led to
it.
"""

from django.db import migrations, models

_ACTS = [("act.reveal", "Show plaintext"), ("act.export", "Export"), ("act.share", "Give to a third party")]


class Migration(migrations.Migration):
    dependencies = [("vault", "0029_once_and_by_source")]

    operations = [
        migrations.AddField("recipient", "abroad", models.BooleanField(db_default=True)),
        migrations.RemoveConstraint("purposealert", "alert_act_known"),
        migrations.AlterField("purposealert", "act", models.CharField(choices=_ACTS, max_length=20)),
        migrations.AddConstraint(
            "purposealert",
            models.CheckConstraint(
                condition=models.Q(act__in=[code for code, _ in _ACTS]), name="alert_act_known"
            ),
        ),
    ]
