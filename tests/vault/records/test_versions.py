"""Every change keeps what was there before it, sealed, and says who, when and why."""

from threading import Timer
from types import SimpleNamespace

import pytest
from django.db import transaction
from psycopg2.extensions import connection as Connection

from audit.actions import Action
from audit.models import LogEntry
from audit.refusals import Refused
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import ZHANG, acting, add
from vault.access import Mode, access
from vault.crypto.errors import SealBroken
from vault.records.changing import update_client
from vault.records.destruction import Purged, purge_records
from vault.records.entries import client_entry
from vault.records.errors import ChangedMeanwhile, NotPossible
from vault.records.models import Client, ClientBook, ClientVersion
from vault.records.reasons import open_reason, seal_reason
from vault.records.search import search

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db

NEW_PHONE = "+8613700137000"


def change(client: Client, version: int = 1, **more: object) -> Client:
    given = {"values": {"phone": NEW_PHONE}} | more
    with acting(client.book.lead):
        return update_client(
            actor=client.book.lead,
            client_id=client.pk,
            version=version,
            reason="update",
            **given,  # type: ignore[arg-type]
        )


def test_the_version_before_opens_as_it_was(book: ClientBook) -> None:
    client = add(book)
    change(client)
    version = ClientVersion.objects.select_related("client__book").get()
    assert (version.number, version.fields, version.reason) == (1, ["phone"], "update")
    with acting(book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        assert version.phone == ZHANG["phone"]
        assert Client.objects.get(pk=client.pk).phone == NEW_PHONE


def test_a_change_is_one_transaction_with_its_entry_and_first_opens_the_key(book: ClientBook) -> None:
    client = add(book)
    change(client)
    edited = LogEntry.objects.get(action=Action.CLIENT_EDIT, object_id=client.pk)
    opened = LogEntry.objects.get(action=Action.CLIENT_OPEN, object_id=client.pk)
    said, client_digest, version_digest = edited.fields  # and nothing else: never a value
    assert said == "phone"
    assert client_digest.startswith("seal-")
    assert version_digest.startswith("row.cv.")
    assert client.key_id in opened.keys
    assert opened.at < edited.at


def test_search_follows_a_change(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    change(client)
    with acting(people.ming):
        assert search(actor=people.ming, text="13800138000").rows == []
        assert [row.client.pk for row in search(actor=people.ming, text="13700137000").rows] == [client.pk]


def test_a_change_over_anothers_change_is_refused(book: ClientBook) -> None:
    client = add(book)
    change(client)
    with pytest.raises(ChangedMeanwhile):
        change(client, values={"phone": "+8613600136000"})


def test_a_change_that_changes_nothing_makes_no_version(book: ClientBook) -> None:
    change(add(book), values={"phone": ZHANG["phone"]})
    assert not ClientVersion.objects.exists()


def test_a_grade_is_raised_and_not_lowered(book: ClientBook) -> None:
    client = add(book)
    assert change(client, values={}, open_values={"grade": 4}).grade == 4
    with pytest.raises(NotPossible):
        change(client, 2, values={}, open_values={"grade": 1})


def test_emptying_and_extras(book: ClientBook) -> None:
    client = add(book, extras={"车牌": "粤B1", "公司": "甲"})
    change(client, values={"address": ""}, extras={"车牌": "", "爱好": "围棋"})
    with acting(book.lead), access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
        now = Client.objects.get(pk=client.pk)
        assert (now.address, now.extras) == ("", {"公司": "甲", "爱好": "围棋"})


def test_purging_leaves_no_row(book: ClientBook) -> None:
    client, other = add(book), add(book, {"name": "李四"})
    change(client)
    with transaction.atomic():
        assert purge_records([client.pk]) == Purged(clients=1, versions=1)
        assert purge_records([client.pk]) == Purged(clients=0, versions=0)
    assert [left.pk for left in Client.objects.all()] == [other.pk]
    assert not ClientVersion.objects.exists()


def test_words_beside_an_entry_open_for_their_client_alone(book: ClientBook) -> None:
    client, other = add(book), add(book, {"name": "李四"})
    with acting(book.lead):
        detail = seal_reason(client, "客户今天生日")
        assert seal_reason(client, "再次").key == detail.key != client.key_id
        assert seal_reason(other, "另一位").key != detail.key
    entry = client_entry(client, Action.CLIENT_OPEN, more_keys=(detail.key,))
    with acting(book.lead), access(Mode.OPEN, entry) as context:
        assert open_reason(context, client, detail.sealed, key_id=detail.key) == "客户今天生日"
    entry = client_entry(other, Action.CLIENT_OPEN, more_keys=(detail.key,))
    with acting(book.lead), access(Mode.OPEN, entry) as context, pytest.raises(SealBroken):
        open_reason(context, other, detail.sealed, key_id=detail.key)


@pytest.mark.django_db(transaction=True)
def test_a_change_of_a_record_closed_meanwhile_is_refused(book: ClientBook, web: Connection) -> None:
    """The gate is asked again behind the row lock: somebody closes the record between look and lock."""
    client = add(book)
    web.autocommit = False
    with web.cursor() as cursor:
        cursor.execute("update vault_client set state = 'stop_use' where id = %s", [client.pk])
    closing = Timer(1, web.commit)
    closing.start()
    with pytest.raises(Refused):
        change(client)
    closing.join()
