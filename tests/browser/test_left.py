"""The page of a log entry that left the database, and the months beside it, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page
from psycopg2.extensions import connection as Connection

from audit.models import LogEntry
from compliance.logretention import tasks
from tests.browser.chromium import axe_violations, overflow
from tests.browser.words import foreign_words
from tests.compliance.logretention.conftest import AddMonths, archive, folders, lasting_keys, old, people
from tests.compliance.logretention.doing import agreed, asked, night, worked

__all__ = ["archive", "folders", "lasting_keys", "old", "people"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("lasting_keys", "archive"),
]


@pytest.mark.parametrize(
    ("language", "dark", "phone"), [("zh-hans", False, False), ("zh-hans", True, True), ("en", False, True)]
)
def test_it_says_where_the_text_is(
    people: dict[str, Any],
    sign_in: Callable[..., Page],
    old: AddMonths,
    superuser: Connection,
    monkeypatch: pytest.MonkeyPatch,
    language: str,
    dark: bool,
    phone: bool,
) -> None:
    """The first month stays for want of an order; the second has left."""
    monkeypatch.setattr(tasks.leave, "delay", lambda code: None)
    [_first, month] = old(3, 2)
    night(superuser, monkeypatch)
    entry = LogEntry.objects.filter(at__year=month.year, at__month=month.month).order_by("at")[0]
    agreed(people["otto"], asked(people["olivia"], month))
    row = worked(superuser, monkeypatch, month)
    assert row.left_at is not None
    page = sign_in(people["olivia"], language=language, dark=dark, phone=phone)
    for address in (f"/log/{entry.pk}/", "/log/retention/"):
        page.goto(address)
        assert overflow(page) <= 0
        assert axe_violations(page) == []
        names = [name for one in people.values() for name in (one.display_name, one.username)]
        assert foreign_words(page, language, [row.file_name, *names]) == []
    page.close()
