"""An officer writes and publishes the next notice of a book on its page."""

from types import SimpleNamespace

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests.cast import client_of, send
from tests.vault.purposes.makers import link_path, told_book
from tests.vault.records.makers import add
from vault.purposes.notices.models import Notice
from vault.purposes.notices.services import is_told, notice_in_force
from vault.records.models import ClientBook

pytestmark = pytest.mark.django_db


def test_the_next_version_is_what_clients_read_from_then_on(
    people: SimpleNamespace, book: ClientBook
) -> None:
    first = told_book(people.olivia, book)
    client = add(book, use="marketing")
    browser, page = client_of(people.olivia), reverse("vault:notice_publish", args=[book.pk])
    answer = send(browser, page, method_zh="仅由客户经理本人查看。", method_en="Only your agent looks.")
    second = notice_in_force(book.pk)
    assert second is not None
    assert second.version == first.version + 1
    assert answer.headers["Location"] == reverse("vault:notice_version", args=[book.pk, second.version])
    assert "Only your agent looks." in browser.get(answer.headers["Location"]).content.decode()
    assert not is_told(client)
    assert "仅由客户经理本人查看。" in Browser().get(link_path(client)).content.decode()


def test_a_form_that_lacks_something_publishes_nothing(people: SimpleNamespace, book: ClientBook) -> None:
    told_book(people.olivia, book)
    browser, page = client_of(people.olivia), reverse("vault:notice_publish", args=[book.pk])
    answer = send(browser, page, who_en="", method_zh="写了一半")
    assert answer.status_code == 422
    assert "写了一半" in answer.content.decode()
    assert Notice.objects.filter(book=book).count() == 1
