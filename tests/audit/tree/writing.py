"""Entries of the tests' own: small ones, by the raw statement that every login of ours may give."""

from uuid import UUID, uuid4

from tests.audit.tree.conftest import House

INSERT = """
insert into log.entry (id, action, purpose, reason, result, object_type, subjects, fields, keys, leaf)
select one, 'client.list', '', '', 'done', 'client', '{}', '{}', '{}',
    convert_to('{"id":"' || one || '"}', 'UTF8')
from (values (%s::uuid)) made(one)
"""


def write(house: House, count: int = 1) -> list[UUID]:
    """That many entries, each committed before the next."""
    ids = [uuid4() for _ in range(count)]
    with house.session("web") as connection, connection.cursor() as cursor:
        for one in ids:
            cursor.execute(INSERT, [str(one)])
    return ids


def leaves(house: House) -> list[UUID]:
    """The entries in the tree's order."""
    return _ids(house, "select entry from log.leaf order by index")


def entry_ids(house: House) -> list[UUID]:
    return _ids(house, "select id from log.entry")


def _ids(house: House, sql: str) -> list[UUID]:
    return [UUID(str(one)) for (one,) in house.ask(sql)]
