"""Pages by key: every row once, both ways, and no name in an address."""

from types import SimpleNamespace

import pytest
from django.test import RequestFactory

from people.accounts.models import User
from people.paging import page_of

pytestmark = pytest.mark.django_db


def _page(by: str, size: int, **cursor: str):
    return page_of(RequestFactory().get("/", cursor), User.objects.all(), by=by, size=size)


@pytest.mark.parametrize("by", ["display_name", "-display_name", "created_at", "kind", "-kind"])
@pytest.mark.parametrize("size", [1, 3, 100])
def test_there_and_back(people: SimpleNamespace, by: str, size: int) -> None:
    User.objects.create(username="twin", display_name="Ming")  # equal names are told apart by id
    forward, page = [], _page(by, size)
    assert page.previous == ""
    while True:
        forward.append([row.pk for row in page.rows])
        if not page.next:
            break
        page = _page(by, size, after=page.next)
    flat = [pk for rows in forward for pk in rows]
    sign = "-" if by.startswith("-") else ""
    assert flat == list(User.objects.order_by(by, f"{sign}pk").values_list("pk", flat=True))
    for rows in reversed(forward[:-1]):
        page = _page(by, size, before=page.previous)
        assert [row.pk for row in page.rows] == rows
    assert page.previous == ""


@pytest.mark.parametrize("cursor", ["nonsense", "", "00000000-0000-4000-8000-000000000000", "'; drop table"])
def test_an_unknown_cursor_gives_the_first_page(people: SimpleNamespace, cursor: str) -> None:
    assert _page("display_name", 3, after=cursor).rows == _page("display_name", 3).rows
