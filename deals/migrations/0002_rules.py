"""Triggers for the rules that span rows (see sql/rules.sql)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("deals", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "rules.sql").read_text(encoding="utf-8"),
            (SQL / "rules_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
