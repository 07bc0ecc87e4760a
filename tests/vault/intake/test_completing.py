"""Within three days a client from a chat is told, and what is missing is added; until then it stays shut."""

import re
from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from audit.refusals import Refused
from tests.cast import client_of
from tests.vault.intake.makers import LI, taken, told
from tests.vault.purposes.makers import told_book
from tests.vault.records.makers import acting
from vault.intake.models import Intake
from vault.intake.services import complete
from vault.purposes.catalogue import Purpose, Reason
from vault.purposes.notices.models import NoticeDelivery
from vault.records.changing import update_client
from vault.records.errors import NotPossible
from vault.records.labels import Group
from vault.records.models import Client, ClientBook
from vault.records.reading import reveal_group

pytestmark = pytest.mark.django_db


def taken_in(people: SimpleNamespace, book: ClientBook, values: dict[str, str] | None = None) -> Client:
    """A client of three days ago, of a book that has a notice."""
    told_book(people.olivia, book)
    client = taken(book, values, by=people.ming).client
    assert client is not None
    Client.objects.filter(pk=client.pk).update(complete_by=timezone.now())
    return client


def reveal(people: SimpleNamespace, client: Client) -> None:
    reveal_group(
        actor=people.ming,
        client_id=client.pk,
        group=Group.CONTACT,
        purpose=Purpose.SERVICE,
        reason=Reason.CALL,
    )


def test_completing_opens_it_again(people: SimpleNamespace, book: ClientBook) -> None:
    client = taken_in(people, book)
    told(client, by=people.ming)
    with acting(people.ming):
        with pytest.raises(Refused):
            reveal(people, client)
        complete(actor=people.ming, client_id=client.pk)
        reveal(people, client)
        with pytest.raises(Refused):
            complete(actor=people.ming, client_id=client.pk)
    assert Intake.objects.get().completed_by == people.ming


def test_without_a_notice_nothing_is_complete(people: SimpleNamespace, book: ClientBook) -> None:
    client = taken(book, by=people.ming).client
    assert client is not None
    with acting(people.ming), pytest.raises(NotPossible):
        complete(actor=people.ming, client_id=client.pk)


def test_who_was_not_told_is_not_complete(people: SimpleNamespace, book: ClientBook) -> None:
    """A button is nobody's proof: the giving itself is on record, by whoever gave it or by the link."""
    client = taken_in(people, book)
    page, at = reverse("vault:client", args=[client.pk]), reverse("vault:client_complete", args=[client.pk])
    with acting(people.ming), pytest.raises(NotPossible):
        complete(actor=people.ming, client_id=client.pk)
    assert at not in client_of(people.ming).get(page).content.decode()
    told(client, by=people.ming)
    assert at in client_of(people.ming).get(page).content.decode()
    with acting(people.ming):
        complete(actor=people.ming, client_id=client.pk)
        reveal(people, client)


def test_the_answer_holds_the_notice_by_which_the_client_is_told(
    people: SimpleNamespace, book: ClientBook
) -> None:
    told_book(people.olivia, book)
    fields = {"kind": "person", "basis": "contract", "source": "walk_in"}
    answer = client_of(people.ming).post(
        reverse("vault:intake"), fields | LI | {"book": str(book.pk), "phone": "13800138000"}
    )
    [address] = set(re.findall(r"https?://[^/\s]+(/notice/[^\s<\"]+)", answer.content.decode()))
    outside = Browser()
    assert outside.get(address).status_code == 200
    assert not NoticeDelivery.objects.exists()  # a chat program opens addresses, too
    outside.post(address, {"answer": "read"})
    assert NoticeDelivery.objects.get().recorded_by is None
    with acting(people.ming):
        complete(actor=people.ming, client_id=Client.objects.get().pk)


def test_who_cannot_be_reached_is_not_complete(people: SimpleNamespace, book: ClientBook) -> None:
    client = taken_in(people, book, {"name": "李小明"})
    told(client, by=people.ming)
    with acting(people.ming):
        with pytest.raises(NotPossible):
            complete(actor=people.ming, client_id=client.pk)
        update_client(
            actor=people.ming, client_id=client.pk, version=1, reason="update", values={"phone": LI["phone"]}
        )
        complete(actor=people.ming, client_id=client.pk)
