"""A month leaves the log: what remains is followed and proved as before."""

import threading
from datetime import date

import psycopg2
import pytest
from django.db import connection
from django.utils.translation import override

from audit.dropped import dropped_months, verify_dropped
from audit.heads import Head
from audit.tree import store, watching
from audit.tree.verifying import verify_tree
from audit.verify import Report, verify
from tests.audit.retention.months import (
    BUNDLE,
    add_month,
    drop,
    fill,
    log_owner,
    months_ago,
    old_months,
    order,
    sign,
)
from tests.audit.tree.conftest import House
from tests.audit.tree.writing import write


def verified(house: House, heads: dict[str, list[Head]] | None = None) -> Report:
    """As `manage.py verify_log`. Entries of these tests have leaves that are none, so that columns are not
    compared: their texts are left out."""
    with override("en"), house.session("web", autocommit=False) as web:
        report = verify(web, heads or {})
        report.problems = [one for one in report.problems if one.what != "the leaf is not one of ours"]
        verify_tree(web, report)
        verify_dropped(web, report)
    return report


def heads_of(house: House) -> dict[str, list[Head]]:
    rows = house.ask(
        "select distinct on (writer) writer, seq, encode(link, 'hex') from log.entry"
        " order by writer, seq desc"
    )
    return {str(writer): [Head(str(writer), int(str(seq)), str(link))] for writer, seq, link in rows}


@pytest.fixture
def months(house: House) -> list[date]:
    """Two months of one chain, which goes on today in a third; everything in the tree and signed."""
    with log_owner(house) as cursor:
        months = [months_ago(12), months_ago(11)]
        for month, count in zip(months, (5, 4), strict=True):
            add_month(cursor, month)
            fill(cursor, month, count)
        fill(cursor, months_ago(0), 3)
    write(house, 2)
    sign(house)
    return months


def test_what_remains_is_followed_over_the_edge(house: House, months: list[date]) -> None:
    noted = heads_of(house)
    before = store.head()
    assert before is not None
    proof = store.inclusion(2, before.size)
    assert drop(house, months[0], order(house, months[0], 5)) == 5
    assert house.ask("select to_regclass(%s)::text", f"log.entry_{months[0]:%Y%m}") == [(None,)]
    report = verified(house, noted)
    assert report.problems == []
    assert report.state == []
    assert (report.months, report.archived) == (1, 5)
    assert store.inclusion(2, before.size) == proof
    assert store.root_at(before.size) == before.root
    assert watching.compare().differ == 0
    connection.ensure_connection()
    [left] = dropped_months(connection.connection)
    assert (left.entries, left.first_leaf, left.last_leaf, left.bundle) == (5, 0, 4, BUNDLE)


def test_a_chain_that_ended_in_the_month_is_not_reported_as_lost(house: House) -> None:
    [first, second] = old_months(house, 4, 0)
    with log_owner(house) as cursor:
        fill(cursor, second, 2)
    sign(house)
    noted = heads_of(house)
    drop(house, first, order(house, first, 4))
    assert verified(house, noted).problems == []
    writer, [head] = min(noted.items())
    longer = {**noted, writer: [head._replace(seq=head.seq + 3)]}
    assert [one.what for one in verified(house, longer).problems] == [
        "the end of the chain was cut: 3 entries were noted outside and are gone"
    ]


def test_months_leave_one_after_the_other(house: House, months: list[date]) -> None:
    for month, count in zip(months, (5, 4), strict=True):
        drop(house, month, order(house, month, count))
    report = verified(house)
    assert report.problems == []
    assert (report.months, report.archived) == (2, 9)


def test_a_month_without_an_entry_leaves_without_a_bundle(house: House) -> None:
    [month, _] = old_months(house, 0, 1)
    sign(house)
    assert drop(house, month, order(house, month, 0, bundle=None), bundle=None) == 0
    assert verified(house).problems == []


def test_writers_go_on_while_a_month_leaves(house: House, months: list[date]) -> None:
    ordered = order(house, months[0], 5)
    stop, written, failed = threading.Event(), [], []

    def go_on() -> None:
        while not stop.is_set():
            try:
                written.extend(write(house, 20))
            except psycopg2.Error as error:
                failed.append(error)

    writers = [threading.Thread(target=go_on) for _ in range(3)]
    for writer in writers:
        writer.start()
    try:
        drop(house, months[0], ordered)
    finally:
        stop.set()
        for writer in writers:
            writer.join()
    assert failed == []
    there = {str(one) for (one,) in house.ask("select id from log.entry")}
    assert {str(one) for one in written} <= there
    sign(house)
    assert verified(house).problems == []


def test_a_reader_that_holds_the_log_is_not_waited_for(house: House, months: list[date]) -> None:
    """Nothing is half done, and writers behind it wait for a second at most."""
    ordered = order(house, months[0], 5)
    with house.session("web", autocommit=False) as reader, reader.cursor() as cursor:
        cursor.execute("select count(*) from log.entry")
        with pytest.raises(psycopg2.errors.LockNotAvailable):
            drop(house, months[0], ordered)
    assert house.ask("select count(*) from log.dropped") == [(0,)]
    assert verified(house).problems == []
    assert drop(house, months[0], ordered) == 5
