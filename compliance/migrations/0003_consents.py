from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("compliance", "0002_guards"),
        ("vault", "0009_consents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="retentionrule",
            name="rule_purpose_known",
        ),
        migrations.AddField(
            model_name="destroyedrecord",
            name="consents",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="retentionrule",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[
                    ("service", "Serving the client"),
                    ("mandate", "Carrying out a mandate"),
                    ("identity_check", "Checking identity"),
                    ("complaint", "Complaint or dispute"),
                    ("legal_duty", "Legal duty"),
                    ("deal", "The deal it was entrusted for"),
                    ("marketing", "Marketing"),
                ],
                max_length=20,
                verbose_name="purpose of use",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "purpose__in",
                        [
                            "",
                            "service",
                            "mandate",
                            "identity_check",
                            "complaint",
                            "legal_duty",
                            "deal",
                            "marketing",
                        ],
                    )
                ),
                name="rule_purpose_known",
            ),
        ),
    ]
