"""A long list's tokens enter the index beside the storing of its rows.

PostgreSQL gathers new tokens in a list of the GIN index, and whoever finds it full enters them all. That was a
quarter of what storing a list cost the database, in the one session that everything else waits for. A batch
now may leave up to 16 MB there, and the import empties it from a session of its own (`keyring.index_settle`).
Whoever saves one client still finds it full at 256 kB, because each search reads it through. Should an import die
with a list that nobody empties, the next save does, once.
"""

from importlib import import_module

from django.db import migrations

_lean = import_module("vault.migrations.0023_lean")

_LIMIT = """begin
  perform set_config('gin_pending_list_limit',
                     case when cardinality(index_write.subjects) < 500 then '256' else '16384' end, true);
"""
_FORWARD = """
alter index keyring.index_entry_by_token reset (gin_pending_list_limit);
create function keyring.index_settle() returns bigint
language sql security definer set search_path = pg_catalog, pg_temp as $$
  select gin_clean_pending_list('keyring.index_entry_by_token'::regclass);
$$;
revoke all on function keyring.index_settle from public;
grant execute on function keyring.index_settle to sealroom_web, sealroom_worker;
"""
_BACKWARD = """
drop function keyring.index_settle;
alter index keyring.index_entry_by_token set (gin_pending_list_limit = 256);
"""
_AS_KEYRING = _lean._AS_KEYRING


def _patient() -> str:
    """`index_write` as 0023 made it, and the limit before its first statement."""
    head, body = _lean._lean("index_write").split("begin\n", 1)
    return head + _LIMIT + body


class Migration(migrations.Migration):
    dependencies = [("vault", "0024_confirmed")]

    operations = [
        migrations.RunSQL(
            _AS_KEYRING.format(_patient() + _FORWARD),
            _AS_KEYRING.format(_lean._lean("index_write") + _BACKWARD),
        ),
    ]
