"""Sealing in bulk keeps the promises of sealing one by one."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.core.exceptions import FieldError
from django.db import connection, transaction

from audit.actions import Action
from audit.ids import uuid7
from tests.vault.records.conftest import book, people
from tests.vault.records.makers import ZHANG, acting, add
from vault.access import Mode, access, drafted_subjects
from vault.records.books import opened_book
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.sealed.bulk import NewRecord, seal_new
from vault.sealed.context import Sealed

__all__ = ["book", "people"]
pytestmark = pytest.mark.django_db
CODES = {"kind": "person", "source": "other", "purpose": "service", "grade": 3}


def columns(book: ClientBook, **more: object) -> dict[str, object]:
    return {"id": uuid7(), "book_id": book.pk, "key_id": 7, **CODES, **more}


def test_what_went_in_in_bulk_opens_and_changes_like_any_other(book: ClientBook) -> None:
    client = add(book, ZHANG, extras={"车牌\t\\": "粤B\n12345"})
    assert [
        getattr(client, f"{group}_seal") for group in ("identity", "contact", "financial", "remarks")
    ] == [1] * 4
    with (
        acting(book.lead),
        access(Mode.WRITE, client_entry(client, Action.CLIENT_OPEN)),
        transaction.atomic(),
    ):
        assert {name: getattr(client, name) for name in ZHANG} == ZHANG
        assert client.extras == {"车牌\t\\": "粤B\n12345"}
        client.phone = "+8613900139000"
        client.save()
    again = Client.objects.get(pk=client.pk)
    with acting(book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_OPEN)):
        assert (again.phone, again.contact_seal, again.name) == ("+8613900139000", 2, ZHANG["name"])


def test_no_access_no_seal(people: SimpleNamespace, book: ClientBook) -> None:
    record = NewRecord(columns(book), {"name": "张三"}, {})
    shared = {"import_id": uuid4()}
    with pytest.raises(Sealed):
        seal_new(Client, [record], shared=shared)
    with acting(people.ming), opened_book(book) as (context, _), pytest.raises(Sealed):
        seal_new(Client, [record], shared=shared)  # the book's access names no subject
    with (
        acting(people.ming),
        opened_book(book) as (context, _),
        drafted_subjects(context, [uuid4()], parent=book.key_id),
        pytest.raises(Sealed),
    ):
        seal_new(Client, [record], shared=shared)  # another subject's


@pytest.mark.parametrize("given", [{"contact": b"+8613800138000"}, {"contact_seal": 5}])
def test_a_sealed_column_takes_nothing_from_outside(book: ClientBook, given: dict[str, object]) -> None:
    for own, shared in ((given, {}), ({}, given)):
        with pytest.raises(FieldError):
            seal_new(Client, [NewRecord(columns(book, **own), {"name": "张三"}, {})], shared=shared)


def test_a_value_that_no_group_declares_is_refused(people: SimpleNamespace, book: ClientBook) -> None:
    owner = uuid7()
    with (
        acting(people.ming),
        opened_book(book) as (context, _),
        drafted_subjects(context, [owner], parent=book.key_id) as keys,
    ):
        record = NewRecord(columns(book, id=owner, key_id=keys.ids()[owner]), {"nickname": "小张"}, {})
        with pytest.raises(FieldError):
            seal_new(Client, [record], shared={})


def test_nothing_lies_open_in_the_row(book: ClientBook) -> None:
    client = add(book, ZHANG)
    with connection.cursor() as cursor:
        cursor.execute("select c::text from vault_client c where id = %s", [client.pk])
        [row] = cursor.fetchone()
    for value in ZHANG.values():
        assert value not in row
        assert value.encode().hex() not in row
