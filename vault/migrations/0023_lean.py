"""Less for every new client: no column that nothing reads, no second index on the owner, no lock on its own key.

Who made a client stands in the log (`client.create`, `client.import`). On the way back, the book's lead is
entered in its place, since the column takes no empty value.
"""

from importlib import import_module

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

_bulk = import_module("vault.migrations.0019_bulk")

_MAKER_BACK = """
update vault_client c set created_by_id = b.lead_id from vault_clientbook b where b.id = c.book_id;
set constraints all immediate;
set constraints all deferred;
"""
# A key that this very transaction entered is seen and destroyed by nobody else, so it needs no lock. What a
# savepoint entered has another transaction's number here, and is locked as before.
_OWN = """select count(distinct k.owner) into found_keys from keyring.key k
    where k.owner = any (wanted) and {which} and k.xmin = pg_current_xact_id()::xid;
  if found_keys <> cardinality(wanted) then
    {locking}
  end if;
  """
_WHICH = {
    "index_write": "k.compartment is not distinct from index_write.compartment",
    "claim_enter": "k.kind is not distinct from 2",
}
_LOCKING_BEGINS = "with held as materialized ("
_LOCKING_ENDS = "into found_keys from held h;"


def _door(name: str) -> str:
    """The door as 0019 made it."""
    begin = _bulk._DOORS.index(f"create or replace function keyring.{name}(")
    return _bulk._DOORS[begin : _bulk._DOORS.index("$$;\n", begin) + 4]


def _lean(name: str) -> str:
    door = _door(name)
    begin, end = door.index(_LOCKING_BEGINS), door.index(_LOCKING_ENDS) + len(_LOCKING_ENDS)
    own = _OWN.format(which=_WHICH[name], locking=door[begin:end])
    return door[:begin] + own.rstrip() + door[end:]


_AS_KEYRING = "set local role sealroom_keyring;\n{}\nreset role;"


class Migration(migrations.Migration):
    dependencies = [("vault", "0022_delivered"), migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.RunSQL(
            _AS_KEYRING.format("\n".join(map(_lean, _WHICH))),
            _AS_KEYRING.format("\n".join(map(_door, _WHICH))),
        ),
        migrations.AlterField(
            "client",
            "assigned",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            "client",
            "created_by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunSQL(migrations.RunSQL.noop, _MAKER_BACK),
        migrations.RemoveField("client", "created_by"),
    ]
