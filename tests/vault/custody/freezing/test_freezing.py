"""A freeze shuts one book for everybody at once, takes nothing else along, and ends by two people's word."""

import subprocess
import sys
from types import SimpleNamespace
from uuid import uuid4

import psycopg2
import pytest
from django.db import DatabaseError, connection
from django.urls import reverse

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.refusals import Refused
from people.approvals.models import State
from people.approvals.services import NotDecidable
from tests.cast import client_of
from tests.vault.custody import making as rotations
from tests.vault.custody.freezing.making import approved, asked, frozen
from tests.vault.records.makers import ZHANG, acting, add, book_of, let_in
from tests.vault.records.uploads import start, upload
from vault.custody.freezing import tasks
from vault.custody.freezing.services import CannotThaw, state_of
from vault.keys import store
from vault.keys.errors import CompartmentFrozen, KeyWithheld
from vault.keys.freezing import frozen_among, thaw
from vault.keys.service import key_cache
from vault.records.importing.models import ImportState
from vault.records.importing.tasks import run
from vault.records.listing import list_clients
from vault.records.models import ClientBook
from vault.records.reading import view_client
from vault.records.search import search

pytestmark = pytest.mark.django_db(transaction=True)

# A process of its own whose cache is warm: it reads, waits for a line, reads again.
READER = """
import sys, django
django.setup()
from uuid import UUID
from django.db import connections
for alias in ("default", "audit"):
    connections[alias].settings_dict["NAME"] = sys.argv[1]
from audit.origin import Origin, acting_as
from people.accounts.models import User
from vault.keys.errors import CompartmentFrozen
from vault.keys.service import key_cache
from vault.records.reading import view_client
person = User.objects.get(username="ming")
for _ in range(3):
    with acting_as(Origin(actor=person.pk)):
        try:
            view_client(actor=person, client_id=UUID(sys.argv[2]))
            print("open", len(key_cache()), flush=True)
        except CompartmentFrozen:
            print("frozen", len(key_cache()), flush=True)
    sys.stdin.readline()
"""


def test_another_process_with_a_warm_cache_is_shut_by_its_next_read(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    command = [sys.executable, "-c", READER, str(connection.settings_dict["NAME"]), str(client.pk)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        said = [other.stdout.readline().split()]
        frozen(book, people.ming)
        for _ in range(2):
            print(file=other.stdin, flush=True)
            said.append(other.stdout.readline().split())
        print(file=other.stdin, flush=True)
    assert [word for word, _ in said] == ["open", "frozen", "frozen"]
    assert int(said[0][1]) > 0  # it was warm
    assert int(said[1][1]) == 0  # and holds nothing any more


def test_the_other_books_go_on_and_say_what_is_left_out(people: SimpleNamespace, book: ClientBook) -> None:
    add(book)
    other = book_of(people.ming, name="另一本")
    add(other, {"name": "李四", "phone": "+8613900139000"})
    with acting(people.ming):
        list_clients(actor=people.ming, filters={})
    frozen(book, people.ming)
    with acting(people.ming):
        rows = list_clients(actor=people.ming, filters={}).rows
        assert sorted((row.frozen, bool(row.name)) for row in rows) == [(False, True), (True, False)]
        assert len(search(actor=people.ming, text="13900139000").rows) == 1
        found = search(actor=people.ming, text=ZHANG["phone"])
    assert (found.rows, found.frozen) == ([], (book.name,))


def test_the_pages_say_it_clearly(people: SimpleNamespace, book: ClientBook) -> None:
    client, browser = add(book), client_of(people.ming)
    let_in(book, people.lin)
    answer = browser.post(f"/system/keys/freezing/{book.pk}/", {"reason": "freeze.device"})
    assert answer.status_code == 302
    assert browser.get(reverse("vault:client", args=[client.pk])).status_code == 423
    page = reverse("vault:book", args=[book.pk])
    seen = client_of(people.lin).get(page).content.decode()
    assert "Frozen by Ming" in seen
    assert "End the freeze" not in seen
    assert seen.index("Frozen by Ming") < seen.index("Who works in this book")
    for offered in ("vault:client_add", "vault:import_upload"):
        assert reverse(offered, args=[book.pk]) not in seen
    assert "A device or a password was lost" in browser.get(page).content.decode()
    assert "Frozen" in browser.get(reverse("vault:clients")).content.decode()
    officer = client_of(people.olivia).get("/system/keys/?state=frozen").content.decode()
    assert f"/system/keys/freezing/{book.pk}/" in officer


@pytest.mark.usefixtures("as_worker")
def test_two_people_end_it_and_reading_goes_on(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    frozen(book, people.ming)
    request = asked(book, people.ming)
    with pytest.raises(CannotThaw), acting(people.ming):
        asked(book, people.ming)
    tasks.thaw_ordered()
    assert frozen_among([book.pk])  # asking is not enough
    assert approved(request, people.olivia).state == State.CARRIED_OUT
    tasks.thaw_ordered()
    tasks.thaw_ordered()
    assert state_of(book.pk) is None
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)
    # An old order does not end a new freeze.
    frozen(book, people.olivia)
    tasks.thaw_ordered()
    assert frozen_among([book.pk])


@pytest.mark.usefixtures("as_worker")
def test_a_rotation_goes_on_through_a_freeze(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    frozen(book, people.ming)
    assert rotations.rotated(people).state == "done"
    with acting(people.ming), pytest.raises(CompartmentFrozen):
        view_client(actor=people.ming, client_id=client.pk)
    approved(asked(book, people.ming), people.otto)
    tasks.thaw_ordered()
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)


def test_attack_an_agent_ends_a_freeze_alone(people: SimpleNamespace, book: ClientBook) -> None:
    frozen(book, people.ming)
    request = asked(book, people.ming)
    for person in (people.ming, people.lin):
        with pytest.raises(NotDecidable):
            approved(request, person)
    officers = asked_by_officer(people)
    with pytest.raises(NotDecidable):
        approved(officers, people.olivia)


def asked_by_officer(people: SimpleNamespace) -> object:
    book = book_of(people.lin, name="林的")
    frozen(book, people.olivia)
    return asked(book, people.olivia)


def test_attack_somebody_elses_book_is_frozen(people: SimpleNamespace, book: ClientBook) -> None:
    let_in(book, people.lin)
    for person in (people.lin, people.ada, people.lea, people.aud, people.bo):
        with pytest.raises(Refused):
            frozen(book, person)
        answer = client_of(person).post(f"/system/keys/freezing/{book.pk}/", {"reason": "freeze.leak"})
        assert answer.status_code in {302, 404}
    assert not frozen_among([book.pk])


def test_attack_the_web_login_unlocks(people: SimpleNamespace, book: ClientBook, web: object) -> None:
    frozen(book, people.ming)
    with web.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):  # type: ignore[attr-defined]
        cursor.execute("select keyring.unlock(%s, %s)", [str(uuid4()), str(book.pk)])
    with web.cursor() as cursor, pytest.raises(psycopg2.errors.InsufficientPrivilege):  # type: ignore[attr-defined]
        cursor.execute("delete from keyring.locked")


@pytest.mark.usefixtures("as_worker")
def test_attack_the_worker_is_given_an_order_without_a_second_person(
    people: SimpleNamespace, book: ClientBook
) -> None:
    frozen(book, people.ming)
    request = asked(book, people.ming)
    with acting(people.ming):
        for action in (Action.APPROVAL_APPROVE, Action.KEYS_UNLOCK):
            order = record_read(
                Entry(
                    action=action,
                    object_type=ObjectType.APPROVAL,
                    object_id=request.pk,
                    subjects=(book.pk,),
                )
            )
    with pytest.raises(DatabaseError, match="second person"):
        thaw(order, book.pk)
    with pytest.raises(DatabaseError, match="no committed order"):
        thaw(uuid4(), book.pk)
    assert frozen_among([book.pk])


def test_attack_the_cache_is_used_after_a_freeze(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    with acting(people.ming):
        view_client(actor=people.ming, client_id=client.pk)
    assert key_cache().get_many([client.key_id])
    frozen(book, people.ming)
    with acting(people.ming), pytest.raises(KeyWithheld):
        view_client(actor=people.ming, client_id=client.pk)
    assert not key_cache().get_many([client.key_id, book.key_id])
    with pytest.raises(KeyWithheld):
        add(book, {"name": "李四"})


@pytest.mark.usefixtures("as_worker")
def test_an_import_waits_for_the_end_of_the_freeze(people: SimpleNamespace, book: ClientBook) -> None:
    with acting(people.ming):
        job = upload(book, "姓名,手机\n王五,13800138000\n")
        start(job)
    frozen(book, people.ming)
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.cursor) == (ImportState.RUNNING, 0)
    page = client_of(people.ming).get(reverse("vault:import_job", args=[job.pk])).content.decode()
    assert "the import waits" in page
    approved(asked(book, people.ming), people.otto)
    tasks.thaw_ordered()
    run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.added) == (ImportState.DONE, 1)


@pytest.mark.usefixtures("as_worker")
def test_destruction_does_not_wait_for_a_freeze(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    frozen(book, people.ming)
    with acting(people.olivia):
        order = record_read(
            Entry(
                action=Action.DESTRUCTION_ORDER,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
            )
        )
    assert store.destroy(order, [client.pk])[0] == 1
    assert not any(copy.live for copy in store.copies([client.pk]))
