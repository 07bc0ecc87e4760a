"""A lost phone: an administrator's reset ends everything, opens nothing, and its person comes back by mail
and password together."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audit.actions import Action
from audit.refusals import Refused
from people.accounts.models import LinkPurpose, OneTimeLink, User
from people.accounts.services import NotPossible as AccountNotPossible
from people.accounts.services import edit_person
from people.factors.models import FactorKeys, FactorReset, FactorResetReview
from people.factors.pausing import paused_until
from people.factors.resetting import due, reset_factors, review_reset
from people.factors.services import NotPossible
from people.factors.totp import code_at, step_of
from tests.cast import PASSWORD, client_of, sign_in
from tests.people.helpers import confirm_identity, delivered, logged, mailed_path, set_up_app

pytestmark = pytest.mark.django_db
APP = "/me/sign-in/app/"


@pytest.fixture
def path(people: SimpleNamespace, django_capture_on_commit_callbacks) -> str:
    """The path of the link that ming was mailed, after ada's reset."""
    with django_capture_on_commit_callbacks(execute=True):
        people.reset = reset_factors(actor=people.ada, person=people.ming)
    mine = [message for message in mail.outbox if message.to == [people.ming.email]]
    mail.outbox.append(mine[0])
    return mailed_path()


def _right_code(browser: Client):
    """What the page answers to the code of the app that it let one set up."""
    secret = browser.get(APP).context["secret"].replace(" ", "")
    return browser.post(APP, {"code": code_at(secret, step_of(time.time()))})


def test_on_the_pages_it_ends_factors_and_sessions_and_shows_no_link(people: SimpleNamespace) -> None:
    ada, ming = client_of(people.ada), Client()
    sign_in(ming, people.ming)
    address = reverse("people:factor_reset", args=[people.ming.pk])
    assert "step_up_code" in ada.post(address).content.decode()
    confirm_identity(ada)
    assert "call them back" in ada.get(address).content.decode()
    page = ada.post(address, follow=True).content.decode()
    assert "/welcome/" not in page
    assert not Authenticator.objects.filter(user=people.ming).exists()
    assert ming.get("/me/").status_code == 302
    assert logged(Action.FACTOR_RESET, people.ming.pk) == 1


def test_its_person_comes_back_by_the_link_and_the_password_together(
    people: SimpleNamespace, path: str
) -> None:
    browser = Client()
    assert browser.get(path).status_code == 302
    asked = browser.get("/welcome/")
    assert asked["Location"].startswith("/account/login/")
    answer = browser.post(asked["Location"], {"login": "ming", "password": PASSWORD})
    assert answer["Location"] == "/welcome/"
    assert browser.get("/welcome/")["Location"] == APP
    set_up_app(browser)
    assert browser.get("/me/").status_code == 200
    assert Client().get(path).status_code == 410
    assert FactorReset.objects.get().link.used_at is not None


def test_attack_the_password_alone_sets_no_factor_up_after_a_reset(
    people: SimpleNamespace, path: str
) -> None:
    thief = Client()
    sign_in(thief, people.ming)
    assert thief.get("/")["Location"] == APP
    page = thief.get(APP)
    assert "Open the link in the mail" in page.content.decode()
    answer = thief.post(APP, {"code": "000000"})
    assert not Authenticator.objects.filter(user=people.ming).exists()
    assert "try again" in _right_code(thief).content.decode()
    assert not Authenticator.objects.filter(user=people.ming).exists()
    assert answer.status_code == 200


def test_attack_the_mailbox_alone_opens_nothing(people: SimpleNamespace, path: str) -> None:
    thief = Client()
    thief.get(path)
    for method in (thief.get, thief.post):
        answer = method(
            "/welcome/", {"password": "violet harbour 93 lanterns", "again": "violet harbour 93 lanterns"}
        )
        assert answer["Location"].startswith("/account/login/")
    people.ming.refresh_from_db()
    assert people.ming.check_password(PASSWORD)
    assert "_auth_user_id" not in thief.session


def test_attack_the_link_of_somebody_else_sets_nothing_up(people: SimpleNamespace, path: str) -> None:
    """A link of one's own in the session, the password of the one who was reset."""
    reset_factors(actor=people.ada, person=people.lin)
    other = OneTimeLink.objects.get(person=people.lin, purpose=LinkPurpose.FACTOR_RESET)
    thief = Client()
    sign_in(thief, people.ming)
    session = thief.session
    session["welcome"] = str(other.pk)
    session.save()
    assert "try again" in _right_code(thief).content.decode()
    assert not Authenticator.objects.filter(user=people.ming).exists()


def test_attack_an_administrator_turns_no_link_to_themselves(people: SimpleNamespace, path: str) -> None:
    with pytest.raises(AccountNotPossible):
        edit_person(
            actor=people.ada,
            person=people.ming,
            display_name="Ming",
            email="ada2@example.test",
            language="en",
        )
    assert not [m for m in mail.outbox if people.ada.email in m.to]
    with pytest.raises(NotPossible, match="不能重置自己的第二重验证"):
        reset_factors(actor=people.ada, person=people.ada)
    with pytest.raises(Refused):
        reset_factors(actor=people.olivia, person=people.ming)


def test_a_second_reset_ends_the_first_link(people: SimpleNamespace, path: str) -> None:
    reset_factors(actor=people.ada, person=people.ming)
    assert Client().get(path).status_code == 410


def test_an_outside_person_with_a_factor_comes_back_by_the_link_too(people: SimpleNamespace) -> None:
    bo = client_of(people.bo)
    confirm_identity(bo)
    set_up_app(bo)
    reset_factors(actor=people.ada, person=people.bo)
    thief = Client()
    sign_in(thief, people.bo)
    assert thief.get("/rooms/")["Location"] == APP


def test_officers_are_told_and_one_of_them_looks_into_it(people: SimpleNamespace, path: str) -> None:
    told = {address for message in delivered() for address in message.to}
    assert told == {people.ming.email, people.olivia.email, people.otto.email}
    to_officers = [m for m in delivered() if m.to == [people.olivia.email]]
    assert not [m for m in to_officers if "Ming" in m.body or "ming" in m.body]
    assert [item.count for item in due(people.olivia)] == [1]
    assert due(people.ming) == []
    officer = client_of(people.olivia)
    assert "Ming" in officer.get(reverse("people:resets")).content.decode()
    officer.post(reverse("people:reset_review", args=[people.reset.pk]))
    assert [item.count for item in due(people.otto)] == [0]
    assert logged(Action.FACTOR_REVIEW, people.ming.pk) == 1
    assert paused_until(people.ming) is not None  # looking into it lifts nothing
    with pytest.raises(Refused):
        review_reset(actor=people.otto, reset_id=people.reset.pk)


def test_attack_an_officer_does_not_look_into_their_own_reset(people: SimpleNamespace) -> None:
    reset = reset_factors(actor=people.ada, person=people.olivia)
    assert [item.count for item in due(people.olivia)] == [0]
    with pytest.raises(Refused):
        review_reset(actor=people.olivia, reset_id=reset.pk)


def _row(people: SimpleNamespace, **changed: object) -> FactorReset:
    now = timezone.now()
    link = OneTimeLink.objects.create(
        purpose=LinkPurpose.FACTOR_RESET,
        person=people.ming,
        token_hash=b"x",
        expires_at=now + timedelta(hours=1),
    )
    row = {"person": people.ming, "ordered_by": people.ada, "link": link, "at": now}
    return FactorReset(**row | {"paused_until": now + timedelta(days=1)} | changed)


@pytest.mark.parametrize(
    ("constraint", "changed"),
    [
        ("reset_by_another", lambda people: {"ordered_by": people.ming}),
        ("reset_pauses_for_a_day", lambda people: {"paused_until": timezone.now() + timedelta(hours=23)}),
    ],
)
def test_the_database_refuses(people: SimpleNamespace, constraint: str, changed) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        _row(people, **changed(people)).save()


def test_the_database_keeps_a_reset_and_its_review_as_they_are(people: SimpleNamespace, path: str) -> None:
    ended = {"paused_until": timezone.now()}
    with pytest.raises(IntegrityError, match="people_factorreset_is_final"), transaction.atomic():
        FactorReset.objects.update(**ended)
    with pytest.raises(IntegrityError, match="people_factorreset_is_final"), transaction.atomic():
        FactorReset.objects.all().delete()
    for about in (people.ming, people.ada):
        with pytest.raises(IntegrityError, match="reset_review_by_another"), transaction.atomic():
            FactorResetReview.objects.create(reset=people.reset, officer=about, at=timezone.now())
    review_reset(actor=people.olivia, reset_id=people.reset.pk)
    with pytest.raises(IntegrityError, match="people_factorresetreview_is_final"), transaction.atomic():
        FactorResetReview.objects.update(officer=people.otto)


def test_the_key_of_factors_is_one_row(people: SimpleNamespace) -> None:
    with pytest.raises(IntegrityError, match="factor_keys_is_one"), transaction.atomic():
        FactorKeys.objects.create(id=2, compartment=User.objects.first().pk, compartment_key_id=1, key_id=2)
