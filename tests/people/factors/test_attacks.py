"""Attacks on second factors: replayed, guessed, swapped, skipped, taken away, planted sessions."""

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connections
from django.test import Client
from django.urls import reverse

from audit.actions import Action, Reason
from audit.models import LogEntry
from audit.origin import Origin, acting_as
from people.accounts.models import Kind, User
from people.accounts.services import disable_person
from people.accounts.waits import FREE
from people.factors.sealing import secrets_of, unsealed
from tests.cast import PASSWORD, cast, client_of, code_of, person, sign_in
from tests.people.helpers import confirm_identity, logged, set_up_app
from vault.keys.errors import KeyWithheld

pytestmark = pytest.mark.django_db
LOGIN, CODE, APP = "/account/login/", "/account/code/", "/me/sign-in/app/"


def at_second_step(user: User, **more: str) -> Client:
    client = Client(**more)
    answer = client.post(LOGIN, {"login": user.username, "password": PASSWORD})
    assert answer["Location"] == CODE
    return client


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def without_factor(name: str = "nora") -> User:
    somebody = person(name, kind=Kind.STAFF)
    Authenticator.objects.filter(user=somebody).delete()
    return somebody


def test_attack_a_code_is_used_once_only(people: SimpleNamespace) -> None:
    code = code_of(people.ming)
    first, second = at_second_step(people.ming), at_second_step(people.ming)
    first.post(CODE, {"code": code})
    second.post(CODE, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)
    confirmed = first.post(reverse("account_reauthenticate"), {"step_up_code": code})
    assert confirmed.status_code == 200  # asked again
    assert LogEntry.objects.filter(
        action=Action.FACTOR_FAIL, object_id=people.ming.pk, reason=Reason.WRONG_CODE
    ).exists()


@pytest.mark.django_db(transaction=True)
def test_attack_the_same_code_at_the_same_moment() -> None:
    with acting_as(Origin()):
        ming = SimpleNamespace(**cast()).ming
    code, together = code_of(ming), Barrier(4)
    clients = [at_second_step(ming) for _ in range(4)]

    def use(client: Client) -> None:
        try:
            together.wait(30)
            client.post(CODE, {"code": code})
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(use, clients))
    assert sorted(map(is_in, clients)) == [False, False, False, True]


def test_attack_guessing_codes_waits_longer_and_longer_and_locks_out_nobody_else(
    people: SimpleNamespace,
) -> None:
    code = code_of(people.ming)
    guesser = at_second_step(people.ming, REMOTE_ADDR="203.0.113.9")
    for guess in range(FREE):
        guesser.post(CODE, {"code": f"{guess:06}"})
    guesser.post(CODE, {"code": code})
    assert not is_in(guesser)
    assert LogEntry.objects.filter(action=Action.FACTOR_FAIL, reason=Reason.TRIED_TOO_OFTEN).exists()
    owner = at_second_step(people.ming, REMOTE_ADDR="198.51.100.7")
    owner.post(CODE, {"code": code})
    assert is_in(owner)


def test_attack_a_recovery_code_is_used_once_only(people: SimpleNamespace) -> None:
    client = client_of(people.ming)
    confirm_identity(client)
    codes = set_up_app(client)
    for code, let_in in ((codes[3], True), (codes[3], False), (codes[3].replace("-", ""), False)):
        other = at_second_step(people.ming)
        other.post(CODE, {"code": code})
        assert is_in(other) is let_in


def test_attack_the_factor_of_another_person_opens_nothing(people: SimpleNamespace) -> None:
    """A code of one's own for another's account; and, with the table, one's own secret in another's row."""
    client = at_second_step(people.ming)
    code_of(people.ming)
    client.post(CODE, {"code": code_of(people.lin)})
    assert not is_in(client)
    code = code_of(people.lin)
    mine, theirs = (Authenticator.objects.get(user=one, type="totp") for one in (people.lin, people.ming))
    Authenticator.objects.filter(pk=theirs.pk).update(data=mine.data)
    answer = at_second_step(people.ming).post(CODE, {"code": code})
    assert answer.status_code == 503
    with acting_as(Origin()), secrets_of(people.ming.pk), pytest.raises(KeyWithheld):
        unsealed(mine.data["secret"])


def test_attack_another_persons_factor_is_neither_removed_nor_named(people: SimpleNamespace) -> None:
    ada = client_of(people.ada)
    confirm_identity(ada)
    theirs = Authenticator.objects.get(user=people.ming)
    answer = ada.post(reverse("people:factor_remove", args=[theirs.pk]))
    assert answer.status_code == 404
    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_attack_no_factor_changes_without_confirming_first(people: SimpleNamespace) -> None:
    """A session taken over, with the password known as well, changes nothing."""
    client, mine = client_of(people.ming), Authenticator.objects.get(user=people.ming)
    remove = reverse("people:factor_remove", args=[mine.pk])
    for address in (APP, remove, reverse("people:factor_codes")):
        client.post(address, {"code": "000000", "step_up_password": PASSWORD})
    client.post(reverse("account_reauthenticate"), {"step_up_password": PASSWORD})
    for address in (APP, remove, reverse("people:factor_codes")):
        client.post(address)
    assert list(Authenticator.objects.filter(user=people.ming)) == [mine]


@pytest.mark.parametrize(
    "address", ["/", "/me/", "/clients/", "/log/", "/me/sessions/", "/account/password/change/", APP]
)
def test_attack_skipping_the_second_step(people: SimpleNamespace, address: str) -> None:
    client = at_second_step(people.olivia)
    for method in (client.get, client.post):
        answer = method(address)
        assert not is_in(client)
        assert answer.status_code == 405 or answer["Location"].startswith(LOGIN)


def test_attack_the_second_step_of_another_sign_in(people: SimpleNamespace) -> None:
    """The code of whose password was not typed: there is no second step without the first."""
    client = Client()
    client.post(CODE, {"code": code_of(people.ming), "login": "ming", "user": str(people.ming.pk)})
    assert not is_in(client)


def test_attack_a_planted_session_is_not_the_one_that_signs_in(people: SimpleNamespace) -> None:
    """Session fixation: at each step the key is new, so whoever planted one holds nobody's."""
    victim, planted = Client(), Client()
    planted.get(LOGIN)
    session = planted.session
    session["planted"] = True
    session.save()
    seen = [session.session_key]
    victim.cookies["session"] = session.session_key
    victim.post(LOGIN, {"login": "ming", "password": PASSWORD})
    seen.append(victim.cookies["session"].value)
    planted.cookies["session"] = seen[0]
    planted.post(CODE, {"code": code_of(people.ming)})
    assert not is_in(planted)
    victim.post(CODE, {"code": code_of(people.ming)})
    seen.append(victim.cookies["session"].value)
    assert len(set(seen)) == 3
    assert is_in(victim)


def test_attack_a_cookie_from_before_the_factor_does_not_come_along(people: SimpleNamespace) -> None:
    nora = without_factor()
    owner, copy = Client(), Client()
    sign_in(owner, nora)
    copy.cookies["session"] = owner.cookies["session"].value
    set_up_app(owner)
    assert copy.get("/me/").status_code == 302
    assert copy.get("/me/")["Location"].startswith(LOGIN)


def test_attack_a_held_session_without_the_factor_opens_nothing(people: SimpleNamespace) -> None:
    """However it came to be: the person has a factor, the session was not opened with it."""
    client = Client()
    with acting_as(Origin()):
        client.force_login(people.olivia)
    assert client.get("/log/")["Location"].startswith(LOGIN)
    assert not is_in(client)
    again = Client()
    with acting_as(Origin()):
        again.force_login(people.olivia)
    assert again.get(APP)["Location"].startswith(LOGIN)
    assert Authenticator.objects.filter(user=people.olivia).count() == 1


def test_attack_a_cookie_alone_sets_no_first_factor_up(people: SimpleNamespace) -> None:
    nora, client = without_factor(), Client()
    with acting_as(Origin()):
        client.force_login(nora)
    asked = client.get(APP)
    assert asked["Location"].startswith(reverse("account_reauthenticate"))
    assert "step_up_password" in client.get(asked["Location"]).content.decode()


@pytest.mark.parametrize(
    ("url", "args"),
    [("people:factor_app", []), ("people:factor_codes", []), ("people:factor_remove", [1])],
)
def test_attack_a_form_from_another_site_changes_no_factor(
    people: SimpleNamespace, url: str, args: list[int]
) -> None:
    client = client_of(people.ming)
    confirm_identity(client)
    client.handler.enforce_csrf_checks = True
    answer = client.post(reverse(url, args=args), {"code": "123456"})
    assert answer.status_code == 403
    assert logged(Action.FACTOR_ADD, people.ming.pk) == 0


def test_attack_names_are_not_found_out(people: SimpleNamespace, settings) -> None:
    """An unknown name, a wrong password, and that of a closed account: one page, one hash each."""
    hashes: list[str] = []

    class Counting(MD5PasswordHasher):
        def encode(self, password: str, salt: str) -> str:
            hashes.append(password)
            return super().encode(password, salt)  # type: ignore[no-any-return]

    settings.PASSWORD_HASHERS = [f"{__name__}.Slow"]
    globals()["Slow"] = Counting
    for name in ("lin", "ming"):
        user = getattr(people, name)
        user.set_password(PASSWORD)
        user.save()
    disable_person(actor=people.ada, person=people.lin)
    pages, costs = set(), []
    for name, password in (
        ("nobody-at-all", PASSWORD),
        ("ming", "wrong"),
        ("lin", PASSWORD),
        ("lin", "wrong"),
    ):
        hashes.clear()
        answer = Client().post(LOGIN, {"login": name, "password": password})
        text = answer.content.decode().replace(f'value="{name}"', "")
        pages.add((answer.status_code, re.sub(r'value="\w{64}"|"X-CSRFToken": "\w+"', "", text)))
        costs.append(len(hashes))
    assert len(pages) == 1
    assert costs == [1, 1, 1, 1]


def test_attack_guesses_at_an_account_make_only_the_guesser_wait(people: SimpleNamespace, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "1000/m/ip"}
    guesser, owner = Client(REMOTE_ADDR="203.0.113.9"), Client(REMOTE_ADDR="198.51.100.7")
    said = []
    for name in ("ming", "nobody-at-all"):
        for _ in range(FREE):
            guesser.post(LOGIN, {"login": name, "password": "a guess"})
        said.append(guesser.post(LOGIN, {"login": name, "password": PASSWORD}).context["form"].errors)
    assert said[0] == said[1]
    assert owner.post(LOGIN, {"login": "ming", "password": PASSWORD})["Location"] == CODE
