"""Epoch rotation: nothing lost, everything goes on, and what was destroyed before opens nothing after."""

from collections import Counter
from time import monotonic, sleep
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override
from psycopg2.extensions import connection as Connection

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_read
from audit.models import LogEntry
from audit.refusals import Refused
from people.approvals.models import ApprovalRequest
from tests.cast import client_of, send
from tests.people.helpers import approve, confirm_identity
from tests.vault.custody import making
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import ZHANG, acting, add, add_many, book_of
from vault.access import Mode, access, new_subjects
from vault.crypto.errors import SealBroken
from vault.crypto.keywrap import KeyKind, WrappingKey, unwrap_key
from vault.custody import running
from vault.custody.models import KeyRotation, RotationState
from vault.custody.services import CannotRotate, ask_for_rotation, go_on
from vault.keys import inventory, rotation, rotation_store, store
from vault.keys.errors import KeyWithheld
from vault.keys.providers import provider
from vault.keys.providers.base import WrappedCompartmentKey
from vault.keys.service import key_cache, open_keys
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.records.search import search

__all__ = ["crypto_profile"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("as_worker")]


def reads(client: Client, person: object) -> str:
    with acting(person), access(Mode.OPEN, client_entry(client, Action.CLIENT_REVEAL)):  # type: ignore[arg-type]
        return str(Client.objects.select_related("book").get(pk=client.pk).notes)


def keyring(superuser: Connection, sql: str, *values: object) -> list[tuple[object, ...]]:
    with superuser.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def test_a_rotation_gives_new_keys_and_loses_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    client, before = add(book), store.root_in_force()
    known = reads(client, people.ming)
    done = making.rotated(people)
    assert (done.state, done.version_before) == (RotationState.DONE, before)
    assert (done.keys_moved, done.keys_broken) == (done.keys_total, 0)
    assert provider().versions() == [done.version] == [store.root_in_force()]
    assert [(root.id, root.state) for root in inventory.root_versions()] == [
        (done.version, "in_force"),
        (before, "destroyed"),
    ]
    for _ in range(2):  # from the cache of before, and cold
        assert reads(client, people.ming) == known == ZHANG["notes"]
        with acting(people.ming):
            assert len(search(actor=people.ming, text=ZHANG["phone"]).rows) == 1
        key_cache.cache_clear()
    later = add(book, {"name": "李四"})
    assert later.key_id
    assert making.rotated(people).state == RotationState.DONE
    key_cache.cache_clear()
    assert reads(client, people.ming) == ZHANG["notes"]


def test_readers_and_writers_go_on_all_the_while(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While every key moves threads read and write; some reads find an empty cache, as another process."""
    add_many(book, 40)
    client, read, made, stretches = add(book), Counter(), [], []
    monkeypatch.setattr(rotation, "BLOCKS", 1)
    stretch = rotation._rewrap_stretch

    def in_many_stretches(*args: object) -> tuple[int, int]:
        seen = read["cold"], len(made)
        deadline = monotonic() + 20
        while (
            read["cold"],
            len(made),
        ) == seen and monotonic() < deadline:  # so that some fall between any two
            sleep(0.01)
        stretches.append((read["cold"], len(made)))
        return stretch(*args)  # type: ignore[arg-type]

    def reading() -> None:
        for cold in (False, True):
            if cold:
                key_cache.cache_clear()
            assert reads(client, people.ming) == ZHANG["notes"]
            read["cold" if cold else "warm"] += 1

    def writing() -> None:
        made.append(add(book, {"name": f"新人{len(made)}", "notes": "x"}))

    monkeypatch.setattr(rotation, "_rewrap_stretch", in_many_stretches)
    with making.beside(reading, writing):
        assert making.rotated(people).state == RotationState.DONE
    assert len(set(stretches)) == len(stretches) > 1
    key_cache.cache_clear()
    for later in (made[0], made[len(made) // 2], made[-1]):
        assert reads(later, people.ming) == "x"


def test_a_stale_process_hangs_no_new_key_from_the_old_one(people: SimpleNamespace, book: ClientBook) -> None:
    """It was refused; the service asks anew, under an entry of its own, and nothing of the work is lost."""
    entry = Entry(
        action=Action.BOOK_OPEN, object_type=ObjectType.BOOK, object_id=book.pk, keys=(book.key_id,)
    )
    with acting(people.ming), access(Mode.WRITE, entry) as stale:
        making.rotated(people)
        old = stale.keys[book.key_id].key.key_id
        assert not store.add(
            kind=2,
            compartment=book.pk,
            parent=old,
            root_version=None,
            suite=1,
            keys=store.new_keys([(7, uuid4(), b"x" * 70)]),
        )
        with new_subjects(stale, [uuid4()], parent=book.key_id) as made:
            [key_id] = made.values()
        again = record_read(
            Entry(
                action=Action.CLIENT_VIEW,
                object_type=ObjectType.BOOK,
                object_id=book.pk,
                keys=(book.key_id, key_id),
            )
        )
        key_cache.cache_clear()
        assert open_keys(again, [book.key_id, key_id])
    assert LogEntry.objects.filter(action="keys.reopen", object_id=book.pk).exists()


def test_a_new_compartment_under_an_ended_root_is_made_anew(
    people: SimpleNamespace, book: ClientBook
) -> None:
    assert not store.add(
        kind=1,
        compartment=uuid4(),
        parent=None,
        root_version=making.rotated(people).version_before,
        suite=1,
        keys=store.new_keys([(9, uuid4(), b"x" * 70)]),
    )
    assert add(book_of(people.ming, name="新库"))


def test_a_compartment_made_during_the_rotation_is_not_left_behind(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Made under the old root after the order was written: the worker orders it as well."""
    add(book)
    ordered = making.ordered(people)
    late = add(book_of(people.ming, name="迟到的库"))
    with acting(people.olivia):
        running.carry_out(ordered.pk)
    ordered.refresh_from_db()
    assert (ordered.state, ordered.orders.count()) == (RotationState.DONE, 2)
    key_cache.cache_clear()
    assert reads(late, people.ming) == ZHANG["notes"]


def test_more_than_a_thousand_compartments(
    people: SimpleNamespace, book: ClientBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry names a thousand at most; the same with a smaller bound."""
    books = [book_of(people.ming, name=f"库{number}") for number in range(4)]
    client = add(books[-1])
    monkeypatch.setattr(inventory, "_AT_ONCE", 2)
    done = making.rotated(people)
    assert (done.state, done.orders.count()) == (RotationState.DONE, 3)
    assert reads(client, people.ming) == ZHANG["notes"]


def test_i6_after_a_rotation_an_old_keyring_opens_nothing_of_the_destroyed(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    """The thief has a dump of the keyring of before, and later the compartment's key out of the running
    system."""
    client = add(book)
    [[wrapped, parent]] = keyring(
        superuser, "select wrapped, parent from keyring.key where id = %s", client.key_id
    )
    [[root_wrapped, root]] = keyring(
        superuser, "select wrapped, root_version from keyring.key where id = %s", parent
    )
    with acting(people.olivia):
        destroy = record_read(
            Entry(
                action=Action.DESTRUCTION_ORDER,
                object_type=ObjectType.CLIENT,
                object_id=client.pk,
                subjects=(client.pk,),
            )
        )
    store.destroy(destroy, [client.pk])
    making.rotated(people)
    old = WrappedCompartmentKey(int(str(parent)), book.pk, int(str(root)), bytes(root_wrapped))  # type: ignore[arg-type]
    with pytest.raises(SealBroken):
        provider().unwrap_many([old])
    entry = Entry(
        action=Action.BOOK_OPEN, object_type=ObjectType.BOOK, object_id=book.pk, keys=(book.key_id,)
    )
    with acting(people.ming):
        now = open_keys(record_read(entry), entry.keys)[book.key_id].key
    assert isinstance(now, WrappingKey)
    with pytest.raises(SealBroken):
        unwrap_key(
            now,
            bytes(wrapped),  # type: ignore[arg-type]
            key_id=client.key_id,
            kind=KeyKind.SUBJECT,
            owner=client.pk.bytes,
            compartment=book.pk.bytes,
        )
    # Put back by the database's administrator, under the new parent's id, it is withheld like a missing one.
    keyring(superuser, "delete from keyring.tombstone where key = %s returning 1", client.key_id)
    keyring(
        superuser,
        "insert into keyring.key (id, kind, owner, compartment, parent, suite, wrapped)"
        " values (%s, 2, %s, %s, %s, 1, %s) returning 1",
        client.key_id,
        str(client.pk),
        str(book.pk),
        now.key_id,
        wrapped,
    )
    both = client_entry(client, Action.CLIENT_VIEW)
    with acting(people.ming), pytest.raises(KeyWithheld):
        open_keys(record_read(both), both.keys)


def test_a_keyring_row_that_does_not_open_stops_the_rotation_and_the_old_root_stays(
    superuser: Connection, people: SimpleNamespace, book: ClientBook
) -> None:
    client, other = add(book), add(book, {"name": "李四", "notes": "y"})
    [[mine]] = keyring(superuser, "select wrapped from keyring.key where id = %s", client.key_id)
    keyring(
        superuser,
        "update keyring.key set wrapped = (select wrapped from keyring.key where id = %s)"
        " where id = %s returning 1",
        other.key_id,
        client.key_id,
    )
    stopped = making.rotated(people)
    assert (stopped.state, stopped.keys_broken) == (RotationState.STOPPED, 1)
    assert stopped.version_before in provider().versions()
    assert reads(other, people.ming) == "y"
    with acting(people.olivia), transaction.atomic(), pytest.raises(DatabaseError, match="hang"):
        rotation_store.end_root_version(stopped.orders.first().entry, stopped.version_before)  # type: ignore[union-attr]
    # Brought back, it opens, and the rotation goes on to its end.
    keyring(superuser, "update keyring.key set wrapped = %s where id = %s returning 1", mine, client.key_id)
    with acting(people.olivia):
        go_on(actor=people.olivia, rotation=stopped)
        running.carry_out(stopped.pk)
    stopped.refresh_from_db()
    assert stopped.state == RotationState.DONE
    key_cache.cache_clear()
    assert reads(client, people.ming) == ZHANG["notes"]


def test_a_rotation_needs_an_officer_and_a_second_one(people: SimpleNamespace, book: ClientBook) -> None:
    for name in ("ada", "ming", "aud"):
        with acting(getattr(people, name)), pytest.raises(Refused):
            ask_for_rotation(actor=getattr(people, name), reason="because")
    with acting(people.olivia), pytest.raises(ValidationError):
        ask_for_rotation(actor=people.olivia, reason="")
    making.asked(people)
    assert not KeyRotation.objects.exists()
    with pytest.raises(CannotRotate):
        making.asked(people)


def test_asked_for_on_its_page_behind_the_password(people: SimpleNamespace, book: ClientBook) -> None:
    browser, page = client_of(people.olivia), reverse("vault:keys_rotate")
    before = provider().versions()
    confirm_identity(browser)
    assert send(browser, page, reason="").status_code == 200
    assert not ApprovalRequest.objects.exists()
    answer = send(browser, page, reason="End of the quarter")
    request = ApprovalRequest.objects.get()
    assert answer.headers["Location"] == reverse("people:approval", args=[request.pk])
    with acting(people.otto):
        approve(people.otto, request)
    with acting(people.olivia):
        running.carry_out(KeyRotation.objects.get(approval_id=request.pk).pk)
    assert not set(before) & set(provider().versions())


def test_the_command_asks_in_the_houses_language_and_says_what_comes_next(
    people: SimpleNamespace, book: ClientBook, capsys: pytest.CaptureFixture[str], settings
) -> None:
    with override(settings.LANGUAGE_CODE):  # as manage.py runs
        call_command("rotate_keys", "--as", "olivia")
    asked = ApprovalRequest.objects.get()
    assert asked.reason == "定期轮换密钥"
    assert reverse("people:approval", args=[asked.pk]) in capsys.readouterr().out


def test_one_rotation_at_a_time(people: SimpleNamespace, book: ClientBook) -> None:
    first = making.ordered(people)
    with pytest.raises(CannotRotate):
        making.asked(people)
    with pytest.raises(IntegrityError, match="one_rotation_at_a_time"):
        KeyRotation.objects.create(ordered_by=people.otto, approval_id=uuid4(), version_before=1)
    assert first.is_open
