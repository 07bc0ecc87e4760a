"""The tree of the tests' own database, which the sequencer cannot grow: it would wait for other databases'
open transactions. How it orders is tested beside it (tests/audit/tree)."""

from psycopg2.extensions import connection as Connection

TABLES = ("checkpoint", "head", "tile", "leaf")
_LEAVES = """
insert into log.leaf (index, entry, at, hash)
select %(size)s + row_number() over (order by epoch, xact, at, id) - 1, id, at, sha256('\\x00'::bytea || leaf)
from log.entry e where not exists (select from log.leaf l where l.entry = e.id)
"""
_HEAD = """
insert into log.head (size, root, epoch, xact, entry_at, entry)
select l.index + 1, log.root_at(l.index + 1), e.epoch, e.xact, e.at, e.id
from log.leaf l join log.entry e on e.id = l.entry order by l.index desc limit 1
"""


def sequenced(superuser: Connection) -> int:
    """Every entry that there is has a leaf, and the tree a head; its size."""
    with superuser.cursor() as cursor:
        cursor.execute("select coalesce(max(size), 0) from log.head")
        [(size,)] = cursor.fetchall()
        cursor.execute(_LEAVES, {"size": size})
        grown = cursor.rowcount
        if grown:
            cursor.execute("select log.fill_tiles(%s, %s)", [size, size + grown])
            cursor.execute(_HEAD)
        return int(size + grown)


def emptied(superuser: Connection) -> None:
    """No tree, as before the first round."""
    with superuser.cursor() as cursor:
        cursor.execute("set lock_timeout = '10s'")
        for table in TABLES:
            cursor.execute(
                f"alter table log.{table} disable trigger user; delete from log.{table};"
                f" alter table log.{table} enable always trigger refuse_change;"
                f" alter table log.{table} enable always trigger refuse_truncate"
            )
