"""The page behind a client's link, and what strangers, chat programs and agents try with it."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client as Browser
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from tests.cast import client_of
from tests.vault.purposes.makers import MARKETING, link_path, reveal, said, told_book
from tests.vault.records.makers import ZHANG, acting, add, book_of
from vault.purposes.consents.models import ConsentEvent
from vault.purposes.lawfulness import NotLawful
from vault.purposes.notices import limits
from vault.purposes.notices.links import notice_link
from vault.purposes.notices.models import NoticeDelivery, NoticeLink
from vault.purposes.notices.services import is_told
from vault.records.errors import NotPossible
from vault.records.models import Client, ClientBook

pytestmark = pytest.mark.django_db

GIVE, WITHDRAW = {"answer": f"give:{MARKETING}"}, {"answer": f"withdraw:{MARKETING}"}


@pytest.fixture(autouse=True)
def nobody_was_counted_before() -> None:
    cache.clear()


@pytest.fixture
def client(people: SimpleNamespace, book: ClientBook) -> Client:
    told_book(people.olivia, book)
    return add(book, use="marketing")


@pytest.fixture
def path(client: Client) -> str:
    return link_path(client)


def test_one_click_gives_and_one_click_withdraws(client: Client, path: str) -> None:
    browser = Browser()
    assert not is_told(client)
    for answer, given in ((GIVE, True), (WITHDRAW, False), (GIVE, True)):
        page = browser.get(path).content.decode()
        assert f'value="{answer["answer"]}"' in page  # the one button, on the page that the link opens
        assert browser.post(path, answer)["Location"] == path
        newest = ConsentEvent.objects.latest("at")
        assert (newest.given, newest.channel, newest.recorded_by) == (given, "link", None)
    assert is_told(client)
    assert reveal(client) == ZHANG["phone"]
    browser.post(path, WITHDRAW)
    with pytest.raises(NotLawful):
        reveal(client)


def test_nothing_is_ticked_beforehand_and_nobody_is_named(client: Client, path: str) -> None:
    for language in ("zh-hans", "en"):
        answer = Browser(headers={"Accept-Language": language}).get(path)
        page = answer.content.decode()
        assert " checked" not in page
        assert not [value for value in (*ZHANG.values(), client.book.name, "张*", "138****") if value in page]
        assert "who zh" in page or "who en" in page
        assert "no-store" in answer["Cache-Control"]
        assert 'content="noindex, nofollow"' in page


@pytest.mark.parametrize("method", ["get", "head", "options", "put", "patch", "delete"])
def test_a_chat_program_that_opens_the_link_gives_no_consent(client: Client, path: str, method: str) -> None:
    getattr(Browser(), method)(f"{path}?answer=give:{MARKETING}")
    assert not ConsentEvent.objects.exists()
    assert not NoticeDelivery.objects.exists()


def test_a_form_from_another_site_says_nothing(client: Client, path: str) -> None:
    browser = Browser(enforce_csrf_checks=True)
    browser.get(path)
    assert browser.post(path, GIVE).status_code == 403
    assert not ConsentEvent.objects.exists()


def test_a_guessed_token(client: Client, path: str) -> None:
    browser = Browser()
    for token in ("x", "0" * 43, path.strip("/").split("/")[-1][:-1], "%00", "a" * 5_000):
        assert browser.get(f"/notice/{token}/").status_code == 404
        assert browser.post(f"/notice/{token}/", GIVE).status_code == 404
    assert not ConsentEvent.objects.exists()


def test_guessing_ends_after_a_few_tries(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MISSES", 3)
    guesser, client_elsewhere = Browser(REMOTE_ADDR="203.0.113.9"), Browser(REMOTE_ADDR="198.51.100.7")
    statuses = [guesser.get(f"/notice/guess-{number}/").status_code for number in range(5)]
    assert statuses == [404, 404, 404, 429, 429]
    # Whoever holds a link is not stopped by what a neighbour of the same network tries (PIPL art. 15).
    assert guesser.get(path).status_code == 200
    assert client_elsewhere.get(path).status_code == 200
    monkeypatch.setattr(limits, "TURNS", 3)
    assert client_elsewhere.get(path).status_code == 200
    assert client_elsewhere.post(path, GIVE).status_code == 429


def test_the_token_is_stored_nowhere(client: Client, path: str) -> None:
    token = path.strip("/").split("/")[-1]
    link = NoticeLink.objects.get()
    assert len(bytes(link.token_hash)) == 32
    Browser().post(path, GIVE)
    for entry in LogEntry.objects.filter(subjects__contains=[client.pk]):
        assert token.encode() not in bytes(entry.leaf)
    assert token.encode() not in bytes(link.token_hash)


def test_sent_twice_counts_once(client: Client, path: str) -> None:
    browser = Browser()
    for _ in range(3):
        browser.post(path, GIVE)
    assert ConsentEvent.objects.count() == 1
    for _ in range(3):
        browser.post(path, WITHDRAW)
    assert ConsentEvent.objects.count() == 2
    browser.post(path, {"answer": "read"})
    assert NoticeDelivery.objects.count() == 1


def test_an_old_link_still_withdraws_and_no_longer_gives(client: Client, path: str) -> None:
    browser = Browser()
    browser.post(path, GIVE)
    now = timezone.now()
    NoticeLink.objects.update(created_at=now - timedelta(days=40), gives_until=now - timedelta(days=9))
    assert browser.post(path, WITHDRAW).status_code == 302
    assert not ConsentEvent.objects.latest("at").given
    answer = browser.post(path, GIVE)
    assert answer.status_code == 422
    assert not ConsentEvent.objects.latest("at").given
    Client.objects.update(state="stop_use")
    assert browser.get(path).status_code == 200


def test_a_link_speaks_for_its_own_client_alone(people: SimpleNamespace, client: Client, path: str) -> None:
    other = add(client.book, {"name": "李四", "phone": "+8613900139000"}, use="marketing")
    said(other)
    Browser().post(path, {**WITHDRAW, "client": str(other.pk), "client_id": str(other.pk)})
    assert ConsentEvent.objects.filter(client=other).count() == 1
    assert reveal(other) == "+8613900139000"


@pytest.mark.parametrize(
    "answer", ["give:", "give:service.use", "give:marketing.share.buyer", "", "<script>"]
)
def test_an_answer_to_what_was_not_asked(client: Client, path: str, answer: str) -> None:
    page = Browser().post(path, {"answer": answer})
    assert page.status_code == 422
    assert "<script>" not in page.content.decode().replace("<script src=", "")
    assert not ConsentEvent.objects.exists()


def test_an_agent_does_not_consent_for_the_client(people: SimpleNamespace, client: Client, path: str) -> None:
    browser = client_of(people.ming)
    page = browser.get(path).content.decode()
    assert 'name="answer"' not in page
    assert browser.post(path, GIVE).status_code == 403
    assert not ConsentEvent.objects.exists()
    refused = LogEntry.objects.filter(action=Action.CONSENT_GIVE, result="refused", actor=people.ming.pk)
    assert refused.filter(subjects=[client.pk]).exists()


def test_a_link_only_for_ones_own_clients_and_a_told_book(people: SimpleNamespace, client: Client) -> None:
    address = f"/clients/{client.pk}/notice-link/"
    assert client_of(people.lin).post(address).status_code == 404
    assert client_of(people.olivia).post(address).status_code == 404
    assert "/notice/" in client_of(people.ming).post(address).content.decode()
    entrusted = add(book_of(people.lea, deal=client.pk))
    with acting(people.lea), pytest.raises(NotPossible):
        notice_link(people.lea, entrusted)


def test_a_new_book_begins_with_the_words_of_the_last_notice(people: SimpleNamespace, client: Client) -> None:
    new = add(book_of(people.lin), {"name": "王五", "phone": "+8613700137000"})
    page = Browser().get(link_path(new)).content.decode()
    assert "who zh" in page or "who en" in page
