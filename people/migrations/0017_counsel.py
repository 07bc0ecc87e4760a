"""Outside counsel: a role for somebody from outside, with an end, for where the house has no second person."""

from pathlib import Path

from django.db import migrations, models

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0016_identities"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="policyversion",
            name="policy_roles_known",
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "roles__contained_by",
                        ["admin", "agent", "deal_lead", "compliance_officer", "auditor", "counsel"],
                    )
                ),
                name="policy_roles_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rolegrant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "counsel"), _negated=True),
                    ("valid_until__isnull", False),
                    _connector="OR",
                ),
                name="grant_counsel_ends",
            ),
        ),
        migrations.RunSQL(
            (SQL / "counsel.sql").read_text(encoding="utf-8"),
            (SQL / "counsel_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
