"""Pages kept by a browser or a proxy: whoever uses the machine next must find none."""

import pytest

from tests.access_matrix import Row
from tests.attacks.walk import READS, arranged, let_in


@pytest.mark.django_db
@pytest.mark.parametrize("row", READS, ids=lambda row: row.url)
def test_no_answer_may_be_stored(row: Row) -> None:
    world, path = arranged(row)
    answer = let_in(row, world).get(path, row.data(world))
    assert "no-store" in answer.get("Cache-Control", ""), answer.status_code
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"]
