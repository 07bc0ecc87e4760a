"""A form on another site: no address takes a POST without the token of ours."""

import pytest

from tests.access_matrix import Row
from tests.attacks.walk import ADDRESSES, arranged, let_in


@pytest.mark.django_db
@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: row.url)
def test_a_post_without_our_token_is_refused_everywhere(row: Row) -> None:
    world, path = arranged(row)
    browser = let_in(row, world)
    browser.handler.enforce_csrf_checks = True
    assert browser.post(path, row.data(world)).status_code == 403
