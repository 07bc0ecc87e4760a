"""How long values of an entry are stored; the row and its bytes stay what they are.

An entry that names a thousand subjects has a leaf of 55 KB, which PostgreSQL would press (pglz) to about two
thirds before it stores it: a third of the time of such an append, for text that is mostly random digits.
"""

from django.db import migrations

STORAGE = """
set local role sealroom_log;
alter table log.entry
  alter column leaf set storage {to}, alter column subjects set storage {to}, alter column keys set storage {to};
reset role;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_log")]

    operations = [migrations.RunSQL(STORAGE.format(to="external"), STORAGE.format(to="extended"))]
