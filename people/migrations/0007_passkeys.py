"""A passkey is of one account; sessions keep networks and kinds of browsers, no addresses."""

from pathlib import Path

from django.db import migrations

SQL = Path(__file__).parent / "sql"


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_second_factors"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(
            (SQL / "passkeys.sql").read_text(encoding="utf-8"),
            (SQL / "passkeys_undo.sql").read_text(encoding="utf-8"),
        ),
    ]
