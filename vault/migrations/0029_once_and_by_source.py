"""One open duplicate claim for each client and claimant; the list's filter by a source answered by an index.

Safe on a live table: both indexes are built while it is read and written (no transaction around them). Where
that was broken off, the same migration is run again: it begins by dropping what is left of the last try. It is
so, too, where somebody added a second claim between the delete and the index. A release from before that meets
an open claim again is refused by the database, and what it was adding with it: nothing is half stored, and it
goes in once the new release is there.

Of several open claims of one person about one client the last is kept; all of them stand in the log.
"""

from django.db import migrations, models

_ONE_OPEN = """
delete from vault_duplicateclaim older using vault_duplicateclaim newer
where older.client_id = newer.client_id and older.asker_id = newer.asker_id and older.id < newer.id
  and older.manager_saw_at is null and newer.manager_saw_at is null
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("vault", "0028_reviewed")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "drop index concurrently if exists duplicate_open_once",
                    "drop index concurrently if exists duplicate_open_once",
                ),
                migrations.RunSQL(_ONE_OPEN, migrations.RunSQL.noop),
                migrations.RunSQL(
                    "create unique index concurrently duplicate_open_once"
                    " on vault_duplicateclaim (client_id, asker_id) where manager_saw_at is null",
                    migrations.RunSQL.noop,
                ),
            ],
            state_operations=[
                migrations.AddConstraint(
                    "duplicateclaim",
                    models.UniqueConstraint(
                        fields=["client", "asker"],
                        condition=models.Q(("manager_saw_at__isnull", True)),
                        name="duplicate_open_once",
                    ),
                )
            ],
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "drop index concurrently if exists client_by_source",
                    "drop index concurrently if exists client_by_source",
                ),
                migrations.RunSQL(
                    "create index concurrently client_by_source on vault_client (book_id, source, id desc)",
                    migrations.RunSQL.noop,
                ),
            ],
            state_operations=[
                migrations.AddIndex(
                    "client",
                    models.Index(
                        models.F("book"),
                        models.F("source"),
                        models.OrderBy(models.F("id"), descending=True),
                        name="client_by_source",
                    ),
                )
            ],
        ),
    ]
