"""Triggers for the rules that span rows (see sql/guards.sql)."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]

    operations = [
        migrations.RunSQL(
            (SQL / "guards.sql").read_text(encoding="utf-8"),
            (SQL / "guards_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
