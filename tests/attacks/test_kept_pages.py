"""Pages kept by a browser or a proxy: whoever uses the machine next must find none."""

from types import SimpleNamespace

import pytest

from tests.access_matrix import Row
from tests.attacks.walk import READS, arranged, let_in

# Hashes for whoever follows the log, the same for everybody; how long they hold: compliance/proofs tests.
FOR_EVERYBODY = {"compliance:log_checkpoint", "compliance:log_tile"}


@pytest.mark.parametrize("row", READS, ids=lambda row: row.url)
def test_no_answer_may_be_stored(house: SimpleNamespace, row: Row) -> None:
    path = arranged(row, house)
    answer = let_in(row, house).get(path, row.data(house))
    if row.url in FOR_EVERYBODY:
        assert not answer.cookies
    else:
        assert "no-store" in answer.get("Cache-Control", ""), answer.status_code
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"]
