"""Months of long ago with entries in them, made as only the owner of the log's tables can make them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from psycopg2.extensions import cursor as Cursor

from audit.entry import leaf, timestamp
from audit.rows import COLUMNS
from audit.tree.sequencing import sequence
from tests.audit.tree.conftest import House

_MONTH = """
create table log.entry_{code} (like log.entry including all);
create unique index entry_{code}_chain on log.entry_{code} (writer, seq);
create trigger refuse_truncate before truncate on log.entry_{code} execute function log.refuse();
alter table log.entry_{code} enable always trigger refuse_truncate;
alter table log.entry attach partition log.entry_{code} for values from ('{first}Z') to ('{past}Z')
"""
_ENTRY = """
insert into log.entry (id, at, action, purpose, reason, result, object_type, subjects, fields, keys, leaf)
select %(id)s::uuid, %(at)s, 'client.list', '', '', 'done', 'client', %(subjects)s::uuid[], '{}', '{}',
    %(leaf)s
"""
_SAID: dict[str, object] = {
    "action": "client.list",
    "object_type": "client",
    "purpose": "",
    "reason": "",
    "result": "done",
    "fields": [],
    "keys": [],
}
ORDER = """
insert into log.entry (id, actor, action, purpose, reason, result, object_type, subjects, fields, keys, leaf)
values (%(id)s, %(actor)s, 'log.drop_order', '', '', 'done', 'log', '{}', %(fields)s, '{}', %(leaf)s)
"""
_LEAVES = "select left(encode(log.leaves_digest(%s, %s::date + interval '1 month'), 'hex'), 56)"
_CHECKPOINT = """
insert into log.checkpoint (size, note) select max(size), 'signed' from log.head on conflict do nothing
"""
ASKED, APPROVED = UUID(int=1), UUID(int=2)
BUNDLE = bytes(range(32))


def months_ago(count: int) -> date:
    """The first day of the month that lies `count` months before this one."""
    today = datetime.now(UTC)
    number = today.year * 12 + today.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)


@contextmanager
def log_owner(house: House) -> Iterator[Cursor]:
    """The migration login that has taken the log's role: it may write entries of any time."""
    with house.session("owner") as session, session.cursor() as cursor:
        cursor.execute("set role sealroom_log")
        yield cursor


def add_month(cursor: Cursor, month: date) -> None:
    past = (month + timedelta(days=32)).replace(day=1)
    cursor.execute(_MONTH.format(code=f"{month:%Y%m}", first=month, past=past))


def fill(cursor: Cursor, month: date, count: int, *, subject: UUID | None = None) -> list[UUID]:
    """That many entries in the month, in this session's chain."""
    ids = [uuid4() for _ in range(count)]
    for number, one in enumerate(ids):
        at = datetime(month.year, month.month, 2, tzinfo=UTC) + timedelta(minutes=number)
        subjects = [] if subject is None else [str(subject)]
        columns = dict.fromkeys(COLUMNS) | _SAID | {"id": str(one), "subjects": subjects}
        data = leaf(columns, detail=None, time=timestamp(at))
        cursor.execute(_ENTRY, {"id": str(one), "at": at, "subjects": subjects, "leaf": data})
    return ids


def old_months(house: House, *counts: int, oldest: int = 12) -> list[date]:
    """Months from `oldest` months ago on, with so many entries each, all by one connection."""
    months = [months_ago(oldest - place) for place in range(len(counts))]
    with log_owner(house) as cursor:
        for month, count in zip(months, counts, strict=True):
            add_month(cursor, month)
            fill(cursor, month, count)
    return months


def sign(house: House) -> None:
    """As the signer leaves it: a checkpoint of the newest head. What it says is not looked at here."""
    sequence()
    house.ask(_CHECKPOINT, login="worker")


def leaves_code(house: House, month: date) -> str:
    """How an order names the leaves of this month."""
    [(digest,)] = house.ask(f"set timezone = 'UTC'; {_LEAVES}", month, month)
    return f"leaves-{digest}"


def order_of(
    month: date, entries: int, leaves: str, *, bundle: bytes | None = BUNDLE, asked: UUID = ASKED
) -> dict[str, object]:
    """The columns of an order's entry."""
    one = uuid4()
    named = "empty" if bundle is None else bundle.hex()
    codes = [f"month.{month:%Y-%m}", f"entries-{entries}", leaves, named, f"asked.{asked}"]
    columns = dict.fromkeys(COLUMNS) | _SAID
    columns |= {"id": str(one), "actor": str(APPROVED), "action": "log.drop_order", "object_type": "log"}
    columns |= {"fields": codes, "subjects": []}
    data = leaf(columns, detail=None, time=timestamp(datetime.now(UTC)))
    return {"id": str(one), "actor": str(APPROVED), "fields": codes, "leaf": data}


def order(house: House, month: date, entries: int, *, bundle: bytes | None = BUNDLE) -> UUID:
    """What two people ordered, committed and below a checkpoint."""
    columns = order_of(month, entries, leaves_code(house, month), bundle=bundle)
    put_in(house, columns)
    return UUID(str(columns["id"]))


def put_in(house: House, columns: dict[str, object]) -> None:
    """An entry of the worker's, signed."""
    with house.session("worker") as worker, worker.cursor() as cursor:
        cursor.execute(ORDER, columns)
    sign(house)


def drop(
    house: House, month: date, ordered: UUID, *, bundle: bytes | None = BUNDLE, login: str = "worker"
) -> int:
    [(gone,)] = house.ask("select log.drop_month(%s, %s, %s)", month, bundle, str(ordered), login=login)
    return int(str(gone))
