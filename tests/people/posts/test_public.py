"""The public page: what the holder chose, nothing of the account, and a bound."""

from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from people.posts import public
from people.posts.codes import Place
from tests.people.posts.making import CONTACT, appointed, away

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _unspent() -> None:
    cache.clear()


def shown(language: str = "en") -> str:
    return Client(headers={"accept-language": language}).get(reverse("people:dpo")).content.decode()


def test_it_shows_what_was_chosen_and_nothing_of_the_account(people: SimpleNamespace) -> None:
    assert "vacant" in shown()
    held = appointed(people, people.olivia)
    page = shown()
    assert "Officer Olivia" in page
    assert CONTACT in page
    for secret in (people.olivia.email, people.olivia.username, str(people.olivia.pk), str(held.pk)):
        assert secret not in page
    assert "个人信息保护负责人" in shown("zh-hans")


def test_while_the_holder_is_away_it_names_the_deputy(people: SimpleNamespace) -> None:
    held = appointed(people, people.olivia)
    appointed(people, people.otto, place=Place.DEPUTY)
    away(held)
    page = shown()
    assert "Officer Otto" in page
    assert "Officer Olivia" not in page


def test_it_is_linked_where_people_stand_who_are_not_signed_in(people: SimpleNamespace) -> None:
    page = Client().get(reverse("account_login")).content.decode()
    assert f'href="{reverse("people:dpo")}"' in page


def test_attack_a_flood_is_stopped_and_leaves_one_entry(
    people: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public, "MOST", 3)
    flooded = LogEntry.objects.filter(action=Action.REQUEST_REFUSE, reason=Reason.FLOODED.value)
    before = flooded.count()
    answers = [Client().get(reverse("people:dpo")).status_code for _ in range(8)]
    assert answers.count(200) >= 3
    assert answers[-1] == 429
    assert 1 <= flooded.count() - before <= 2  # two where a window ended in between
