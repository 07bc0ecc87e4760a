"""Rows that somebody put back or replaced behind the log are named."""

import json
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.entry import MAX_FIELDS, MAX_LEAF
from audit.models import LogEntry
from tests.vault.records.makers import add, add_many
from tests.vault.records.versions.making import change
from vault.records.models import Client, ClientBook
from vault.records.services import BATCH
from vault.records.versions.seals import digest_of, digests_in, seal_codes
from vault.records.versions.verifying import verify_book

pytestmark = pytest.mark.django_db

COLUMNS = (
    "identity",
    "identity_seal",
    "contact",
    "contact_seal",
    "financial",
    "financial_seal",
    "remarks",
    "remarks_seal",
    "version",
)


def rows(superuser: Connection, client: Client) -> tuple[object, ...]:
    with superuser.cursor() as cursor:
        cursor.execute(f"select {', '.join(COLUMNS)} from vault_client where id = %s", [str(client.pk)])
        found: tuple[object, ...] = cursor.fetchone()
    return found


def put(superuser: Connection, client: Client, values: tuple[object, ...]) -> None:
    with superuser.cursor() as cursor:
        assigned = ", ".join(f"{column} = %s" for column in COLUMNS)
        cursor.execute(f"update vault_client set {assigned} where id = %s", [*values, str(client.pk)])


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_row_is_found(people: SimpleNamespace, book: ClientBook, superuser: Connection) -> None:
    """The row and its counters are put back together, so that it opens without complaint."""
    client = add(book)
    add_many(book, 11)
    before = rows(superuser, client)
    change(client, phone="+8613700137000")
    assert (verify_book(book).checked, verify_book(book).wrong) == (12, [])
    put(superuser, client, before)
    assert verify_book(book).wrong == [client.pk]
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_records", "--book", str(book.pk), "--json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "book": str(book.pk),
        "checked": 12,
        "unknown": 0,
        "wrong": [str(client.pk)],
        "positions": {"checked": 0, "unknown": 0, "wrong": []},
    }


@pytest.mark.django_db(transaction=True)
def test_a_row_that_came_in_with_many_is_found_too(book: ClientBook, superuser: Connection) -> None:
    add_many(book, 7)
    [one] = Client.objects.order_by("pk")[3:4]
    with superuser.cursor() as cursor:
        cursor.execute("update vault_client set contact_seal = contact_seal + 1 where id = %s", [str(one.pk)])
    assert verify_book(book).wrong == [one.pk]


def test_a_thousand_clients_fit_into_one_entry(book: ClientBook) -> None:
    add_many(book, BATCH)
    entry = LogEntry.objects.using("default").get(action=Action.CLIENT_CREATE)
    assert len(entry.fields) <= MAX_FIELDS
    assert len(bytes(entry.leaf)) < MAX_LEAF
    assert len(digests_in(entry.subjects, entry.fields)) == BATCH
    assert (verify_book(book).checked, verify_book(book).unknown, verify_book(book).wrong) == (BATCH, 0, [])


def test_what_the_log_says_nothing_of_is_counted_and_not_called_right(book: ClientBook) -> None:
    assert digests_in([book.pk], ["phone"]) == {}
    client = add(book)
    [code] = seal_codes([digest_of(client)])
    assert LogEntry.objects.using("default").get(action=Action.CLIENT_CREATE).fields == [code]
