"""From the sign-in page to a real identity provider and back, and the link that this needs."""

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.models import LogEntry
from people.oidc.models import LinkedIdentity
from tests.cast import client_of, code_of, sign_in
from tests.people.helpers import confirm_identity, delivered, logged
from tests.people.oidc.hostile import asked_for
from tests.people.oidc.ways import answered, linked, set_off, set_off_to_link

pytestmark = pytest.mark.django_db
MING = "ming.at.work"


def _code(browser: Client, person: Any) -> Any:
    return browser.post(reverse("mfa_authenticate"), {"code": code_of(person)})


def test_link_then_sign_in_with_it_and_a_code(people: SimpleNamespace, ming: Client, work: str) -> None:
    page = linked(ming, MING)
    assert "Linked. Your other sessions have ended." in page.content.decode()
    row = LinkedIdentity.objects.get(person=people.ming)
    assert row.used_at is None
    assert logged(Action.IDENTITY_LINK, people.ming.pk) == 1
    browser = Client()
    answer = browser.get(answered(set_off(browser, going_to="/clients/"), MING))
    assert answer["Location"] == reverse("mfa_authenticate")  # never the provider's word alone
    assert browser.get("/clients/").status_code == 302
    answer = _code(browser, people.ming)
    assert answer["Location"] == "/clients/"
    assert browser.get("/clients/").status_code == 200
    assert logged(Action.IDENTITY_USE, people.ming.pk) == 1
    row.refresh_from_db()
    assert row.used_at is not None
    methods = [one["method"] for one in browser.session[AUTHENTICATION_METHODS_SESSION_KEY]]
    assert methods == ["oidc", "mfa"]


def test_the_session_list_says_by_what_it_was_opened(
    people: SimpleNamespace, ming: Client, work: str
) -> None:
    linked(ming, MING)
    browser = Client(headers={"accept-language": "en"})
    browser.get(answered(set_off(browser), MING))
    _code(browser, people.ming)
    page = browser.get(reverse("people:sessions")).content.decode()
    assert "Identity provider and second factor" in page
    kept = UserSession.objects.get(session_key=browser.session.session_key)
    assert kept.data["by"] == "oidc_and_factor"


def test_it_asks_for_nothing_but_who_somebody_is(work: str) -> None:
    asked = asked_for(set_off(Client()))
    assert asked["scope"] == "openid"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert asked["redirect_uri"].endswith("/account/identity/work/return/")
    assert len(asked["state"]) >= 43
    assert len(asked["nonce"]) >= 43


def test_the_session_ends_by_our_time_whatever_the_provider_does(
    people: SimpleNamespace, ming: Client, work: str
) -> None:
    linked(ming, MING)
    browser = Client()
    browser.get(answered(set_off(browser), MING))
    _code(browser, people.ming)
    assert browser.get("/me/").status_code == 200
    session = browser.session
    session["place"] = session["place"] | {"seen": time.time() - 3601}
    session.save()
    assert browser.get("/me/").status_code == 302
    assert browser.get(answered(set_off(browser), MING))["Location"] == reverse("mfa_authenticate")


def test_no_token_of_the_provider_is_kept(people: SimpleNamespace, ming: Client, work: str) -> None:
    linked(ming, MING)
    browser = Client()
    browser.get(answered(set_off(browser), MING))
    _code(browser, people.ming)
    for session in (ming.session, browser.session):
        kept = json.dumps(dict(session.items()), default=str)
        assert "eyJ" not in kept  # how each of its tokens begins, in Base64
        assert "access_token" not in kept
        assert "oidc" not in dict(session.items())


def test_an_identity_that_nobody_linked_signs_nobody_in(people: SimpleNamespace, work: str) -> None:
    """Not by a name either: the provider's ming.at.work is not our ming until ming says so."""
    browser = Client(headers={"accept-language": "en"})
    page = browser.get(answered(set_off(browser), MING), follow=True)
    assert "This did not sign you in." in page.content.decode()
    assert "_auth_user_id" not in browser.session
    assert LogEntry.objects.filter(action=Action.IDENTITY_FAIL, reason="bad_identity").exists()


def test_a_closed_account_gets_the_same_answer(people: SimpleNamespace, ming: Client, work: str) -> None:
    linked(ming, MING)
    browser = Client(headers={"accept-language": "en"})
    unknown = browser.get(answered(set_off(browser), "lin.at.work"), follow=True)
    people.ming.is_active, people.ming.disabled_at = False, timezone.now()
    people.ming.save()
    closed = browser.get(answered(set_off(browser), MING), follow=True)
    assert "_auth_user_id" not in browser.session
    said = [[str(message) for message in page.context["messages"]] for page in (unknown, closed)]
    assert said[0] == said[1] != []
    assert logged(Action.IDENTITY_USE, people.ming.pk) == 0


def test_linking_asks_who_one_is_and_ends_the_other_sessions(people: SimpleNamespace, work: str) -> None:
    elsewhere, browser = Client(), Client()
    for one in (elsewhere, browser):
        sign_in(one, people.ming)
        assert one.get("/me/sign-in/").status_code == 200
    question = browser.post(reverse("people:identity_link", args=["work"]))
    assert b"http-equiv" not in question.content  # the question, and not the way on
    confirm_identity(browser)
    linked(browser, MING)
    assert browser.get("/me/sign-in/").status_code == 200
    assert elsewhere.get("/me/sign-in/").status_code == 302
    assert any("identity provider was linked" in message.subject for message in delivered())


def test_removed_it_signs_nobody_in(people: SimpleNamespace, ming: Client, work: str) -> None:
    linked(ming, MING)
    ming.post(reverse("people:identity_unlink", args=["work"]))
    assert not LinkedIdentity.objects.exists()
    assert logged(Action.IDENTITY_UNLINK, people.ming.pk) == 1
    assert any("no longer linked" in message.subject for message in delivered())
    browser = Client()
    answer = browser.get(answered(set_off(browser), MING))
    assert answer["Location"] == reverse("account_login")


def test_another_identity_takes_the_place_of_the_first(
    people: SimpleNamespace, ming: Client, work: str
) -> None:
    linked(ming, MING)
    linked(ming, "lin.at.work")
    assert LinkedIdentity.objects.filter(person=people.ming).count() == 1
    browser = Client()
    assert browser.get(answered(set_off(browser), MING))["Location"] == reverse("account_login")
    assert browser.get(answered(set_off(browser), "lin.at.work"))["Location"] == reverse("mfa_authenticate")


def test_an_identity_is_of_one_account(people: SimpleNamespace, ming: Client, work: str) -> None:
    linked(ming, MING)
    lin = client_of(people.lin)
    confirm_identity(lin)
    page = linked(lin, MING)
    assert "linked to another account" in page.content.decode()
    assert not LinkedIdentity.objects.filter(person=people.lin).exists()
    assert logged(Action.IDENTITY_LINK, people.lin.pk) == 0


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"provider": "other"}, "identity_of_one_person"),
        ({"identity": bytes(32)}, "identity_once_a_provider"),
    ],
)
def test_the_database_refuses(
    people: SimpleNamespace, ming: Client, work: str, broken: dict[str, Any], named: str
) -> None:
    linked(ming, MING)
    kept = LinkedIdentity.objects.get()
    row = {"person": kept.person, "provider": kept.provider, "identity": kept.identity, "seal": "x"} | broken
    with pytest.raises(IntegrityError, match=named), transaction.atomic():
        LinkedIdentity.objects.create(**row)


def test_without_providers_nothing_of_it_is_there(
    people: SimpleNamespace, ming: Client, settings: Any
) -> None:
    settings.OIDC_PROVIDERS = ""
    assert b"account/identity" not in Client().get(reverse("account_login")).content
    assert b"identity/" not in ming.get("/me/sign-in/").content
    assert Client().post(reverse("account_identity", args=["work"])).status_code == 404
    assert Client().get(reverse("account_identity_return", args=["work"])).status_code == 404


def test_a_provider_that_is_away_changes_nothing(
    people: SimpleNamespace, ming: Client, work: str, settings: Any
) -> None:
    settings.OIDC_PROVIDERS = settings.OIDC_PROVIDERS.replace(work, "http://127.0.0.1:9")
    browser = Client(headers={"accept-language": "en"})
    page = browser.post(reverse("account_identity", args=["work"]), follow=True)
    assert "Company work cannot be reached now. Nothing was changed." in page.content.decode()
    page = ming.post(reverse("people:identity_link", args=["work"]), follow=True)
    assert "Company work cannot be reached now" in page.content.decode()


def test_who_sets_off_to_link_and_signs_out_links_nothing(
    people: SimpleNamespace, ming: Client, work: str
) -> None:
    back = answered(set_off_to_link(ming), MING)
    ming.logout()
    assert ming.get(back)["Location"] == reverse("account_login")
    assert not LinkedIdentity.objects.exists()
