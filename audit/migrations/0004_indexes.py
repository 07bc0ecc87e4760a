"""The log by what was done, and by what did not succeed: what the desk asks for most after who and whom.

Made beside the writing: the parent's index first, by itself, so that months made from now on have theirs from
birth; then each month's without a lock that a writer would wait for; attached one by one. Safe to run again
after it was cut short. The log's guard looks at tables, triggers, rules and functions; an index is none.
"""

from django.db import migrations

INDEXES = {
    "entry_action": "(action, at)",
    "entry_unsuccessful": "(result, at) where result <> 'done'",
}
MONTHS = """
select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'log.entry'::regclass order by 1
"""
DONE = "select indisvalid from pg_index where indexrelid = to_regclass(%s)"


def make(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        try:
            for name, columns in INDEXES.items():
                cursor.execute(f"create index if not exists {name} on only log.entry {columns}")
                cursor.execute(MONTHS)
                for (month,) in cursor.fetchall():
                    _of_month(cursor, name, columns, month)
        finally:
            cursor.execute("reset role")


def _of_month(cursor, name, columns, month):
    own = f"{month}_{name.removeprefix('entry_')}"
    cursor.execute(DONE, [f"log.{own}"])
    found = cursor.fetchone()
    if found == (False,):  # the rest of one that was cut short
        cursor.execute(f"drop index concurrently log.{own}")
    if found != (True,):
        cursor.execute(f"create index concurrently {own} on log.{month} {columns}")
    cursor.execute(f"alter index log.{name} attach partition log.{own}")


def drop(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        try:
            for name in INDEXES:
                cursor.execute(f"drop index if exists log.{name}")
        finally:
            cursor.execute("reset role")


class Migration(migrations.Migration):
    atomic = False  # an index cannot be made concurrently inside a transaction

    dependencies = [("audit", "0003_tree")]

    operations = [migrations.RunPython(make, drop)]
