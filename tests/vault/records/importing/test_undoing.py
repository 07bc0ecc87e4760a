"""Undoing a whole import: what nobody used goes, keys and all; the rest stays; others cannot ask."""

import re
from importlib import import_module
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from tests.cast import client_of, send
from tests.people.helpers import confirm_identity
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add, let_in
from tests.vault.records.uploads import start, upload
from vault.keys import store
from vault.purposes.catalogue import Purpose, Reason
from vault.records.importing.models import ImportJob, ImportState, ImportUndo, UndoReason
from vault.records.importing.services import order_undo
from vault.records.importing.tasks import run, undo
from vault.records.importing.undoing import HARMLESS, WITHIN
from vault.records.labels import Group
from vault.records.models import Client, ClientBook, Level
from vault.records.reading import reveal_group, view_client
from vault.records.search import search

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "姓名,手机\n" + "".join(f"客户{n},1390000{n:04}\n" for n in range(6))


@pytest.fixture
def job(as_worker: None, book: ClientBook) -> ImportJob:
    with acting(book.lead):
        made = start(upload(book, LIST))
    run(str(made.pk))
    made.refresh_from_db()
    return made


def undone(job: ImportJob) -> ImportUndo:
    with acting(job.book.lead):
        order_undo(actor=job.book.lead, job_id=job.pk, reason=UndoReason.WRONG_LIST)
    undo(str(job.pk))
    return ImportUndo.objects.get(pk=job.pk)


def test_what_nobody_used_goes_with_its_keys(job: ImportJob, people: SimpleNamespace) -> None:
    before = add(job.book, {"name": "早已在册"})
    ids = list(Client.objects.filter(import_id=job.pk).values_list("pk", flat=True))
    done = undone(job)
    assert (done.removed, done.keys, done.kept) == (6, 6, 0)
    assert done.index_rows >= 6
    assert [copy.live for copy in store.copies(ids)] == [False] * 6
    assert list(Client.objects.values_list("pk", flat=True)) == [before.pk]
    with acting(people.ming):
        assert search(actor=people.ming, text="13900000001").rows == []
    job.refresh_from_db()
    assert job.state == ImportState.UNDONE
    undo(str(job.pk))  # again changes nothing
    assert ImportUndo.objects.get(pk=job.pk).removed == 6


def test_ordered_on_its_page_behind_the_password(job: ImportJob, people: SimpleNamespace) -> None:
    browser, page = client_of(people.ming), reverse("vault:import_undo", args=[job.pk])
    assert browser.post(page, {"reason": "wrong_list"}).status_code == 200  # asks for the password
    assert not ImportUndo.objects.exists()
    confirm_identity(browser)
    shown = browser.get(page)
    assert (shown.context["going"], shown.context["used"]) == (6, 0)
    assert browser.post(page, {"reason": "for fun"}).status_code == 422
    assert not ImportUndo.objects.exists()
    answer = send(browser, page, reason="wrong_list")
    assert answer.headers["Location"] == reverse("vault:import_undone", args=[job.pk])
    undo(str(job.pk))
    ended = browser.get(answer.headers["Location"])
    assert ended.status_code == 200
    assert ended.context["undo"].removed == 6
    assert not Client.objects.filter(import_id=job.pk).exists()


def test_who_was_opened_since_stays_and_who_was_only_seen_masked_goes(
    job: ImportJob, people: SimpleNamespace
) -> None:
    opened, seen, *_ = Client.objects.filter(import_id=job.pk).order_by("pk")
    with acting(people.ming):
        view_client(actor=people.ming, client_id=seen.pk)
        reveal_group(
            actor=people.ming,
            client_id=opened.pk,
            group=Group.CONTACT,
            purpose=Purpose.SERVICE,
            reason=Reason.CALL,
        )
    done = undone(job)
    assert (done.removed, done.kept) == (5, 1)
    assert list(Client.objects.values_list("pk", flat=True)) == [opened.pk]


def test_opened_between_the_order_and_the_worker_stays(job: ImportJob, people: SimpleNamespace) -> None:
    opened = Client.objects.filter(import_id=job.pk).earliest("pk")
    with acting(people.ming):
        order_undo(actor=people.ming, job_id=job.pk, reason=UndoReason.WRONG_BOOK)
        reveal_group(
            actor=people.ming,
            client_id=opened.pk,
            group=Group.CONTACT,
            purpose=Purpose.SERVICE,
            reason=Reason.CALL,
        )
    undo(str(job.pk))
    assert ImportUndo.objects.get(pk=job.pk).kept == 1
    assert Client.objects.get().pk == opened.pk


def test_who_only_works_in_the_book_cannot_undo(job: ImportJob, people: SimpleNamespace) -> None:
    let_in(job.book, people.lin, Level.WORK)
    with acting(people.lin), pytest.raises(Refused):
        order_undo(actor=people.lin, job_id=job.pk, reason=UndoReason.WRONG_LIST)


def test_a_day_later_it_is_too_late(job: ImportJob, people: SimpleNamespace) -> None:
    ImportJob.objects.filter(pk=job.pk).update(started_at=timezone.now() - WITHIN)
    with acting(people.ming), pytest.raises(Refused):
        order_undo(actor=people.ming, job_id=job.pk, reason=UndoReason.WRONG_LIST)


def test_the_door_takes_no_undo_order_for_whom_the_import_did_not_make(
    job: ImportJob, people: SimpleNamespace
) -> None:
    """The attack: an agent who may write to the log orders the undoing of a client of long ago."""
    old = add(job.book, {"name": "早已在册"})
    own = Client.objects.filter(import_id=job.pk).earliest("pk")
    for job_id, victim in ((job.pk, old.pk), (uuid4(), own.pk), (job.pk, uuid4())):
        with acting(people.ming):
            order = record_read(
                Entry(
                    action=Action.IMPORT_UNDO,
                    object_type=ObjectType.IMPORT_JOB,
                    object_id=job_id,
                    subjects=(victim,),
                )
            )
        with pytest.raises(ProgrammingError, match="no committed order"):
            store.destroy(order, [victim])
    assert [copy.live for copy in store.copies([old.pk, own.pk])] == [True, True]


def test_python_and_the_door_agree_on_what_is_harmless() -> None:
    sql = import_module("vault.migrations.0012_importing").UNDO_ORDER
    [listed] = re.findall(r"l\.action not in \(([^)]*)\)", sql)
    assert set(re.findall(r"'([a-z_.]+)'", listed)) == set(HARMLESS)


def test_an_undo_has_a_reason_and_a_key_for_each_client(job: ImportJob, people: SimpleNamespace) -> None:
    for more in ({"reason": "whim"}, {"reason": UndoReason.WRONG_LIST, "removed": 2, "keys": 1}):
        with pytest.raises(IntegrityError, match="import_undo_"), transaction.atomic():
            ImportUndo.objects.create(job=job, ordered_by=people.ming, **more)
