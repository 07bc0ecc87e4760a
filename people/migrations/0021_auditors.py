"""Outside auditors sign an undertaking of their own kind."""

from django.db import migrations, models

# A database that goes back knows no text for them. Where somebody signed one, going back fails: what was signed
# is not thrown away.
FORGET = """
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE people_ndatemplate DISABLE TRIGGER template_stays;
DELETE FROM people_ndadraft WHERE kind = 'auditor';
DELETE FROM people_ndatemplate WHERE kind = 'auditor';
ALTER TABLE people_ndatemplate ENABLE TRIGGER template_stays;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0020_staffing"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="invitation",
            name="invitation_outside_undertaking",
        ),
        migrations.RemoveConstraint(
            model_name="ndadraft",
            name="nda_draft_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="ndasignature",
            name="nda_signature_kind_known",
        ),
        migrations.RemoveConstraint(
            model_name="ndatemplate",
            name="nda_template_kind_known",
        ),
        migrations.AlterField(
            model_name="invitation",
            name="nda_kind",
            field=models.CharField(
                choices=[
                    ("staff", "Staff"),
                    ("client", "Client"),
                    ("buyer", "Buyer"),
                    ("partner", "Partner firm"),
                    ("auditor", "Outside auditor"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="ndadraft",
            name="kind",
            field=models.CharField(
                choices=[
                    ("staff", "Staff"),
                    ("client", "Client"),
                    ("buyer", "Buyer"),
                    ("partner", "Partner firm"),
                    ("auditor", "Outside auditor"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="ndasignature",
            name="kind",
            field=models.CharField(
                choices=[
                    ("staff", "Staff"),
                    ("client", "Client"),
                    ("buyer", "Buyer"),
                    ("partner", "Partner firm"),
                    ("auditor", "Outside auditor"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="ndatemplate",
            name="kind",
            field=models.CharField(
                choices=[
                    ("staff", "Staff"),
                    ("client", "Client"),
                    ("buyer", "Buyer"),
                    ("partner", "Partner firm"),
                    ("auditor", "Outside auditor"),
                ],
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="invitation",
            constraint=models.CheckConstraint(
                condition=models.Q(("nda_kind__in", ["client", "buyer", "partner", "auditor"])),
                name="invitation_outside_undertaking",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndadraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["staff", "client", "buyer", "partner", "auditor"])),
                name="nda_draft_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndasignature",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["staff", "client", "buyer", "partner", "auditor"])),
                name="nda_signature_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ndatemplate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["staff", "client", "buyer", "partner", "auditor"])),
                name="nda_template_kind_known",
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, FORGET),
    ]
