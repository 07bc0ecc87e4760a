"""The pages of clients and books, through the browser's eyes."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.records.makers import ZHANG, add, let_in
from vault.records.models import Client, ClientBook, Level

pytestmark = pytest.mark.django_db

NUMBER = "<span>138</span><span>0013</span><span>8000</span>"  # in groups, copied without spaces
SECRETS = ("张三丰", ZHANG["id_number"], "13800138000", "科技路", ZHANG["bank_account"], "只在晚上")


def test_the_list_is_masked_and_one_entry_names_everybody(people: SimpleNamespace, book: ClientBook) -> None:
    clients = [add(book), add(book, {"name": "李四", "phone": "+8613900139000"})]
    page = client_of(people.ming).get(reverse("vault:clients")).content.decode()
    assert "138****8000" in page
    assert not [secret for secret in SECRETS if secret in page]
    entry = LogEntry.objects.filter(action=Action.CLIENT_LIST, actor=people.ming.pk).first()
    assert entry is not None
    assert set(entry.subjects) == {client.pk for client in clients}


def test_a_client_is_masked_until_a_group_is_revealed(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "110***********002X" in page
    assert not [secret for secret in SECRETS if secret in page]

    answer = browser.post(
        reverse("vault:client_reveal", args=[client.pk, "contact"]),
        {"CONTACT-purpose": "service", "CONTACT-reason": "call", "CONTACT-words": "客户今天生日"},
    )
    shown = answer.content.decode()
    assert NUMBER in shown
    assert ZHANG["id_number"] not in shown  # the other groups stay shut
    assert "no-store" in answer["Cache-Control"]
    assert answer["Refresh"].startswith("60; url=")
    entry = LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id=client.pk).get()
    assert (entry.purpose, entry.reason, entry.fields) == ("service", "call", ["client.contact"])
    assert "生日".encode() not in bytes(entry.detail or b"") + bytes(entry.leaf)


def test_what_happened_over_and_over_is_told_once(people: SimpleNamespace, book: ClientBook) -> None:
    address = reverse("vault:client", args=[add(book).pk])
    browser = client_of(people.ming)
    for _ in range(3):
        browser.get(address)
    page = browser.get(address).content.decode()
    assert page.count("Client viewed, masked") == 1
    assert "4 times in a row" in page


def test_htmx_gets_the_group_and_it_masks_itself_again(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    browser = client_of(people.ming)
    data = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    address = reverse("vault:client_reveal", args=[client.pk, "contact"])
    shown = browser.post(address, data, headers={"HX-Request": "true"}).content.decode()
    assert NUMBER in shown
    assert "<html" not in shown
    assert 'hx-trigger="load delay:60s"' in shown
    again = reverse("vault:client_group", args=[client.pk, "contact"])
    masked = browser.get(again, headers={"HX-Request": "true"}).content.decode()
    assert "138****8000" in masked
    assert NUMBER not in masked


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"CONTACT-purpose": "service"},
        {"CONTACT-purpose": "deal", "CONTACT-reason": "call"},
        {"CONTACT-purpose": "service", "CONTACT-reason": "other"},
    ],
)
def test_no_reveal_without_a_purpose_and_a_reason(
    people: SimpleNamespace, book: ClientBook, data: dict[str, str]
) -> None:
    client = add(book)
    address = reverse("vault:client_reveal", args=[client.pk, "contact"])
    answer = client_of(people.ming).post(address, data)
    assert answer.status_code == 422
    assert NUMBER not in answer.content.decode()
    assert not LogEntry.objects.filter(action=Action.CLIENT_REVEAL, object_id=client.pk).exists()


def test_adding_changing_and_the_version_before(people: SimpleNamespace, book: ClientBook) -> None:
    browser = client_of(people.ming)
    new = {
        "kind": "person",
        "source": "walk_in",
        "name": "王五",
        "phone": "138 0013 8000",
        "extras": "车牌：粤B12345",
    }
    answer = browser.post(reverse("vault:client_add", args=[book.pk]), new)
    client = Client.objects.get()
    assert answer["Location"] == reverse("vault:client", args=[client.pk])

    address = reverse("vault:client_edit", args=[client.pk])
    form = browser.get(address).content.decode()
    assert "138****8000" in form
    assert "13800138000" not in form
    change = {"kind": "person", "source": "walk_in", "grade": "4", "reason": "update", "version": "1"}
    assert browser.post(address, change | {"phone": "13900139000"}).status_code == 302
    client.refresh_from_db()
    assert (client.version, client.grade) == (2, 4)
    changes = browser.get(reverse("vault:client_versions", args=[client.pk])).content.decode()
    assert "13800138000" not in changes
    stale = browser.post(address, change | {"phone": "13700137000"})
    assert stale.status_code == 422
    lowered = browser.post(address, change | {"version": "2", "grade": "1"})
    assert lowered.status_code == 422


def test_the_same_client_twice_is_said_and_not_stored(people: SimpleNamespace, book: ClientBook) -> None:
    add(book, {"name": "王五", "phone": "+8613800138000"})
    again = {"kind": "person", "source": "walk_in", "name": "王 五", "phone": "+86 13800138000"}
    answer = client_of(people.ming).post(reverse("vault:client_add", args=[book.pk]), again)
    assert answer.status_code == 422
    assert Client.objects.count() == 1


def test_search_is_by_post_and_nothing_typed_is_kept(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    answer = client_of(people.ming).post(reverse("vault:search"), {"q": "１３８ 0013 8000"})
    assert reverse("vault:client", args=[client.pk]) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    for entry in LogEntry.objects.filter(actor=people.ming.pk):
        assert b"13800138000" not in bytes(entry.leaf)


def test_a_colleague_gets_in_by_the_book_and_out_again(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    address = reverse("vault:client", args=[client.pk])
    assert client_of(people.lin).get(address).status_code == 404
    let_in(book, people.lin, Level.READ)
    assert client_of(people.lin).get(address).status_code == 200
    assert client_of(people.lin).get(reverse("vault:client_edit", args=[client.pk])).status_code == 404
    members = reverse("vault:book_members", args=[book.pk])
    client_of(people.ming).post(members, {"remove": str(people.lin.pk)})
    assert client_of(people.lin).get(address).status_code == 404


def test_storage_only_shows_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    Client.objects.filter(pk=client.pk).update(state="stop_use")
    browser = client_of(people.ming)
    page = browser.get(reverse("vault:client", args=[client.pk])).content.decode()
    assert "张*" not in page
    data = {"CONTACT-purpose": "service", "CONTACT-reason": "call"}
    assert browser.post(reverse("vault:client_reveal", args=[client.pk, "contact"]), data).status_code == 404
    assert browser.get(reverse("vault:client_edit", args=[client.pk])).status_code == 404
    assert "张*" not in browser.post(reverse("vault:search"), {"q": "13800138000"}).content.decode()


def test_i1_the_history_and_a_closed_record_are_entries_too(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    browser = client_of(people.ming)

    def looks() -> int:
        entries = LogEntry.objects.using("audit").filter(object_id=client.pk, action=Action.CLIENT_VIEW)
        return entries.count()

    before = looks()
    assert browser.get(reverse("vault:client_versions", args=[client.pk])).status_code == 200
    assert looks() == before + 1
    Client.objects.filter(pk=client.pk).update(state="stop_use")
    assert browser.get(reverse("vault:client", args=[client.pk])).status_code == 200
    assert looks() == before + 2
