"""The digests of clients, and what the command says of rows that somebody changed behind the log."""

import json
from base64 import b32encode
from hashlib import sha256
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.entry import MAX_FIELDS, MAX_LEAF
from audit.models import LogEntry
from tests.vault.records.makers import add, add_many
from tests.vault.records.verifying.making import Intruder, of_kind
from tests.vault.records.versions.making import change
from vault.records.models import Client, ClientBook
from vault.records.services import BATCH
from vault.records.verifying.codes import CLIENT, client_code, client_codes, code_of, id_of, key_of, said_in
from vault.records.verifying.comparing import compare_book
from vault.sealed.digests import LONG, parts_of

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_the_command_names_a_rolled_back_client_row(book: ClientBook, superuser: Connection) -> None:
    """The row and its counters are put back together, so that it opens without complaint."""
    client, intruder = add(book), Intruder(superuser)
    add_many(book, 11)
    put_back = intruder.keep(of_kind(CLIENT), client.pk)
    change(client, phone="+8613700137000")
    put_back()
    out, said = StringIO(), StringIO()
    with pytest.raises(CommandError):
        call_command("verify_records", "--book", str(book.pk), "--json", stdout=out)
    with pytest.raises(CommandError, match="绕过日志"):
        call_command("verify_records", stdout=said)
    assert f"客户 {client.pk}：被改动或回退。" in said.getvalue()
    assert "早于摘要" not in said.getvalue()  # none is: counts of nothing are left out
    told = json.loads(out.getvalue())
    assert (told["book"], told["unknown"], told["differ"]) == (str(book.pk), 0, 1)
    assert (told["checked"]["Client"], told["checked"]["ClientVersion"]) == (12, 1)
    row = {"kind": "cl", "row": str(client.pk), "client": str(client.pk), "how": "changed"}
    assert told["wrong"] == [row]


@pytest.mark.django_db(transaction=True)
def test_a_client_that_came_in_with_many_is_named_too(book: ClientBook, superuser: Connection) -> None:
    add_many(book, 7)
    one = Client.objects.order_by("pk")[3]
    Intruder(superuser).change(of_kind(CLIENT), one.pk, "contact_seal = contact_seal + 1")
    assert [found.row for found in compare_book(book).named] == [one.pk]


def test_a_thousand_clients_fit_into_one_entry(book: ClientBook) -> None:
    add_many(book, BATCH)
    entry = LogEntry.objects.using("default").get(action=Action.CLIENT_CREATE, object_id=book.pk)
    assert len(entry.fields) <= MAX_FIELDS
    assert len(bytes(entry.leaf)) < MAX_LEAF
    assert len(list(said_in(entry.subjects, entry.fields))) == BATCH
    outcome = compare_book(book)
    assert (outcome.checked[CLIENT], outcome.unknown, outcome.named) == (BATCH, 0, [])


def test_an_entry_about_one_client_carries_its_digest_whole(book: ClientBook) -> None:
    client = add(book)
    entry = LogEntry.objects.using("default").get(action=Action.CLIENT_CREATE, object_id=book.pk)
    assert entry.fields == [client_code(client)]
    assert list(said_in([client.pk], ["phone"])) == []


@given(st.uuids(), st.binary(min_size=32, max_size=32), st.integers(0, 999))
def test_a_code_says_row_and_digest_and_fits_into_the_log(row: UUID, digest: bytes, subject: int) -> None:
    """As the library writes base32."""
    subjects = [uuid4() for _ in range(subject)] + [row]
    code = code_of("cm", subject, row, digest)
    [(found, said)] = said_in(subjects, [code])
    assert (found, said.client, said.fits(digest)) == (("cm", key_of(row)), row, True)
    assert not said.fits(sha256(digest).digest())
    assert (id_of(key_of(row)), len(code)) == (row, 63)
    assert key_of(row) == b32encode(row.bytes).decode().lower().rstrip("=")
    assert said.digest == b32encode(digest).decode().lower()[:26]
    for many in (1, 2):
        codes = client_codes([digest] * many)
        assert all(said.fits(digest) for _, said in said_in([row] * many, codes))
        assert not any(said.fits(bytes(32)) for _, said in said_in([row] * many, codes) if any(digest[:7]))


def test_a_long_value_goes_in_by_its_digest_and_length() -> None:
    [(_, size, shown)] = parts_of([(1, bytes(LONG + 1))])
    assert (size, len(shown)) == (LONG + 1, 32)
    assert list(parts_of([(1, bytes(LONG)), (0, None)])) == [(1, LONG, bytes(LONG)), (0, None, b"")]
