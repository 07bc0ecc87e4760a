from collections.abc import Iterator

import pytest

from people.accounts.models import User
from people.approvals import registry
from people.approvals.registry import Params
from tests.people.approvals.actions import Rename
from tests.people.approvals.conftest import rename

__all__ = ["rename"]


class RenameWithin(Rename):
    """May be approved beforehand for staff called Ming, up to five things."""

    code = "test.rename_within"
    standing_limit = 5

    def size_of(self, params: Params) -> int:
        return int(str(params["things"]))

    def may_ask_standing(self, user: User) -> bool:
        return user.username == "ming"


@pytest.fixture
def within() -> Iterator[RenameWithin]:
    action = RenameWithin()
    registry.register(action)
    yield action
    del registry._actions[action.code]
