"""Step-up: a grave act asks once more, and brings the person back to where they were."""

from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from audit.actions import Action
from people.accounts.waits import FREE
from tests.cast import PASSWORD, client_of, code_of
from tests.people.helpers import confirm_identity, logged

pytestmark = pytest.mark.django_db


def _next(answer) -> str:
    parts = urlsplit(answer["Location"])
    assert parts.path == reverse("account_reauthenticate")
    return parse_qs(parts.query)["next"][0]


@pytest.fixture
def page(people: SimpleNamespace) -> str:
    return reverse("people:person_disable", args=[people.lin.pk])


def test_a_page_is_asked_for_again_after_the_answer(people: SimpleNamespace, page: str) -> None:
    client = client_of(people.ada)
    assert _next(client.get(page + "?x=1")) == page + "?x=1"
    confirm_identity(client)
    assert client.get(page).status_code == 200


def test_signing_in_is_not_enough(people: SimpleNamespace, page: str) -> None:
    client = client_of(people.ada)
    assert 'name="step_up_code"' in client.post(page).content.decode()
    people.lin.refresh_from_db()
    assert people.lin.is_active


def test_it_lasts_only_so_long(people: SimpleNamespace, page: str, settings) -> None:
    client = client_of(people.ada)
    confirm_identity(client)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    assert client.get(page).status_code == 302


@pytest.mark.parametrize("typed", [{"step_up_code": "000000"}, {"step_up_password": PASSWORD}])
def test_neither_a_wrong_code_nor_the_right_password_opens_what_asks_for_a_code(
    people: SimpleNamespace, page: str, typed: dict[str, str]
) -> None:
    """Whoever took a session over and knows the password besides still has no phone."""
    client = client_of(people.ada)
    code_of(people.ada)
    client.post(reverse("account_reauthenticate"), typed)
    assert client.get(page).status_code == 302


def test_who_has_no_second_factor_types_the_password(people: SimpleNamespace) -> None:
    client, page = client_of(people.bo), reverse("people:factor_app")
    assert _next(client.get(page)) == page
    client.post(reverse("account_reauthenticate"), {"step_up_password": "not the pass phrase"})
    assert client.get(page).status_code == 302
    confirm_identity(client)
    assert client.get(page).status_code == 200


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
def test_a_form_is_cancelled_to_its_own_page_and_never_to_another_site(
    people: SimpleNamespace, page: str, referer: str, back: str
) -> None:
    answer = client_of(people.ada).post(page, headers={"referer": referer})
    assert f'<a class="btn btn-link" href="{back}">' in answer.content.decode()


def test_what_was_typed_goes_on_with_the_answer_and_waits_nowhere_else(
    people: SimpleNamespace, page: str
) -> None:
    client = client_of(people.ada)
    asked = client.post(page + "?x=1", {"reason": 'left "us"', "tick": ["1", "2"], "step_up_code": ""})
    text = asked.content.decode()
    assert '<input type="hidden" name="reason" value="left &quot;us&quot;">' in text
    assert [f'name="tick" value="{tick}"' in text for tick in "12"] == [True, True]
    assert f'action="{page}?x=1"' in text
    assert "no-store" in asked["Cache-Control"]
    assert "left" not in str(dict(client.session)) + str(client.cookies)
    code = code_of(people.ada)
    wrong = client.post(page, {"reason": "left us", "step_up_code": "0000 00"})
    assert "The code is wrong" in wrong.content.decode()
    assert 'value="left us"' in wrong.content.decode()
    assert "0000 00" not in wrong.content.decode()
    people.lin.refresh_from_db()
    assert people.lin.is_active
    assert client.post(page, {"step_up_code": code}).status_code == 302
    people.lin.refresh_from_db()
    assert not people.lin.is_active
    assert logged(Action.SESSION_STEP_UP, people.ada.pk) == 1


def test_attack_codes_are_not_guessed_through_any_form(people: SimpleNamespace, page: str) -> None:
    """After a few wrong ones the right one waits, too."""
    client, code = client_of(people.ada), code_of(people.ada)
    for guess in range(FREE):
        client.post(page, {"step_up_code": f"{guess:06}"})
    assert "too many tries" in client.post(page, {"step_up_code": code}).content.decode()
    people.lin.refresh_from_db()
    assert people.lin.is_active


def test_htmx_asks_in_the_place_of_the_form(people: SimpleNamespace, page: str) -> None:
    headers = {
        "HX-Request": "true",
        "HX-Target": "group-notes",
        "HX-Current-URL": "http://testserver/people/",
    }
    client = client_of(people.ada)
    text = client.post(page, {"reason": "typed"}, headers=headers).content.decode()
    assert 'id="group-notes"' in text
    assert 'hx-target="#group-notes"' in text
    assert "<main" not in text
    answer = client.get(page, headers=headers)
    assert parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"] == ["/people/"]


def test_each_confirmation_is_an_entry(people: SimpleNamespace) -> None:
    confirm_identity(client_of(people.ming))
    assert logged(Action.SESSION_STEP_UP, people.ming.pk) == 1
