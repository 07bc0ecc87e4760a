"""What a password must be, wherever one is chosen."""

import hashlib
from types import SimpleNamespace

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from people.accounts.links import make_link
from people.accounts.models import LinkPurpose, User
from people.invitations.services import invite
from people.passwords.strength import LONGEST, SHORTEST, estimate, words_of
from tests.cast import PASSWORD, client_of
from tests.people.helpers import mailed_path

GOOD = "violet harbour 93 lanterns"
SU = User(username="su.wanqing", display_name="苏晚晴", email="su.wanqing@zhongjie-hehe.example")


def refused(password: str, person: User | None = SU) -> list[str]:
    try:
        validate_password(password, person)
    except ValidationError as problem:
        return [error.code or "" for error in problem.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "蓝鲸 借走了 三把 生锈的伞",
        "x7$Kq!m2Wv9#pLz0",
        "ß" * 3 + " kettle orbit maple",
        "a" * 4 + GOOD * 3,
    ],
)
def test_what_is_taken(password: str) -> None:
    assert refused(password) == []


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password1234!",
        "qwertyuiop[]",
        "123456789012",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "su.wanqing.2026",
        "wanqing wanqing",
        "苏晚晴苏晚晴苏晚晴苏晚晴",
        "zhongjie-hehe1",
        "sealroom-sealroom",
        "封匣封匣封匣封匣封匣封匣",
        "P@ssw0rdP@ssw0rd",
        "SeAlRoOm.su.wanqing!",
    ],
)
def test_attack_what_is_guessed_soon(password: str) -> None:
    assert refused(password) == ["password_too_weak"]


def test_the_words_of_others_do_not_count() -> None:
    """Only one's own names are known to whoever guesses one's password."""
    words = words_of(SU)
    assert {"su.wanqing", "wanqing", "苏晚晴", "sealroom", "hehe", "localhost"} <= set(words)
    assert "su" not in words  # two letters are in every other password
    mine = estimate("wanqing-hehe9", words)["guesses"]
    assert mine < estimate("wanqing-hehe9", words_of(None))["guesses"]


@pytest.mark.parametrize(
    ("length", "codes"),
    [
        (SHORTEST - 1, ["password_too_short"]),
        (SHORTEST, []),
        (LONGEST, []),
        (LONGEST + 1, ["password_too_long"]),
        (100_000, ["password_too_long"]),
    ],
)
def test_lengths(length: int, codes: list[str]) -> None:
    text = "x7$Kq!m2Wv9#pLz0" + GOOD * 4_000
    assert refused(text[:length]) == codes


@given(st.text(min_size=SHORTEST, max_size=LONGEST), st.text(max_size=40))
def test_any_text_has_an_answer(password: str, name: str) -> None:
    assert set(refused(password, User(username=name, display_name=name))) <= {"password_too_weak"}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_what_to_do_is_said_in_both_languages(language: str) -> None:
    with override(language):
        with pytest.raises(ValidationError) as short:
            validate_password("kq7!", SU)
        with pytest.raises(ValidationError) as weak:
            validate_password("qwertyuiop[]", SU)
    said = " ".join(short.value.messages + weak.value.messages)
    assert ("两三个互不相关的词" in said) is (language == "zh-hans")
    assert ("two or three unrelated words" in said) is (language == "en")
    assert ("键盘" in said) is (language == "zh-hans")
    assert "qwertyuiop" not in said


def test_attack_two_people_at_once_do_not_share_their_words() -> None:
    """The estimate of one does not know the words of the other, whoever asks in between."""
    alone = estimate("wanqing-hehe9", [])["guesses"]
    estimate("anything", ["wanqing", "hehe"])
    assert estimate("wanqing-hehe9", [])["guesses"] == alone


def _by_change(people: SimpleNamespace) -> tuple[Client, str, dict[str, str]]:
    names = {"oldpassword": PASSWORD, "password1": "", "password2": ""}
    return client_of(people.ming), "/account/password/change/", names


def _by_link(people: SimpleNamespace) -> tuple[Client, str, dict[str, str]]:
    client = Client()
    client.get(make_link(purpose=LinkPurpose.SET_PASSWORD, person=people.ming)[1])
    return client, "/welcome/", {"password": "", "again": ""}


def _by_first_link(people: SimpleNamespace) -> tuple[Client, str, dict[str, str]]:
    client = Client()
    client.get(make_link(purpose=LinkPurpose.FIRST_ADMIN, person=None)[1])
    about = {"username": "zoe", "display_name": "Zoe", "email": "zoe@example.test"}
    return client, "/welcome/", about | {"password": "", "again": ""}


PLACES = {"change": _by_change, "link": _by_link, "first link": _by_first_link}


@pytest.mark.django_db
@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(
    "password", ["short kq7!", "password1234", "sealroom sealroom", "x7$Kq!m2Wv9#pLz0" * 9, "breached one"]
)
def test_attack_no_page_takes_a_password_that_breaks_a_rule(
    people: SimpleNamespace, place: str, password: str, settings, tmp_path
) -> None:
    listed = tmp_path / "list.txt"
    if password == "breached one":
        password = "marmalade 41 gravity quilt"
        listed.write_text(sha1_of(password) + ":3\n")
    settings.BREACHED_PASSWORDS = str(listed) if listed.exists() else ""
    client, address, typed = PLACES[place](people)
    before = set(User.objects.values_list("pk", "password"))
    filled = {name: value or password for name, value in typed.items()}
    answer = client.post(address, filled)
    assert answer.status_code == 200
    assert any("password" in name for name in answer.context["form"].errors)
    assert set(User.objects.values_list("pk", "password")) == before


def sha1_of(text: str) -> str:
    return hashlib.sha1(text.encode()).hexdigest().upper()


@pytest.mark.django_db
def test_an_invited_person_chooses_one_by_the_same_rules(
    people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        invite(
            actor=people.lea,
            deal_id="00000000-0000-4000-8000-00000000dea1",
            group_id="00000000-0000-4000-8000-000000000007",
            email="guest@example.test",
            display_name="Guest Gao",
            code_name="Willow",
        )
    client = Client()
    client.get(mailed_path())
    answer = client.post("/welcome/", {"password": "guest gao guest", "again": "guest gao guest"})
    assert answer.context["form"].errors
    assert client.post("/welcome/", {"password": GOOD, "again": GOOD}).status_code == 302


@pytest.mark.django_db
def test_nothing_is_cut_off(people: SimpleNamespace) -> None:
    """128 characters count to the last, and no page lets a browser cut what is pasted."""
    client, address, typed = _by_link(people)
    assert "maxlength" not in client.get(address).content.decode().split('name="password"')[1].split(">")[0]
    long = (GOOD + " x7$Kq!m2Wv9#pLz0 ") * 3
    password = long[: LONGEST - 1] + "1"
    client.post(address, dict.fromkeys(typed, password))
    people.ming.refresh_from_db()
    assert people.ming.check_password(password)
    assert not people.ming.check_password(password[:-1] + "2")
