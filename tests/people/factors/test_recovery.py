"""Recovery codes are kept hashed and sealed, each in the place of a second factor once."""

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.test import Client
from django.urls import reverse

from audit.origin import Origin, acting_as
from people.factors.recovery import COUNT, drawn, due, left
from people.factors.sealing import secrets_of, unsealed
from tests.cast import PASSWORD, client_of
from tests.people.helpers import confirm_identity, set_up_app

pytestmark = pytest.mark.django_db
CODE = "/account/code/"


@pytest.fixture
def codes(people: SimpleNamespace) -> list[str]:
    """Of ming."""
    return codes_of(people.ming)


def codes_of(person: Any) -> list[str]:
    browser = client_of(person)
    confirm_identity(browser)
    return set_up_app(browser)


def row_of(person: Any) -> Authenticator:
    return Authenticator.objects.get(user=person, type="recovery_codes")


def tried(person: Any, code: str, *, network: int = 0) -> tuple[bool, int]:
    """Whether it signs in, and the answer to it. Guesses from one network wait after a few."""
    browser = Client(raise_request_exception=False, REMOTE_ADDR=f"10.0.{network}.1")
    browser.post("/account/login/", {"login": person.username, "password": PASSWORD})
    status = browser.post(CODE, {"code": code}).status_code
    return browser.get("/me/").status_code == 200, status


def test_they_are_kept_hashed_by_argon2id_and_sealed(people: SimpleNamespace, settings: Any) -> None:
    slow = "django.contrib.auth.hashers.Argon2PasswordHasher"
    settings.PASSWORD_HASHERS = [slow, *settings.PASSWORD_HASHERS]  # passwords here are hashed cheaply
    codes = codes_of(people.ming)
    kept = row_of(people.ming).data["codes"]
    assert not [one for one in kept if "argon2" in one]
    with acting_as(Origin()), secrets_of(people.ming.pk):
        hashes = [unsealed(one) for one in kept]
    assert len(hashes) == len(set(hashes)) == COUNT
    assert all(one.startswith("argon2$argon2id$") for one in hashes)
    assert len({one.split("$")[4] for one in hashes}) == COUNT  # a salt each
    assert tried(people.ming, codes[7])[0]


def test_they_are_random_and_say_which_of_the_ten_they_are() -> None:
    codes = [code.replace("-", "") for _ in range(20) for code in drawn()[0]]
    assert {len(code) for code in codes} == {12}
    assert [code[0] for code in codes[:COUNT]] == list("0123456789")
    assert len({code[1:] for code in codes}) == len(codes)
    assert {digit for code in codes for digit in code[1:]} == set("0123456789")


@pytest.mark.parametrize("between", ["-", " ", "", " - "])
def test_they_are_typed_as_people_type(people: SimpleNamespace, codes: list[str], between: str) -> None:
    assert tried(people.ming, between.join(codes[2].split("-")))[0]


def test_what_is_used_is_gone(people: SimpleNamespace, codes: list[str]) -> None:
    assert tried(people.ming, codes[4])[0]
    kept = row_of(people.ming)
    assert kept.data["codes"][4] is None
    assert left(kept) == COUNT - 1
    assert not tried(people.ming, codes[4])[0]


def test_attack_no_other_number_no_other_length_no_other_digits(
    people: SimpleNamespace, codes: list[str]
) -> None:
    plain = codes[3].replace("-", "")
    wrong = ["4" + plain[1:], plain[:-1], plain + "0", plain[:-1] + "٣", "null", "3", "3" * 12]
    assert not [code for at, code in enumerate(wrong) if tried(people.ming, code, network=at)[0]]
    assert left(row_of(people.ming)) == COUNT


def test_attack_hashes_planted_by_who_writes_to_the_table(people: SimpleNamespace, codes: list[str]) -> None:
    """One of their own making; and the row of somebody whose codes they have."""
    mine = codes_of(people.lin)
    row = row_of(people.ming)
    for planted, code in (
        ([make_password("12345678901")], "0123-4567-8901"),
        (row_of(people.lin).data["codes"], mine[0]),
    ):
        Authenticator.objects.filter(pk=row.pk).update(data={"codes": planted})
        assert tried(people.ming, code) == (False, 503)


def test_whose_last_one_is_used_is_told_on_their_day(people: SimpleNamespace, codes: list[str]) -> None:
    assert [item.count for item in due(people.ming)] == [0]
    row = row_of(people.ming)
    row.data["codes"][:-1] = [None] * (COUNT - 1)
    row.save()
    assert tried(people.ming, codes[-1])[0]
    assert [item.count for item in due(people.ming)] == [1]
    browser = client_of(people.ming)
    assert "You have no recovery codes left" in browser.get(reverse("compliance:today")).content.decode()
    assert [item.count for item in due(people.lin)] == [0]  # who never had any is not told


def test_those_from_before_end_and_their_people_are_told(people: SimpleNamespace, codes: list[str]) -> None:
    migration = import_module("people.migrations.0024_recovery_codes")
    Authenticator.objects.filter(pk=row_of(people.ming).pk).update(data={"seed": "sealed", "used_mask": 0})
    migration.end(apps, None)
    assert not tried(people.ming, codes[0])[0]
    assert "0 left" in client_of(people.ming).get(reverse("people:factors")).content.decode()
    assert [item.count for item in due(people.ming)] == [1]
    migration.remove(apps, None)
    assert not Authenticator.objects.filter(type="recovery_codes").exists()
