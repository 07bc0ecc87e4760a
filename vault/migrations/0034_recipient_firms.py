"""Which partner firm a recipient is.

Safe on a live table: a column that may be empty, and a rule that every row without a firm meets. Recipients
that were recorded as a partner firm before name none: they are given nothing until they are recorded anew.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("people", "0023_partners"), ("vault", "0033_details")]

    operations = [
        migrations.AddField(
            "recipient",
            "partner",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recipients",
                to="people.partner",
            ),
        ),
        migrations.AddConstraint(
            "recipient",
            models.CheckConstraint(
                condition=models.Q(
                    ("partner__isnull", True), ("kind__in", ["partner", "adviser"]), _connector="OR"
                ),
                name="recipient_firm_is_a_partner",
            ),
        ),
    ]
