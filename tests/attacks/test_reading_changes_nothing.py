"""An address that a link, a picture or a chat program's preview can ask for changes nothing.

A token protects forms alone. So whoever only reads leaves the log, and at most the mark of having looked,
which an act needs before it: nobody is brought to act by an address that somebody else made up.
"""

from functools import partial
from types import SimpleNamespace

import pytest

from tests.access_matrix import Row
from tests.attacks.walk import READS, arranged, let_in
from tests.attacks.written import written_by

# Marks of having looked, and texts that the product ships. Whoever brings somebody to look makes one, and
# nothing follows from it.
LOOKED: dict[str, set[str]] = {
    "people:campaign": {"people_campaignreach"},  # that its reader opened it
    "people:partner_questions": {"people_questionnaire", "people_partnerquestion"},  # the shipped ones
    "vault:notice": {"vault_noticelink"},  # that the link was opened, which only its holder can
}


@pytest.mark.parametrize("row", READS, ids=lambda row: row.url)
def test_a_look_changes_nothing(house: SimpleNamespace, row: Row) -> None:
    path, browser = arranged(row, house), let_in(row, house)
    written = written_by(partial(browser.get, path, row.data(house)))
    assert set(written.changes()) <= LOOKED.get(row.url, set())
