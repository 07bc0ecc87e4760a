"""The pages of accounts: what they cost, and the way of a new colleague through them."""

import re
from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from people.accounts.models import User
from people.accounts.system import SYSTEM_ID
from people.roles.models import GrantState, RoleCode, RoleGrant
from tests.cast import client_of, code_of
from tests.people.helpers import confirm_identity, mailed_path, set_up_app

pytestmark = pytest.mark.django_db


def _crowd(first: int, last: int) -> None:
    users = [User(username=f"p{n}", display_name=f"Person {n}") for n in range(first, last)]
    User.objects.bulk_create(users)
    RoleGrant.objects.bulk_create(
        RoleGrant(user=user, role_id=RoleCode.AGENT, state=GrantState.ACTIVE, granted_by_id=SYSTEM_ID)
        for user in users
    )


@pytest.mark.parametrize(
    "path",
    [
        "/people/",
        "/people/?role=agent&sort=-created",
        "/people/?kind=staff&state=new",
        "/people/roles/",
        "/people/asks/",
    ],
)
def test_i8_queries_do_not_grow_with_people(
    people: SimpleNamespace, path: str, django_assert_max_num_queries
) -> None:
    client = client_of(people.ada)
    with django_assert_max_num_queries(12) as few:
        assert client.get(path).status_code == 200
    _crowd(0, 1000)
    with django_assert_max_num_queries(12) as many:
        assert client.get(path).status_code == 200
    assert len(many) == len(few)


def test_the_list_is_walked_by_key(people: SimpleNamespace) -> None:
    _crowd(0, 120)
    client, seen, path = client_of(people.ada), set(), "/people/"
    for _ in range(3):
        page = client.get(path).content.decode()
        seen |= set(re.findall(r'class="row-link" href="(/people/[0-9a-f-]{36}/)"', page))
        following = re.search(r'rel="next" href="([^"]+)"', page)
        path = "/people/" + following[1] if following else ""
    assert len(seen) == 130
    assert path == ""


def test_addresses_of_the_list_hold_no_name(people: SimpleNamespace) -> None:
    _crowd(0, 60)
    page = client_of(people.ada).get("/people/").content.decode()
    assert not [
        link for link in re.findall(r'href="([^"]+)"', page) if "Person" in link or "example.test" in link
    ]


def test_a_new_colleague_from_the_form_to_the_first_page(
    people: SimpleNamespace, django_capture_on_commit_callbacks
) -> None:
    """Account, role, an officer's word, the mail, a password: every step on its page."""
    ada, olivia, nora = client_of(people.ada), client_of(people.olivia), Client()
    words = {"username": "nora", "display_name": "Nora", "email": "nora@example.test", "kind": "staff"}
    with django_capture_on_commit_callbacks(execute=True):
        answer = ada.post(reverse("people:person_add"), words | {"language": "en"})
    page = answer["Location"]
    assert "http" not in re.sub(
        r'xmlns="[^"]+"', "", ada.get(page).content.decode()
    )  # no link for the administrator
    assert [message.to for message in mail.outbox] == [["nora@example.test"]]

    confirm_identity(ada)
    grant_page = f"{page}grant/"
    effect = ada.get(grant_page, {"role": "agent"}).content.decode()
    assert "client.view" in effect or "masked" in effect
    assert ada.post(grant_page, {"role": "agent", "reason": "new colleague"})["Location"] == page

    inbox = olivia.get(reverse("people:approvals")).content.decode()
    request_page = re.search(r'href="(/approvals/[0-9a-f-]{36}/)"', inbox)
    assert request_page is not None
    assert "nora@example.test" in olivia.get(request_page[1]).content.decode()
    decision = {"verdict": "approve", "reason": "met in person"}
    assert "met in person" in olivia.post(f"{request_page[1]}decide/", decision).content.decode()
    decision["step_up_code"] = code_of(people.olivia)
    assert olivia.post(f"{request_page[1]}decide/", decision)["Location"] == request_page[1]
    assert RoleGrant.objects.get(user__username="nora").state == GrantState.ACTIVE

    nora.get(mailed_path())
    password = "violet harbour 93 lanterns"
    assert nora.post("/welcome/", {"password": password, "again": password}).status_code == 302
    assert nora.get(reverse("people:me"))["Location"] == reverse("people:factor_app")
    assert len(set_up_app(nora)) == 10
    assert nora.get(reverse("people:me")).status_code == 200


@pytest.mark.parametrize(
    "extra",
    [
        {"is_superuser": "on"},
        {"password": "x"},
        {"is_active": ""},
        {"kind": "service"},
        {"id": str(SYSTEM_ID)},
    ],
)
def test_hidden_fields_sent_along_do_nothing(people: SimpleNamespace, extra: dict[str, str]) -> None:
    words = {"display_name": "Lin", "email": people.lin.email, "language": "en"}
    client_of(people.ada).post(reverse("people:person_edit", args=[people.lin.pk]), words | extra)
    lin = User.objects.get(pk=people.lin.pk)
    assert (lin.kind, lin.is_active, lin.is_superuser, lin.password) == (
        "staff",
        True,
        False,
        people.lin.password,
    )


@pytest.mark.parametrize("kind", ["service", "ghost", ""])
def test_the_form_makes_no_other_kind_of_account(people: SimpleNamespace, kind: str) -> None:
    words = {"username": "nora", "display_name": "Nora", "email": "nora@example.test", "language": "en"}
    answer = client_of(people.ada).post(reverse("people:person_add"), words | {"kind": kind})
    assert answer.status_code == 200
    assert not User.objects.filter(username="nora").exists()


def test_a_taken_name_is_a_message_of_the_form(people: SimpleNamespace) -> None:
    words = {
        "username": "MING",
        "display_name": "M",
        "email": "m@example.test",
        "language": "en",
        "kind": "staff",
    }
    answer = client_of(people.ada).post(reverse("people:person_add"), words)
    assert answer.status_code == 200
    assert "This name is taken." in answer.content.decode()


def test_disabling_and_enabling_on_the_pages(people: SimpleNamespace) -> None:
    client = client_of(people.ada)
    confirm_identity(client)
    client.post(reverse("people:person_disable", args=[people.bo.pk]))
    assert not User.objects.get(pk=people.bo.pk).is_active
    client.post(reverse("people:person_enable", args=[people.bo.pk]))
    assert User.objects.get(pk=people.bo.pk).is_active


def test_the_profile_keeps_language_and_time_zone(people: SimpleNamespace) -> None:
    client = client_of(people.bo)
    answer = client.post(reverse("people:me"), {"language": "zh-hans", "timezone": "Europe/Berlin"})
    assert answer.cookies["django_language"].value == "zh-hans"
    bo = User.objects.get(pk=people.bo.pk)
    assert (bo.language, bo.timezone) == ("zh-hans", "Europe/Berlin")
    client.post(reverse("people:me"), {"language": "xx", "timezone": "Mars/Base"})
    assert User.objects.get(pk=people.bo.pk).timezone == "Europe/Berlin"


def test_time_zones_are_called_by_cities_and_ones_own_is_kept(people: SimpleNamespace) -> None:
    User.objects.filter(pk=people.bo.pk).update(timezone="Asia/Kathmandu", language="zh-hans")
    page = client_of(people.bo).get(reverse("people:me")).content.decode()
    assert "UTC+08:00 · 北京、上海" in page
    assert not re.search(r">[^<]*Asia/Shanghai", page)
    assert 'value="Asia/Kathmandu" selected' in page


def test_the_switch_of_languages_is_the_accounts_too(people: SimpleNamespace) -> None:
    """Somebody signed in finds the choice in the next browser, which has no cookie yet."""
    answer = client_of(people.bo).post(reverse("ui:language"), {"language": "en", "next": "/me/"})
    assert (answer["Location"], answer.cookies["django_language"].value) == ("/me/", "en")
    people.bo.refresh_from_db()
    assert people.bo.language == "en"
    assert "Sign out" in client_of(people.bo).get(reverse("people:me")).content.decode()
    client_of(people.bo).post(reverse("ui:language"), {"language": "zh-hans"})
    client_of(people.bo).post(reverse("ui:language"), {"language": "xx"})
    people.bo.refresh_from_db()
    assert people.bo.language == "zh-hans"
    assert "退出" in client_of(people.bo).get(reverse("people:me")).content.decode()


def test_first_links_are_printed_once_for_each_office(db: None, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("first_links")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert all(Client().get("/welcome/" + line.rsplit("/welcome/")[1]).status_code == 302 for line in lines)
