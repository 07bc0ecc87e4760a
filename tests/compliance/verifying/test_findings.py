"""A row that is put back behind the log reaches the officers by the night's task, and leaves them again."""

import base64
import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
import redis
from django.conf import settings
from django.core.exceptions import FieldError
from django.urls import reverse
from django.utils import timezone
from psycopg2.extensions import connection as Connection

from audit.actions import Action, Result
from audit.models import LogEntry
from audit.refusals import Refused
from compliance.verifying import comparing
from compliance.verifying.comparing import OVERDUE
from compliance.verifying.findings import (
    CHECK,
    FAILED,
    NAMED,
    Finding,
    Settled,
    acknowledge,
    findings,
    waiting,
)
from compliance.verifying.tasks import begin, verify
from people.accounts.system import SYSTEM_ID
from tests.cast import client_of
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of
from tests.vault.records.verifying.making import Intruder, of_kind
from tests.vault.records.versions.making import change
from tests.vault.relations.makers import said_to
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook
from vault.records.verifying.codes import CLIENT

__all__ = ["book", "people"]

pytestmark = pytest.mark.django_db(transaction=True)
PAGE, ACKNOWLEDGED = "compliance:findings", {"reason": Settled.INCIDENT.value}


def of(book: ClientBook) -> list[Finding]:
    return [one for one in findings() if one.book_id == book.pk]


def test_a_row_rolled_back_by_sql_reaches_the_officers_and_repairing_it_settles_that(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client = add(book)
    add_many(book, 3)
    put_back, repair = changed(client, superuser)
    officer, page = client_of(people.olivia), reverse(PAGE)
    verify(str(book.pk))
    assert of(book) == []
    assert page not in officer.get("/").content.decode()

    put_back()
    for _ in range(2):  # said once, however often it is seen
        verify(str(book.pk))
    [found] = of(book)
    assert (found.rows, found.clients, found.outcome) == (1, [client.pk], "")
    assert [(one.kind, one.row, one.how.name) for one in found.named] == [(CLIENT, client.pk, "CHANGED")]
    entry = LogEntry.objects.using("audit").get(pk=found.id)
    assert (entry.action, entry.result, entry.actor) == (Action.RECORDS_DIFFER, Result.FAILED, SYSTEM_ID)
    assert not [value for value in ZHANG.values() if value.encode() in bytes(entry.leaf)]
    assert page in officer.get("/").content.decode()
    shown = officer.get(page).content.decode()
    assert "1 row is not as the log says" in shown
    assert book.name in shown
    assert not [value for value in ZHANG.values() if value in shown]
    assert page not in client_of(people.ming).get("/").content.decode()

    repair()
    verify(str(book.pk))
    [found] = of(book)
    assert (found.outcome, found.by) == (Settled.OVER, SYSTEM_ID)
    assert page not in officer.get("/").content.decode()
    put_back()
    verify(str(book.pk))
    assert [one.outcome for one in of(book)] == ["", Settled.OVER]  # the same again is found again


def changed(client: Client, superuser: Connection) -> tuple[Callable[[], None], Callable[[], None]]:
    """Changes the client honestly: what puts its row back behind the log, and what repairs that again."""
    intruder = Intruder(superuser)
    put_back = intruder.keep(of_kind(CLIENT), client.pk)
    change(client, phone="+8613700137000")
    return put_back, intruder.keep(of_kind(CLIENT), client.pk)


def test_the_officers_page_says_what_kind_of_row_of_which_client(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client, gone, intruder = add(book), add(book, {"name": "李四"}), Intruder(superuser)
    rows = [said_to(client, people.ming, f"第{number}次").pk for number in range(NAMED)]
    intruder.delete(of_kind(CLIENT), gone.pk)
    for row in rows:
        intruder.change(of_kind("cm"), row, "outcome = 'busy'")
    verify(str(book.pk))
    [found] = of(book)
    assert (found.rows, len(found.named), found.more) == (NAMED + 1, NAMED, 1)
    shown = client_of(people.olivia).get(reverse(PAGE)).content.decode()
    log = reverse("compliance:log")
    for one, kind, how in (
        (client, "Communication · Client", "changed or put back"),
        (gone, "Client", "deleted"),
    ):
        assert f'<a href="{log}?client={one.pk}">{kind} …{str(one.pk)[-8:]}</a>' in shown
        assert f'<span class="text-secondary">{how}</span>' in shown
    assert "and 1 more row" in shown


def test_acknowledging_with_a_reason_settles_it_until_anything_else_differs(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client, other = add(book), add(book, {"name": "李四", "phone": "+8613900139000"})
    changed(client, superuser)[0]()
    verify(str(book.pk))
    [found] = of(book)
    officer, address = client_of(people.olivia), reverse("compliance:finding", args=[found.id])
    for wrong in ({}, {"reason": "ok"}, {"reason": Settled.OVER.value}):
        officer.post(address, wrong)
        assert len(waiting()) >= 1
        assert of(book)[0].outcome == ""
    assert officer.post(address, ACKNOWLEDGED)["Location"] == reverse(PAGE)
    [found] = of(book)
    assert (found.outcome, found.by) == (Settled.INCIDENT, people.olivia.pk)
    assert reverse(PAGE) not in officer.get("/").content.decode()
    with acting(people.otto), pytest.raises(NotPossible):
        acknowledge(actor=people.otto, finding_id=found.id, reason=Settled.RESTORED)
    with acting(people.ming), pytest.raises(Refused):
        acknowledge(actor=people.ming, finding_id=found.id, reason=Settled.RESTORED)
    verify(str(book.pk))
    assert len(of(book)) == 1
    with superuser.cursor() as cursor:
        cursor.execute(
            "update vault_client set contact_seal = contact_seal + 1 where id = %s", [str(other.pk)]
        )
    verify(str(book.pk))
    newest, known = of(book)
    assert (newest.rows, newest.outcome, known.outcome) == (2, "", Settled.OVER)


def test_a_book_that_cannot_be_compared_is_not_passed_over(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(book: ClientBook) -> None:
        raise FieldError

    with monkeypatch.context() as broken:
        broken.setattr(comparing, "compare_book", breaks)
        with pytest.raises(FieldError):
            verify(str(book.pk))
    [found] = of(book)
    assert (found.state, found.outcome) == (FAILED, "")
    assert "could not be compared" in client_of(people.olivia).get(reverse(PAGE)).content.decode()
    verify(str(book.pk))
    assert of(book)[0].outcome == Settled.OVER


def test_a_night_takes_up_what_was_left_and_lets_everything_else_go_first(
    people: SimpleNamespace, book: ClientBook
) -> None:
    other = book_of(people.ming)
    verify(str(book.pk))
    store = redis.from_url(settings.REDIS_URL)
    store.delete(*store.keys("celery*"), "celery")
    begin()
    begin()  # an hour later, nobody having worked
    [key] = store.keys("celery*")  # of a priority of its own, which workers look into last
    queued = [json.loads(one) for one in store.lrange(key, 0, -1)]
    found = [(json.loads(base64.b64decode(one["body"]))[0], one["properties"]["priority"]) for one in queued]
    assert found == [([str(other.pk)], 9)] * 2
    verify(str(other.pk))
    done = LogEntry.objects.filter(action=Action.RECORDS_VERIFY, object_id=other.pk)
    assert done.get().fields == ["clients-0", "rows-0", "unknown-0", "differ-0"]
    assert not LogEntry.objects.filter(object_id=CHECK, fields__contains=[f"book-{other.pk}"]).exists()
    scheduled = [entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()]
    assert begin.name in scheduled


def test_nights_that_were_left_out_are_said(people: SimpleNamespace, book: ClientBook) -> None:
    officer, page = client_of(people.olivia), reverse(PAGE)
    ClientBook.objects.filter(pk=book.pk).update(created_at=timezone.now() - OVERDUE)
    assert page in officer.get("/").content.decode()
    assert "1 book was not compared for two days" in officer.get(page).content.decode()
    verify(str(book.pk))
    assert page not in officer.get("/").content.decode()
    said = officer.get(page).content.decode()
    assert "not compared" not in said
    assert "No record differs from the log" in said
