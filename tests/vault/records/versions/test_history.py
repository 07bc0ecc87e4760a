"""What changed is shown in masks, the same ones as everywhere, at the cost of a page however long it is."""

import re
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Action
from tests.cast import client_of
from tests.vault.records.makers import acting, add, let_in
from tests.vault.records.versions.making import OTHER_ACCOUNT, change, change_by_two
from vault.access import Mode, access
from vault.records.entries import client_entry
from vault.records.models import Client, ClientBook
from vault.records.versions.restoring import restore_version

pytestmark = pytest.mark.django_db


def test_each_change_says_who_when_why_and_from_what_to_what_in_masks(
    people: SimpleNamespace, book: ClientBook
) -> None:
    let_in(book, people.lea)
    client = add(book)
    change(client, phone="+8613700137000")
    change(client, phone="+8613700999000")
    change_by_two(client, by=people.ming, and_by=people.lea, bank_account=OTHER_ACCOUNT)
    page = client_of(people.ming).get(reverse("vault:client_versions", args=[client.pk])).content.decode()
    for told in ("138****8000", "137****7000", "137****9000", "****0128", "****0018", "agreed to by Lea"):
        assert told in page
    for plain in ("13700137000", "13800138000", OTHER_ACCOUNT, "6222021234567890128"):
        assert plain not in page


def test_equal_masks_are_said_and_no_second_mask_is_shown(people: SimpleNamespace, book: ClientBook) -> None:
    """张三丰 and 张四 are both 张*; no page shows the other half of either."""
    let_in(book, people.lea)
    client = add(book)
    change_by_two(client, by=people.ming, and_by=people.lea, name="张四", birth_date="1950-01-02")
    page = client_of(people.ming).get(reverse("vault:client_versions", args=[client.pk])).content.decode()
    assert page.count("changed, same mask") == 2
    assert "四" not in page
    assert "1950" not in page
    restore = client_of(people.ming).get(reverse("vault:client_restore", args=[client.pk, 1]))
    assert "四" not in restore.content.decode()


def test_a_page_of_changes_asks_the_database_as_often_for_many_as_for_two(
    people: SimpleNamespace, book: ClientBook
) -> None:
    client = add(book)
    browser = client_of(people.ming)
    address = reverse("vault:client_versions", args=[client.pk])
    counts = []
    for few in (2, 26):
        for number in range(few):
            change(client, phone=f"+861370013{few}{number:02}")
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(address).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    older = re.search(r"\?after=([0-9a-f-]{36})", page)
    assert older is not None
    second = browser.get(address, {"after": older[1]}).content.decode()
    assert "138****8000" in second  # the first value of all stands on the last page


def test_putting_a_version_back_keeps_the_one_before_it(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book, extras={"车牌": "粤B1"})
    change(client, phone="+8613700137000", notes="新的备注")
    with acting(people.ming):
        restore_version(actor=people.ming, client_id=client.pk, number=1, version=2, fields=["phone"])
        with access(Mode.OPEN, client_entry(client, Action.CLIENT_VIEW)):
            now = Client.objects.get(pk=client.pk)
            assert (now.phone, now.notes, now.extras) == ("+8613800138000", "新的备注", {"车牌": "粤B1"})
            assert client.versions.get(number=2).phone == "+8613700137000"
    assert [one.reason for one in client.versions.order_by("number")] == ["update", "restore"]


def test_the_page_of_putting_back(people: SimpleNamespace, book: ClientBook) -> None:
    client = add(book)
    change(client, phone="+8613700137000")
    browser = client_of(people.ming)
    address = reverse("vault:client_restore", args=[client.pk, 1])
    page = browser.get(address).content.decode()
    assert "138****8000" in page
    assert "137****7000" in page
    sent = {"version": "2", "fields_chosen": ["phone"]}
    assert browser.post(address, sent | {"fields_chosen": ["name"]}).status_code == 422
    assert browser.post(address, sent | {"fields_chosen": []}).status_code == 422
    assert browser.post(address, sent | {"version": "1"}).status_code == 422
    assert browser.post(address, sent).status_code == 302
    assert browser.get(reverse("vault:client_restore", args=[client.pk, 9])).status_code == 404
