"""The log: schema, roles' rights, triggers and the first partitions (log.sql), before every other table."""

from pathlib import Path

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models

CREATE = (Path(__file__).parent / "log.sql").read_text(encoding="utf-8")
DROP = "set local role sealroom_log; drop schema log cascade; set local role none"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [("contenttypes", "0001_initial")]
    operations = [
        migrations.RunSQL([CREATE], [DROP]),
        migrations.CreateModel(
            name="LogEntry",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("writer", models.UUIDField()),
                ("seq", models.BigIntegerField()),
                ("actor", models.UUIDField(null=True)),
                ("on_behalf_of", models.UUIDField(null=True)),
                ("session", models.UUIDField(null=True)),
                ("request", models.UUIDField(null=True)),
                ("action", models.TextField()),
                ("purpose", models.TextField()),
                ("reason", models.TextField()),
                ("result", models.TextField()),
                ("object_type", models.TextField()),
                ("object_id", models.UUIDField(null=True)),
                ("subjects", ArrayField(base_field=models.UUIDField(), size=None)),
                ("deal", models.UUIDField(null=True)),
                ("fields", ArrayField(base_field=models.TextField(), size=None)),
                ("keys", ArrayField(base_field=models.BigIntegerField(), size=None)),
                ("network", models.TextField(null=True)),
                ("leaf", models.BinaryField()),
                ("detail", models.BinaryField(null=True)),
                ("detail_key", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": '"log"."entry"',
                "ordering": ("-at", "-id"),
                "managed": False,
                "default_permissions": (),
            },
        ),
    ]
