"""An end that leaves while its beginning stays: what is read from pairs of entries does not change by it."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg2.extensions import connection as Connection

from audit.checkpoints.alarms import WATCH
from audit.entry import leaf, timestamp
from audit.rows import COLUMNS
from compliance.logretention import tasks
from compliance.logretention.keeping import kept
from compliance.logretention.policy import Policy
from tests.audit.retention.months import months_ago
from tests.compliance.logretention.conftest import AddMonths
from tests.compliance.logretention.doing import agreed, asked, night, worked
from tests.compliance.world import book_of
from vault.records.verifying.codes import CLIENT
from vault.records.verifying.comparing import How, compare_book

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("lasting_keys")]
FIRST, SECOND = months_ago(41), months_ago(40)
_ENTRY = """
insert into log.entry (id, at, action, purpose, reason, result, object_type, object_id, subjects, fields,
    keys, leaf)
select %(id)s::uuid, %(at)s, %(action)s, '', '', 'done', 'client', %(object_id)s::uuid, %(subjects)s::uuid[],
    '{}', '{}', %(leaf)s
"""
Say = Callable[..., UUID]


@pytest.fixture(autouse=True)
def _queue_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.leave, "delay", lambda code: None)


@pytest.fixture
def say(old: AddMonths, superuser: Connection) -> Say:
    """Entries in two months of long ago."""
    old(1, 1, oldest=41)

    def entry(month: date, action: str, about: UUID, *subjects: UUID) -> UUID:
        at, one = datetime(month.year, month.month, 20, tzinfo=UTC), uuid4()
        columns: dict[str, Any] = dict.fromkeys(COLUMNS) | {
            "id": str(one),
            "action": action,
            "object_type": "client",
            "object_id": str(about),
            "subjects": [str(subject) for subject in subjects],
            "purpose": "",
            "reason": "",
            "result": "done",
            "fields": [],
            "keys": [],
        }
        data = leaf(columns, detail=None, time=timestamp(at))
        with superuser.cursor() as cursor:
            cursor.execute("set role sealroom_log")
            cursor.execute(_ENTRY, {**columns, "at": at, "leaf": data})
            cursor.execute("reset role")
        return one

    return entry


@pytest.mark.parametrize("order_stays", [False, True])
def test_a_client_whose_end_left_is_not_missing_if_its_key_is_destroyed(
    people: dict[str, Any],
    say: Say,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    order_stays: bool,
) -> None:
    """The import of a thousand stays for one of them; the month in which another was destroyed leaves."""
    book, client = book_of(people["ming"]), uuid4()
    say(FIRST, "client.create", book.pk, client)
    say(FIRST if order_stays else SECOND, "destruction.order", uuid4(), client)
    say(SECOND, "destruction.done", uuid4(), client)
    assert compare_book(book).named == []
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], SECOND))
    assert worked(superuser, monkeypatch, SECOND).left_at is not None
    [found] = compare_book(book).named
    assert (found.kind, found.row, found.how) == (CLIENT, client, How.DELETED)
    with superuser.cursor() as cursor:
        cursor.execute(
            "insert into keyring.tombstone (key, kind, owner, compartment, entry)"
            " values (%s, 2, %s, %s, gen_random_uuid())",
            [client.int % 2**53, str(client), str(book.pk)],
        )
    assert compare_book(book).named == []


def test_attack_a_client_is_deleted_whose_order_no_month_has_taken_along(
    people: dict[str, Any], say: Say, superuser: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A month that left excuses no row whose order is younger than it."""
    book, client = book_of(people["ming"]), uuid4()
    say(SECOND, "client.create", book.pk, client)
    say(SECOND, "destruction.order", uuid4(), client)
    with superuser.cursor() as cursor:
        cursor.execute(
            "insert into keyring.tombstone (key, kind, owner, compartment, entry)"
            " values (%s, 2, %s, %s, gen_random_uuid())",
            [client.int % 2**53, str(client), str(book.pk)],
        )
    night(superuser, monkeypatch)
    agreed(people["otto"], asked(people["olivia"], FIRST))
    assert worked(superuser, monkeypatch, FIRST).left_at is not None
    assert [one.row for one in compare_book(book).named] == [client]


@pytest.mark.parametrize(
    ("beginning", "end"), [("checkpoint.differ", "checkpoint.agree"), ("records.differ", "records.settle")]
)
def test_the_end_of_an_alarm_stays_as_long_as_its_beginning(say: Say, beginning: str, end: str) -> None:
    about = WATCH if beginning.startswith("checkpoint") else uuid4()
    say(SECOND, end, about)
    assert kept(SECOND, Policy()) == {}
    say(FIRST, beginning, about)
    assert kept(SECOND, Policy()) == {"alarm": [1, 1]}
    assert kept(FIRST, Policy()) == {}
