"""Step-up: a grave act asks once more, and brings the person back to where they were."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from audit.actions import Action
from tests.cast import client_of
from tests.people.helpers import confirm_identity, logged

pytestmark = pytest.mark.django_db


def _next(answer) -> str:
    parts = urlsplit(answer["Location"])
    assert parts.path == reverse("account_reauthenticate")
    return parse_qs(parts.query)["next"][0]


@pytest.fixture
def page(people: SimpleNamespace) -> str:
    return reverse("people:person_disable", args=[people.lin.pk])


def test_a_page_is_asked_for_again_after_the_password(people: SimpleNamespace, page: str) -> None:
    client = client_of(people.ada)
    assert _next(client.get(page + "?x=1")) == page + "?x=1"
    confirm_identity(client)
    assert client.get(page).status_code == 200


def test_signing_in_is_not_enough(people: SimpleNamespace, page: str) -> None:
    client = client_of(people.ada)
    assert client.post(page).status_code == 302
    people.lin.refresh_from_db()
    assert people.lin.is_active


def test_it_lasts_only_so_long(people: SimpleNamespace, page: str, settings) -> None:
    client = client_of(people.ada)
    confirm_identity(client)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(page).status_code == 302


def test_a_wrong_password_opens_nothing(people: SimpleNamespace, page: str) -> None:
    client = client_of(people.ada)
    client.post(reverse("account_reauthenticate"), {"password": "not the pass phrase"})
    assert client.get(page).status_code == 302


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/people/?kind=staff", "/people/?kind=staff"),
        ("http://evil.example/people/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_a_form_comes_back_to_its_own_page_and_never_to_another_site(
    people: SimpleNamespace, page: str, referer: str, back: str
) -> None:
    client = client_of(people.ada)
    assert _next(client.post(page, {"secret": "typed"}, headers={"referer": referer})) == back
    assert "typed" not in str(dict(client.session))


def test_htmx_moves_the_whole_page(people: SimpleNamespace, page: str) -> None:
    answer = client_of(people.ada).post(
        page, headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/"}
    )
    assert answer.status_code == 204
    assert parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"] == ["/people/"]


def test_each_confirmation_is_an_entry(people: SimpleNamespace) -> None:
    confirm_identity(client_of(people.ming))
    assert logged(Action.SESSION_STEP_UP, people.ming.pk) == 1
