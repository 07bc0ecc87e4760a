"""Who holds the lock under which the log's tree grows (lock.sql)."""

from pathlib import Path

from django.db import migrations

CREATE = (Path(__file__).parent / "lock.sql").read_text(encoding="utf-8")
DROP = """
set local role sealroom_log;
drop function log.lock_holders();
set local role none;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0005_retention")]

    operations = [migrations.RunSQL([CREATE], [DROP])]
