"""The communication log: kept as said, sealed under the client's key, opened for a purpose, one at a time."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.profiles import crypto_profile
from tests.vault.records.makers import acting, add, let_in
from tests.vault.relations.makers import said_to
from vault.crypto.errors import SealBroken
from vault.records.labels import Group
from vault.records.models import Client, ClientBook, Level
from vault.records.reading import revealed
from vault.relations.communications.models import TEXT, Communication
from vault.relations.communications.views import SIZE

__all__ = ["crypto_profile"]

pytestmark = pytest.mark.django_db

REVEAL = {"TEXT-purpose": "service", "TEXT-reason": "verify"}
SAID = "定金三万已谈妥"


def test_two_fields_and_enter_and_nothing_said_stands_open(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    address = reverse("vault:communications", args=[client.pk])
    told = {"outcome": "interested", "text": SAID, "channel": "call", "direction": "out"}
    assert browser.post(address, told)["Location"] == address
    [row] = Communication.objects.all()
    assert row.by == people.ming
    assert SAID.encode() not in bytes(row.words)
    for page in (address, reverse("vault:client", args=[client.pk])):
        text = browser.get(page).content.decode()
        assert SAID not in text
        assert "Interested" in text
    assert all(SAID.encode() not in bytes(entry.leaf) for entry in LogEntry.objects.using("audit"))


def test_the_text_opens_for_a_purpose_and_is_logged(people: SimpleNamespace, book: ClientBook) -> None:
    row = said_to(add(book), people.ming)
    browser = client_of(people.ming)
    address = reverse("vault:communication_reveal", args=[row.pk])
    for data in ({}, {"TEXT-purpose": "service"}, REVEAL | {"TEXT-purpose": "fun"}):
        refused = browser.post(address, data)
        assert refused.status_code == 422
        assert SAID not in refused.content.decode()
    answer = browser.post(address, REVEAL)
    assert SAID in answer.content.decode()
    assert answer["Refresh"].startswith("60; url=")
    [entry] = LogEntry.objects.using("audit").filter(action=Action.CLIENT_REVEAL, object_id=row.client_id)
    assert entry.fields == [TEXT]


def test_a_correction_is_a_row_and_the_wrong_one_stays(people: SimpleNamespace, book: ClientBook) -> None:
    row = said_to(add(book), people.ming)
    before = bytes(row.words)
    browser = client_of(people.ming)
    address = reverse("vault:communication", args=[row.pk])
    told = {"outcome": "not_interested", "text": "定金没有谈", "channel": "call", "direction": "out"}
    assert browser.post(address, told).status_code == 302
    assert browser.post(address, told).status_code == 422  # once
    new = Communication.objects.get(corrects=row)
    row.refresh_from_db()
    assert (bytes(row.words), row.outcome) == (before, "reached")
    assert new.outcome == "not_interested"


def test_pages_by_key_newest_first_and_as_costly_for_many(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    address = reverse("vault:communications", args=[client.pk])

    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            browser.get(address)
        return len(captured)

    now = timezone.now()
    for number in range(3):
        said_to(client, people.ming, "", at=now - timedelta(days=number))
    cost()
    few = cost()
    for number in range(SIZE):
        said_to(client, people.ming, "", at=now - timedelta(hours=number))
    assert cost() == few
    first = browser.get(address).context["page"]
    second = browser.get(address, {"after": first.next}).context["page"]
    times = [row.at for page in (first, second) for row in page.rows]
    assert len(times) == SIZE + 3
    assert times == sorted(times, reverse=True)


def test_attack_the_bytes_of_another_row_of_the_same_client(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    one, other = said_to(client, people.ming), said_to(client, people.ming, "另一件事")
    with connection.cursor() as cursor:
        cursor.execute(
            "update vault_communication set words = %s where id = %s", [bytes(one.words), other.pk]
        )
    swapped = Communication.objects.select_related("client").get(pk=other.pk)
    with (
        acting(people.ming),
        revealed(
            actor=people.ming,
            client_id=client.pk,
            group=Group.NOTES,
            opened={TEXT},
            purpose="service",
            reason="verify",  # type: ignore[arg-type]
        ),
        pytest.raises(SealBroken),
    ):
        _ = swapped.text


def test_attack_from_outside_the_book(people: SimpleNamespace, book: ClientBook) -> None:
    row = said_to(add(book), people.ming)
    for name in ("lin", "ada", "aud", "olivia", "bo"):
        browser = client_of(getattr(people, name))
        assert browser.get(reverse("vault:communications", args=[row.client_id])).status_code == 404
        assert browser.post(reverse("vault:communication_reveal", args=[row.pk]), REVEAL).status_code == 404


def test_attack_a_reader_of_the_book_writes(people: SimpleNamespace, book: ClientBook) -> None:
    row = said_to(add(book), people.ming)
    let_in(book, people.lin, Level.READ)
    browser = client_of(people.lin)
    address = reverse("vault:communications", args=[row.client_id])
    assert browser.get(address).status_code == 200
    told = {"outcome": "reached", "channel": "call", "direction": "out"}
    assert browser.post(address, told).status_code == 404
    assert browser.post(reverse("vault:communication", args=[row.pk]), told).status_code == 404
    assert Communication.objects.count() == 1


def test_storage_only_shows_and_takes_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    row = said_to(add(book), people.ming)
    Client.objects.filter(pk=row.client_id).update(state="stop_use")
    browser = client_of(people.ming)
    address = reverse("vault:communications", args=[row.client_id])
    assert str(row.pk) not in browser.get(address).content.decode()
    told = {"outcome": "reached", "channel": "call", "direction": "out"}
    assert browser.post(address, told).status_code == 404
    assert browser.post(reverse("vault:communication_reveal", args=[row.pk]), REVEAL).status_code == 404


def test_bad_input_is_said_and_nothing_is_stored(people: SimpleNamespace, book: ClientBook) -> None:
    address = reverse("vault:communications", args=[add(book).pk])
    browser = client_of(people.ming)
    told = {"outcome": "reached", "channel": "call", "direction": "out"}
    for bad in ({"at": "2099-01-01T09:00"}, {"minutes": "1441"}, {"text": "字" * 2001}, {"text": "\x00"}):
        assert browser.post(address, told | bad).status_code == 422
    assert not Communication.objects.exists()


def test_the_database_refuses(people: SimpleNamespace, book: ClientBook) -> None:
    row = said_to(add(book), people.ming)
    refused: list[tuple[dict[str, object], str]] = [
        ({"channel": "fax"}, "communication_channel_known"),
        ({"direction": "up"}, "communication_direction_known"),
        ({"outcome": "bribed"}, "communication_outcome_known"),
        ({"minutes": 1441}, "communication_within_a_day"),
        ({"corrects": row.pk}, "communication_not_of_itself"),
    ]
    for values, constraint in refused:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Communication.objects.filter(pk=row.pk).update(**values)
