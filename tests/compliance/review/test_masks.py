"""Masks in the log: on a click, of clients that the entry names, through the vault's context, and logged."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import cast, client_of
from tests.compliance.review.entries import reveal
from tests.vault.records.makers import ZHANG, add, book_of
from vault.records.models import Client, ClientState

pytestmark = pytest.mark.django_db
MASK = "138****8000"


@pytest.fixture
def people() -> SimpleNamespace:
    return SimpleNamespace(**cast())


@pytest.fixture
def client(people: SimpleNamespace) -> Client:
    return add(book_of(people.ming))


def looks(client: Client) -> list[LogEntry]:
    return list(LogEntry.objects.filter(action=Action.LOG_MASK, object_id=client.pk, result="done"))


def ask(who: object, entry: LogEntry, client: Client, **headers: str) -> object:
    address = reverse("compliance:log_mask", args=[entry.pk, client.pk])
    return client_of(who).post(address, headers=headers)  # type: ignore[arg-type]


def test_no_mask_before_the_click_and_no_plaintext_after(people: SimpleNamespace, client: Client) -> None:
    entry = reveal(people.ming, client.pk)
    page = client_of(people.olivia).get(reverse("compliance:log_entry", args=[entry.pk])).content.decode()
    assert MASK not in page
    assert not looks(client)
    shown = ask(people.olivia, entry, client).content.decode()  # type: ignore[attr-defined]
    assert MASK in shown
    assert not [value for value in ZHANG.values() if value in shown]
    [look] = looks(client)
    assert (look.actor, look.subjects) == (people.olivia.pk, [client.pk])


def test_beside_the_list_it_is_a_fragment(people: SimpleNamespace, client: Client) -> None:
    shown = ask(people.olivia, reveal(people.ming, client.pk), client, **{"HX-Request": "true"})
    page = shown.content.decode()  # type: ignore[attr-defined]
    assert MASK in page
    assert "<html" not in page


def test_attack_a_client_whom_the_entry_does_not_name(people: SimpleNamespace, client: Client) -> None:
    other = add(book_of(people.lin), {"name": "李四", "phone": "+8613900139000"})
    answer = ask(people.olivia, reveal(people.ming, client.pk), other)
    assert answer.status_code == 404  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["aud", "ada", "ming"])
def test_attack_others_ask_for_masks_through_the_log(
    people: SimpleNamespace, client: Client, name: str
) -> None:
    answer = ask(getattr(people, name), reveal(people.ming, client.pk), client)
    assert answer.status_code == 404  # type: ignore[attr-defined]
    assert not looks(client)


def test_who_is_kept_for_storage_only_has_no_mask(people: SimpleNamespace, client: Client) -> None:
    entry = reveal(people.ming, client.pk)
    Client.objects.filter(pk=client.pk).update(state=ClientState.STOP_USE)
    page = ask(people.olivia, entry, client).content.decode()  # type: ignore[attr-defined]
    assert MASK not in page
    assert "storage only" in page
