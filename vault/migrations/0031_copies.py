"""What a declared backup holds: the keyring, root keys, or both.

Safe on a live table: the column has a constant default in the database, so that the release before this one
goes on declaring. The default is what lasts longest, both: of such a copy no certificate says that a rotation
ended it. So does a backup that was declared until now, if a key file was there when it was taken, for the
manual told operators to keep the two together. Where the root keys never lay in a file, no copy has them.
"""

from django.db import migrations, models

HOLDS = ("keyring", "root", "both")
# An officer tells the minute: a key file that came within it counts as there.
FILL = """
do $$
declare spans tstzrange[];
begin
  set local role sealroom_keyring;
  select coalesce(array_agg(tstzrange(created_at - interval '1 minute', ended_at)), '{}') into spans
    from keyring.root_version where provider = 'file';
  reset role;
  update vault_keyringbackup set holds = 'keyring'
    where not exists (select from unnest(spans) span where span @> taken_at);
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0030_abroad")]

    operations = [
        migrations.AddField(
            "keyringbackup",
            "holds",
            models.CharField(
                choices=[
                    ("keyring", "The keyring, without root keys"),
                    ("root", "Root keys, without the keyring"),
                    ("both", "The keyring and root keys together"),
                ],
                db_default="both",
                max_length=10,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddConstraint(
            "keyringbackup",
            models.CheckConstraint(
                condition=models.Q(holds__in=HOLDS), name="keyring_backup_holds_something"
            ),
        ),
    ]
