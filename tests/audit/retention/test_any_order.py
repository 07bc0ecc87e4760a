"""Months leave in any order: what stays between them is followed and proved, and nothing hides in a gap."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import psycopg2
import pytest
from django.db import connection
from django.utils.translation import override
from psycopg2.extensions import cursor as Cursor

from audit import lost_heads
from audit.dropped import dropped_months, verify_dropped
from audit.heads import Head
from audit.tree import watching
from audit.tree.verifying import verify_tree
from audit.verify import Report, verify
from tests.audit.retention.months import (
    add_month,
    drop,
    fill,
    leaves_code,
    log_owner,
    months_ago,
    old_months,
    order,
    order_of,
    sign,
)
from tests.audit.retention.test_dropping import heads_of, verified
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import write

FIRST, SECOND, THIRD, FOURTH = (months_ago(count) for count in (14, 13, 12, 11))
OF_TIME = """
insert into log.entry (id, at, actor, action, purpose, reason, result, object_type, subjects, fields, keys,
    leaf)
values (%(id)s, %(at)s, %(actor)s, 'log.drop_order', '', '', 'done', 'log', '{}', %(fields)s, '{}', %(leaf)s)
"""


@pytest.fixture
def months(house: House) -> list[date]:
    """Four months of one chain, which goes on today; everything signed."""
    months = old_months(house, 3, 3, 3, 3, oldest=14)
    write(house, 2)
    sign(house)
    return months


@pytest.fixture
def woven(house: House) -> list[date]:
    """Two months whose entries lie among each other in the tree and in the chain: 0 1 . 3 4 . and 2 5."""
    with log_owner(house) as cursor:
        for month in (FIRST, SECOND):
            add_month(cursor, month)
        for month, count in ((FIRST, 2), (SECOND, 1), (FIRST, 2), (SECOND, 1)):
            fill(cursor, month, count)
    sign(house)
    return [FIRST, SECOND]


def refused(house: House, month: date, entries: int) -> str | None:
    ordered = order(house, month, entries)
    with pytest.raises(psycopg2.Error) as error:
        drop(house, month, ordered)
    return error.value.pgcode


@pytest.mark.parametrize("turn", [(2, 0, 1, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
def test_months_leave_in_any_turn(house: House, months: list[date], turn: tuple[int, ...]) -> None:
    noted = heads_of(house)
    for place in turn:
        assert drop(house, months[place], order(house, months[place], 3)) == 3
        report = verified(house, noted)
        assert (report.problems, report.state) == ([], [])
        assert watching.compare().differ == 0
    assert (report.months, report.archived) == (4, 12)


@pytest.mark.parametrize("turn", [(0, 1), (1, 0)])
def test_months_that_lie_among_each_other_leave_in_any_turn(
    house: House, woven: list[date], turn: tuple[int, int]
) -> None:
    noted = heads_of(house)
    for place in turn:
        drop(house, woven[place], order(house, woven[place], (4, 2)[place]))
        assert verified(house, noted).problems == []
        assert watching.compare().differ == 0
    connection.ensure_connection()
    left = dropped_months(connection.connection)
    assert [(one.first_leaf, one.last_leaf) for one in left] == [(0, 4), (2, 5)]


def test_a_heads_loss_is_not_declared_of_what_left(house: House, months: list[date]) -> None:
    """Putting heads aside after lost history: those of entries that left with their month stay."""
    [[(writer, seq, link)]] = [
        house.ask("select writer, seq, encode(link, 'hex') from log.entry where seq = 6")
    ]
    drop(house, SECOND, order(house, SECOND, 3))
    kept = Head(str(writer), int(str(seq)), str(link))
    inside, other, beyond = (
        kept._replace(seq=5),
        kept._replace(link="00" * 32),
        kept._replace(seq=99),
    )
    assert {*lost_heads._lost([kept, inside, other, beyond])} == {other, beyond}


def test_an_order_is_proved_when_its_own_month_has_left(house: House) -> None:
    early, late = months_ago(20), months_ago(9)
    with log_owner(house) as cursor:
        for month in (early, late):
            add_month(cursor, month)
            fill(cursor, month, 2)
    sign(house)
    columns = order_of(early, 2, leaves_code(house, early))
    with log_owner(house) as cursor:
        cursor.execute(OF_TIME, {**columns, "at": datetime(late.year, late.month, 5, tzinfo=UTC)})
    sign(house)
    drop(house, early, UUID(str(columns["id"])))
    drop(house, late, order(house, late, 3))
    assert verified(house).problems == []


def test_attack_an_order_for_other_leaves(house: House, months: list[date]) -> None:
    for leaves in (leaves_code(house, FIRST), "leaves-" + "0" * 56):
        columns = order_of(SECOND, 3, leaves)
        with house.session("worker") as worker, worker.cursor() as cursor:
            cursor.execute(OF_TIME.replace("at, ", "").replace("%(at)s, ", ""), columns)
        sign(house)
        with pytest.raises(psycopg2.Error) as error:
            drop(house, SECOND, UUID(str(columns["id"])))
        assert error.value.pgcode == "LR005"


def untriggered(cursor: Cursor) -> None:
    """A superuser, with nothing that refuses any more."""
    cursor.execute("drop schema if exists guard cascade")
    cursor.execute(
        "select oid::regclass::text from pg_class where relnamespace = 'log'::regnamespace"
        " and relkind in ('r', 'p')"
    )
    for (table,) in cursor.fetchall():
        cursor.execute(f"alter table {table} disable trigger user")


PLACE = (
    "uuid_send(writer) || int8send(seq) || int4send(epoch) || xid8send(xact) || timestamptz_send(at)"
    " || uuid_send(id) || sha256(leaf)"
)
# Moves an entry in time, and links it as its chain has it.
RELINK = f"""
update log.entry e set link = sha256(b.link || p.place)
from (select link from log.entry where seq = %(before)s) b,
     (select id, {PLACE} as place from log.entry where seq = %(seq)s) p
where e.id = p.id
"""


@pytest.mark.parametrize(
    ("gone", "seq", "tells"),
    [(THIRD, 6, "LR008"), (FIRST, 4, "LR008")],
    ids=["before what left", "behind what left"],
)
def test_attack_a_neighbour_of_what_left_is_relinked_and_has_it_dropped(
    house: House, months: list[date], gone: date, seq: int, tells: str
) -> None:
    """The link on the other side of the edge stays with the month that left."""
    drop(house, gone, order(house, gone, 3))
    with house.session() as session, session.cursor() as cursor:
        cursor.execute(f"alter table log.entry_{SECOND:%Y%m} disable trigger user")
        cursor.execute(f"update log.entry set epoch = 7 where seq = {seq}")
        if seq == 6:
            cursor.execute(RELINK, {"before": 5, "seq": 6})
        assert refused(house, SECOND, 3) == tells


def test_attack_the_last_entry_before_what_left_is_relinked(house: House, months: list[date]) -> None:
    drop(house, THIRD, order(house, THIRD, 3))
    with house.session() as session, session.cursor() as cursor:
        cursor.execute(f"alter table log.entry_{SECOND:%Y%m} disable trigger user")
        cursor.execute("update log.entry set epoch = 7 where seq = 6")
        cursor.execute(RELINK, {"before": 5, "seq": 6})
    assert [(one.what, one.seq) for one in verified(house).problems if one.writer] == [
        ("what left with its month followed on another entry than this one", 6)
    ]


def test_attack_the_entry_behind_a_month_is_relinked_before_the_month_goes(
    house: House, months: list[date]
) -> None:
    """Which of both was changed nobody can tell any more: both stay."""
    with house.session() as session, session.cursor() as cursor:
        cursor.execute(f"alter table log.entry_{THIRD:%Y%m} disable trigger user")
        cursor.execute("update log.entry set link = sha256('other') where seq = 7")
        assert refused(house, SECOND, 3) == "LR008"


def test_attack_an_entry_goes_with_its_leaf_before_the_month_does(house: House, months: list[date]) -> None:
    ordered = order(house, SECOND, 2)
    with house.session() as session, session.cursor() as cursor:
        for table in (f"entry_{SECOND:%Y%m}", "leaf_0"):
            cursor.execute(f"alter table log.{table} disable trigger user")
        cursor.execute("delete from log.leaf where entry = (select id from log.entry where seq = 5)")
        cursor.execute("delete from log.entry where seq = 5")
    with pytest.raises(psycopg2.Error) as error:
        drop(house, SECOND, ordered)
    assert error.value.pgcode == "LR008"


def test_attack_a_second_entry_claims_a_place_in_a_month_that_shall_leave(
    house: House, months: list[date]
) -> None:
    """Whoever writes may set their chain back: what then stands twice is the evidence of it."""
    with log_owner(house) as cursor:
        [(writer, link)] = house.ask("select writer, encode(link, 'hex') from log.entry where seq = 4")
        cursor.execute("select set_config('sealroom.chain', %s, false)", [f"{writer} 4 1 {link}"])
        fill(cursor, FOURTH, 1)
    sign(house)
    assert refused(house, SECOND, 3) == "LR008"


@pytest.fixture
def found(house: House, months: list[date]) -> Iterator[Callable[..., list[str]]]:
    """What is found after the third month has left and a superuser has done something."""
    yield from after(house, THIRD, 3)


@pytest.fixture
def found_woven(house: House, woven: list[date]) -> Iterator[Callable[..., list[str]]]:
    """The same where the first of two months that lie among each other has left."""
    yield from after(house, FIRST, 4)


def after(house: House, month: date, entries: int) -> Iterator[Callable[..., list[str]]]:
    noted = heads_of(house)
    drop(house, month, order(house, month, entries))
    with house.session(autocommit=False) as superuser, superuser.cursor() as cursor:
        untriggered(cursor)

        def run(*statements: str) -> list[str]:
            for statement in statements:
                cursor.execute(statement)
            with override("en"):
                report: Report = verify(superuser, noted)
                verify_tree(superuser, report)
                verify_dropped(superuser, report)
            found = [one.what for one in report.oldest_problems()]
            return [one for one in found if one != "the leaf is not one of ours"]  # that of `write`

        yield run
        superuser.rollback()


DROPPED = "month, entries, first_leaf, last_leaf, bundle, ordered, asked, approved, said"
GONE = "the entry is gone; the tree holds its hash"


def test_attack_a_middle_month_dropped_by_hand(found: Callable[..., list[str]]) -> None:
    assert found() == []
    told = found(f"drop table log.entry_{SECOND:%Y%m}")
    assert told.count(GONE) == 3
    assert "3 entries before this one are gone" in told


def test_attack_and_recorded_under_an_order_for_another(found: Callable[..., list[str]]) -> None:
    table = f"log.entry_{SECOND:%Y%m}"
    told = found(
        f"insert into log.dropped ({DROPPED})"
        f" select '{SECOND}', 3, 3, 5, bundle, ordered, asked, approved, said from log.dropped",
        "insert into log.dropped_chain (month, writer, first, last, link, before)"
        f" select '{SECOND}', writer, 4, 6, link, log.link_before(writer, 4) from {table} where seq = 6",
        f"drop table {table}",
    )
    assert told == [f"no order in the log says that {SECOND:%Y-%m} was to leave"]


def test_attack_and_the_order_forged(found: Callable[..., list[str]]) -> None:
    """One that is an entry that left: the text of an order that the tree does not have."""
    columns = order_of(SECOND, 3, "leaves-" + "0" * 56)
    text = bytes(columns["leaf"]).decode()  # type: ignore[arg-type]  # bytes
    told = found(
        f"insert into log.dropped ({DROPPED})"
        f" select '{SECOND}', 3, 3, 5, bundle, (select entry from log.leaf where index = 6), asked, approved,"
        f" convert_to('{text}', 'UTF8') from log.dropped",
        f"drop table log.entry_{SECOND:%Y%m}",
    )
    assert f"no order in the log says that {SECOND:%Y-%m} was to leave" in told


def test_attack_an_entry_of_a_month_that_left_is_put_back(
    house: House, found: Callable[..., list[str]]
) -> None:
    begins, ends = THIRD, FOURTH
    told = found(
        f"create table log.again partition of log.entry for values from ('{begins}Z') to ('{ends}Z')",
        "alter table log.again disable trigger user",
        "insert into log.entry (id, at, writer, seq, link, epoch, action, purpose, reason, result,"
        " object_type, subjects, fields, keys, leaf)"
        " select l.entry, l.at, c.writer, 8, c.link, 1, 'client.list', '', '', 'done', 'client', '{}', '{}',"
        " '{}', '{}' from log.leaf l, log.dropped_chain c where l.index = 7",
    )
    assert f"{begins:%Y-%m} has left the log, but 1 of its entries are there" in told
    assert "a second entry claims the same place in the chain" in told


def test_attack_a_neighbours_entry_that_lies_among_those_that_left(
    found_woven: Callable[..., list[str]],
) -> None:
    """Its number lies between the first and the last of the month that left, and its leaf is moved there."""
    assert found_woven() == []
    told = found_woven("delete from log.entry where seq = 3")
    assert GONE in told
    assert "1 entries before this one are gone" in told
    told = found_woven(f"update log.leaf set at = '{FIRST}Z' where index = 2")
    code = f"{FIRST:%Y-%m}"
    assert f"{code} left with 4 entries, but the tree has 5 leaves of it" in told


def test_attack_and_one_of_them_is_put_in_its_place(found_woven: Callable[..., list[str]]) -> None:
    """The numbers agree then; the order says which leaves were to lose their entries."""
    told = found_woven(
        "delete from log.entry where seq = 3",
        f"update log.leaf set at = '{FIRST + timedelta(1)}Z' where index = 2",
        f"update log.leaf set at = '{SECOND + timedelta(1)}Z' where index = 0",
    )
    assert f"other entries than those ordered left with {FIRST:%Y-%m}" in told


def test_what_is_recorded_of_a_chain_and_an_order_fits_its_columns(house: House, months: list[date]) -> None:
    drop(house, THIRD, order(house, THIRD, 3))
    for table, column, value in (
        ("dropped", "said", "''"),
        ("dropped_chain", "before", "'short'"),
    ):
        with house.session() as superuser, superuser.cursor() as cursor:
            untriggered(cursor)
            with pytest.raises(psycopg2.errors.CheckViolation, match=f"{table}_{column}"):
                cursor.execute(f"update log.{table} set {column} = {value}")
