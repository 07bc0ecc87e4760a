"""A month that stays loses its sealed reasons by two officers' word; clients, entries, proofs stay."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.db import connection
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from audit.refusals import Refused
from compliance.logretention import shredding, tasks
from compliance.logretention.models import LogMonth
from compliance.review.reasons import open_sealed_reason
from people.approvals.models import ApprovalRequest, State
from tests.audit.retention.months import months_ago
from tests.cast import signed_in
from tests.compliance.logretention.doing import agreed
from tests.compliance.world import book_of, clients_in
from tests.databases import as_worker
from vault.keys import store
from vault.keys.service import key_cache
from vault.purposes.catalogue import Purpose, Reason
from vault.records.labels import Group
from vault.records.reading import reveal_group

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = "asked me to call back"
THIS = months_ago(0)


@pytest.fixture(autouse=True)
def _queue_later(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks.shred, "delay", lambda code: None)


@pytest.fixture
def client_id(people: dict[str, Any]) -> UUID:
    [made] = clients_in(book_of(people["ming"]), people["ming"], 1)
    return made


def reveal(people: dict[str, Any], client_id: UUID, words: str = WORDS) -> LogEntry:
    with acting_as(Origin(actor=people["ming"].pk)):
        reveal_group(
            actor=people["ming"],
            client_id=client_id,
            group=Group.CONTACT,
            purpose=Purpose.SERVICE,
            reason=Reason.CALL,
            words=words,
        )
    return LogEntry.objects.filter(object_id=client_id, action="client.reveal").latest("at")


def read(people: dict[str, Any], entry: LogEntry) -> str | None:
    with acting_as(Origin(actor=people["olivia"].pk)):
        return open_sealed_reason(people["olivia"], entry)


def aged(superuser: Connection, month: date) -> None:
    """This month's keys of words are that old month's."""
    with superuser.cursor() as cursor:
        cursor.execute("update keyring.detail set month = %s where month = %s", [month, THIS])


def kept_month(month: date) -> LogMonth:
    return LogMonth.objects.create(
        month=month, entries=1, kept={"living": [1, 1]}, details=store.details_in(month)
    )


def asked(officer: Any, month: date) -> ApprovalRequest:
    with acting_as(Origin(actor=officer.pk)):
        return shredding.ask(actor=officer, month=month, words="Their time is over.")


def ordered(actor: Any, month: date) -> UUID:
    entry = Entry(
        action=Action.LOG_SHRED_ORDER,
        object_type=ObjectType.LOG,
        object_id=None,
        fields=(f"month.{month:%Y-%m}",),
    )
    with acting_as(Origin(actor=actor.pk)):
        return record_read(entry)


def test_the_words_go_and_the_client_stays(
    people: dict[str, Any], client_id: UUID, superuser: Connection
) -> None:
    month = months_ago(40)
    entry = reveal(people, client_id)
    before = bytes(entry.leaf), bytes(entry.detail or b"")
    assert read(people, entry) == WORDS
    aged(superuser, month)
    row = kept_month(month)
    assert row.details == 1
    assert agreed(people["otto"], asked(people["olivia"], month)).state == State.CARRIED_OUT
    assert read(people, entry) == WORDS
    with as_worker():
        tasks.shred(row.code)
        tasks.shred(row.code)
    assert read(people, entry) is None
    row.refresh_from_db()
    assert (row.shredded_at is not None, row.details) == (True, 0)
    done = LogEntry.objects.filter(action=Action.LOG_SHRED).latest("at")
    assert done.fields == [f"month.{row.code}", "keys-1"]
    entry.refresh_from_db()
    assert (bytes(entry.leaf), bytes(entry.detail or b"")) == before
    later = reveal(people, client_id, "something new")
    assert read(people, later) == "something new"


def test_the_page_says_when(
    people: dict[str, Any], client_id: UUID, superuser: Connection, client: Any
) -> None:
    """The row of the entry's own month, as if that month had become old."""
    people["olivia"].language = "en"
    people["olivia"].save()
    entry = reveal(people, client_id)
    month = months_ago(40)
    aged(superuser, month)
    with as_worker():
        store.shred(ordered(people["olivia"], month), month)
    LogMonth.objects.create(month=THIS, shred_order=uuid4(), shredded_at=entry.at)
    signed_in(client, people["olivia"])
    page = client.post(f"/log/{entry.pk}/reason/")
    assert b"The words were destroyed under the retention of the log" in page.content


def test_asking_is_for_officers_and_for_what_is_past_its_time(
    people: dict[str, Any], client_id: UUID, superuser: Connection
) -> None:
    reveal(people, client_id)
    month = months_ago(40)
    for person in ("olivia", "aud", "ming"):
        with pytest.raises(Refused):
            asked(people[person], month)
    aged(superuser, month)
    row = kept_month(month)
    with pytest.raises(Refused):
        asked(people["aud"], month)
    row.kept = None  # not old enough
    row.save()
    with pytest.raises(Refused):
        asked(people["olivia"], month)


def test_attack_words_of_the_last_six_months(people: dict[str, Any], client_id: UUID) -> None:
    entry = reveal(people, client_id)
    order = ordered(people["olivia"], THIS)
    with as_worker(), pytest.raises(Exception, match="six months"):
        store.shred(order, THIS)
    assert read(people, entry) == WORDS


def test_attack_without_an_order_or_under_another_months(people: dict[str, Any]) -> None:
    other = ordered(people["olivia"], months_ago(41))
    with as_worker():
        for order in (uuid4(), other):
            with pytest.raises(Exception, match="no committed order"):
                store.shred(order, months_ago(40))


@pytest.mark.parametrize(
    "sql",
    [
        "select keyring.shred(gen_random_uuid(), '2020-01-01')",
        "select * from keyring.detail",
        "update keyring.detail set month = '2020-01-01'",
        "delete from keyring.detail",
    ],
)
def test_attack_by_the_web_login(web: Connection, sql: str) -> None:
    with web.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):
        cursor.execute(sql)


def test_attack_another_clients_key_is_declared_as_that_of_words(
    people: dict[str, Any], client_id: UUID, web: Connection
) -> None:
    """It would be destroyed with the words: the subject's own key, and one of another book, are refused."""
    with connection.cursor() as cursor:
        cursor.execute("select key_id from vault_client where id = %s", [client_id])
        [(own,)] = cursor.fetchall()
    for key in (own, own + 1):
        with pytest.raises(Exception, match="words need a subject"):
            store.detail_add(key, client_id)


def test_the_end_of_a_client_is_the_end_of_its_words(
    people: dict[str, Any], client_id: UUID, superuser: Connection
) -> None:
    entry = reveal(people, client_id)
    order = Entry(
        action=Action.DESTRUCTION_ORDER,
        object_type=ObjectType.DESTRUCTION_RUN,
        object_id=uuid4(),
        subjects=(client_id,),
    )
    with acting_as(Origin(actor=people["olivia"].pk)):
        order_id = record_read(order)
    with as_worker():
        store.destroy(order_id, [client_id])
    key_cache.cache_clear()
    with superuser.cursor() as cursor:
        cursor.execute("select entry from keyring.tombstone where key = %s", [entry.detail_key])
        assert [str(one) for (one,) in cursor.fetchall()] == [str(order_id)]
        cursor.execute("select count(*) from keyring.key where id = %s", [entry.detail_key])
        assert cursor.fetchall() == [(0,)]
    assert read(people, entry) is None
