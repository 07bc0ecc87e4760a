"""Exported lists in files that others may take (`vault.disclosures.sharing`)."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARDS = """
create trigger shared_lists_stay before update or delete on vault_sharedlist
  for each row execute function vault_row_is_final();
revoke update, delete on vault_sharedlist from sealroom_web, sealroom_worker;
"""
UNDO = "drop trigger shared_lists_stay on vault_sharedlist;"


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0016_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SharedList",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("file_id", models.UUIDField()),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "export",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="vault.export"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("file_id", "export"), name="shared_list_once")
                ],
            },
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
