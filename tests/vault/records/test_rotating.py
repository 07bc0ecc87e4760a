"""Rebuilding an index and rotating its keys: nobody is unfindable meanwhile, and the old index dies."""

import io
import json
from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add, add_many
from vault.keys import store
from vault.keys.service import key_cache
from vault.records import rotating
from vault.records.books import index_keys, opened_book
from vault.records.changing import update_client
from vault.records.drafts import ClientDraft
from vault.records.models import Client, ClientBook, IndexKey
from vault.records.search import search
from vault.records.services import create_clients

__all__ = ["crypto_profile"]


def found(people: SimpleNamespace, text: str) -> list[object]:
    with acting(people.ming):
        return [row.client.pk for row in search(actor=people.ming, text=text).rows]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_unfindable_while_keys_are_rotated(
    people: SimpleNamespace, book: ClientBook, as_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotating, "BLOCK", 4)
    first = add(book)
    add_many(book, 9)
    old = set(index_keys(book).values())
    ming = people.ming
    with acting(ming):
        assert rotating.begin(actor=ming, book_id=book.pk)
        assert not rotating.begin(actor=ming, book_id=book.pk)
    during = add(book, {"name": "欧阳修", "phone": "+8613912345678"})
    with acting(ming):
        update_client(
            actor=ming, client_id=first.pk, version=1, reason="update", values={"phone": "+8613800138001"}
        )
    # The command is killed in its second block.
    write, blocks = rotating._write, []

    def killed(of: ClientBook, block: list[Client]) -> int:
        blocks.append(block)
        if len(blocks) == 2:
            raise KeyboardInterrupt
        return write(of, block)

    monkeypatch.setattr(rotating, "_write", killed)
    with acting(ming), pytest.raises(KeyboardInterrupt):
        rotating.fill(actor=ming, book_id=book.pk)
    monkeypatch.setattr(rotating, "_write", write)
    assert found(people, "13800138001") == [first.pk]
    assert found(people, "13800138000") == []
    with acting(ming):
        filled = rotating.fill(actor=ming, book_id=book.pk)
    assert filled.skipped >= 4  # the killed run's block and who was saved meanwhile
    assert filled.written + filled.skipped == 11
    assert found(people, "欧阳5678") == [during.pk]
    with acting(ming):
        assert rotating.retire(actor=ming, book_id=book.pk) == len(old)
        assert rotating.retire(actor=ming, book_id=book.pk) == 0
    assert not old & set(index_keys(book).values())
    for text, who in (
        ("13800138001", first),
        ("张三丰", first),
        ("欧阳5678", during),
        ("139 0000 0003", None),
    ):
        assert (found(people, text) == [who.pk]) if who else found(people, text)
    with acting(ming):
        same = ClientDraft("person", {"name": "欧阳修", "phone": "+8613912345678"})
        # The book still knows who is in it.
        assert create_clients(actor=ming, book_id=book.pk, drafts=[same]) == [None]


@pytest.mark.django_db(transaction=True)
def test_a_restored_old_index_confirms_nothing_once_its_keys_are_gone(
    people: SimpleNamespace, book: ClientBook, as_worker: None, superuser: Connection
) -> None:
    """A thief has an old backup of the index and puts its tokens back: no key makes these tokens any more."""
    client = add(book)
    ming = people.ming
    with superuser.cursor() as cursor:
        cursor.execute("select tokens from keyring.index_entry where subject = %s", [str(client.pk)])
        [[tokens]] = cursor.fetchall()
        old = list(index_keys(book).values())
        with acting(ming):
            rotating.begin(actor=ming, book_id=book.pk)
            rotating.fill(actor=ming, book_id=book.pk)
            rotating.retire(actor=ming, book_id=book.pk)
        cursor.execute(
            "update keyring.index_entry set tokens = %s where subject = %s", [tokens, str(client.pk)]
        )
        cursor.execute("select count(*) from keyring.key where id = any (%s)", [old])
        assert cursor.fetchall() == [(0,)]
    assert found(people, "13800138000") == []
    assert not key_cache().get_many(old)
    with acting(ming):
        assert rotating.rebuild(actor=ming, book_id=book.pk).written == 1
    assert found(people, "13800138000") == [client.pk]


@pytest.mark.django_db(transaction=True)
def test_who_read_the_keys_before_a_rotation_cannot_save_without_the_new_ones(
    people: SimpleNamespace, book: ClientBook
) -> None:
    """Else the client would be unfindable from the switch on."""
    client = add(book)
    with acting(people.ming), opened_book(book) as (context, tokens):
        rotating.begin(actor=people.ming, book_id=book.pk)
        entries = store.index_entries([tokens.row_of(client.pk, {"name": "李四"})])
        with pytest.raises(OperationalError, match="changed meanwhile"):
            store.index_write(context.entry, book.pk, replaced=[], entries=entries)


@pytest.mark.django_db(transaction=True)
def test_a_rebuild_makes_the_keys_and_tokens_that_are_missing(
    people: SimpleNamespace, book: ClientBook, superuser: Connection
) -> None:
    client = add(book)
    IndexKey.objects.filter(book=book, label__gte=7).delete()  # a book of before these indexes
    with superuser.cursor() as cursor:
        cursor.execute("delete from keyring.index_entry")
        cursor.execute("select count(*) from keyring.index_unique")
        assert cursor.fetchall() == [(0,)]
    assert found(people, "13800138000") == []
    out = io.StringIO()
    call_command("rebuild_indexes", "--all", "--as", "ming", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {"book": str(book.pk), "written": 1}
    assert found(people, "13800138000") == found(people, "张 8000") == [client.pk]
    entry = LogEntry.objects.filter(action=Action.INDEX_REBUILD, subjects__contains=[client.pk]).latest("at")
    assert entry.actor == people.ming.pk


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["rebuild_indexes", "rotate_indexes"])
@pytest.mark.parametrize("person", ["ada", "olivia", "lin"])
def test_only_who_manages_the_book(
    people: SimpleNamespace, book: ClientBook, command: str, person: str
) -> None:
    with pytest.raises(CommandError):
        call_command(command, "--book", str(book.pk), "--as", person)
    with acting(getattr(people, person)), pytest.raises(Refused):
        rotating.retire(actor=getattr(people, person), book_id=uuid4())
