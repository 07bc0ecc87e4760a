"""The log is down: no page of data shows a byte, whoever asks."""

from collections.abc import Iterator

import pytest
from psycopg2.extensions import connection as Connection

from audit import grouping
from tests.access_matrix import Row
from tests.attacks.walk import READS, arranged, let_in


@pytest.fixture
def log_down(superuser: Connection, monkeypatch: pytest.MonkeyPatch) -> Iterator[Connection]:
    monkeypatch.setattr(grouping.submit, "__kwdefaults__", {"timeout": 0.2})
    superuser.autocommit = False
    yield superuser
    superuser.rollback()


@pytest.mark.django_db
@pytest.mark.parametrize("row", READS, ids=str)
def test_i1_no_page_of_data_without_its_entry(row: Row, log_down: Connection) -> None:
    world, path = arranged(row)
    browser = let_in(row, world)
    with log_down.cursor() as cursor:
        cursor.execute("lock table log.entry in exclusive mode")
    answer = browser.get(path, row.data(world))
    print(row.url, answer.status_code)
    assert answer.status_code == 503
