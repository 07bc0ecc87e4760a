"""The bell stands on every page: what it costs a page is one count, however many notices there are, and
nothing where no bell is shown."""

from types import SimpleNamespace
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from people.accounts.models import User
from people.notices.services import notify
from tests.cast import client_of

pytestmark = pytest.mark.django_db

# Pages of every layer, for people of the house and from outside; the list of notices reads them anyway.
PAGES = [
    ("olivia", "compliance:today"),
    ("olivia", "compliance:log"),
    ("olivia", "people:approvals"),
    ("ada", "people:people"),
    ("ming", "vault:clients"),
    ("lea", "deals:deals"),
    ("bo", "deals:rooms"),
    ("bo", "people:me"),
]


def asked(
    browser: Client, address: str, status: int = 200, headers: dict[str, str] | None = None
) -> tuple[int, int]:
    """How many queries about notices the page took, and how many in all."""
    with CaptureQueriesContext(connection) as queries:
        answer = browser.get(address, headers=headers)
    assert answer.status_code == status, answer.status_code
    about = [one["sql"] for one in queries if '"people_notice"' in one["sql"]]
    return len(about), len(queries)


def told(person: User, times: int) -> None:
    for _again in range(times):
        notify("role.changed", [person], key=str(uuid4()))


@pytest.mark.parametrize(("name", "page"), PAGES)
def test_one_count_a_page_however_many_notices(people: SimpleNamespace, name: str, page: str) -> None:
    person, address = getattr(people, name), reverse(page)
    browser = client_of(person)
    browser.get(address)
    none = asked(browser, address)
    assert none[0] == 1
    for more in (1, 120):
        told(person, more)
        assert asked(browser, address) == none
    assert "99+" in browser.get(address).content.decode()


def test_where_no_bell_is_shown_nothing_is_asked(people: SimpleNamespace) -> None:
    told(people.olivia, 3)
    browser = client_of(people.olivia)
    part = reverse("compliance:log_charts")
    assert asked(browser, part, headers={"hx-request": "true"})[0] == 0  # a part of a page
    assert asked(browser, "/nothing/is/here/", 404)[0] == 1  # a page too
    assert asked(Client(), reverse("account_login"))[0] == 0  # nobody's
    assert asked(Client(), reverse("people:dpo"))[0] == 0
