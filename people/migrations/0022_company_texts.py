"""A text for companies among the undertakings: versioned like the others, and signed by no person."""

from django.db import migrations, models

KINDS = [
    ("staff", "Staff"),
    ("client", "Client"),
    ("buyer", "Buyer"),
    ("partner", "Partner firm"),
    ("auditor", "Outside auditor"),
    ("company", "Company"),
]
NOW = [code for code, _ in KINDS]

# A database that goes back knows no text of a company; what was sealed with one went with the deals layer.
FORGET = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE people_ndatemplate DISABLE TRIGGER template_stays;
DELETE FROM people_ndadraft WHERE kind = 'company';
DELETE FROM people_ndatemplate WHERE kind = 'company';
ALTER TABLE people_ndatemplate ENABLE TRIGGER template_stays;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0021_auditors"),
    ]

    operations = [
        *(
            migrations.AlterField(
                model_name=model, name=name, field=models.CharField(choices=KINDS, max_length=10)
            )
            for model, name in (
                ("ndadraft", "kind"),
                ("ndatemplate", "kind"),
                ("ndasignature", "kind"),
                ("invitation", "nda_kind"),
            )
        ),
        migrations.RemoveConstraint(model_name="ndadraft", name="nda_draft_kind_known"),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", NOW)), name="nda_draft_kind_known"
            ),
        ),
        migrations.RemoveConstraint(model_name="ndatemplate", name="nda_template_kind_known"),
        migrations.AddConstraint(
            model_name="ndatemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", NOW)), name="nda_template_kind_known"
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
    ]
