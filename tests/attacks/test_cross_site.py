"""A form on another site: no address takes a POST without the token of ours."""

from types import SimpleNamespace

import pytest

from tests.access_matrix import Row
from tests.attacks.walk import ADDRESSES, arranged, let_in


@pytest.mark.parametrize("row", ADDRESSES, ids=lambda row: row.url)
def test_a_post_without_our_token_is_refused_everywhere(house: SimpleNamespace, row: Row) -> None:
    path = arranged(row, house)
    browser = let_in(row, house)
    browser.handler.enforce_csrf_checks = True
    assert browser.post(path, row.data(house)).status_code == 403
