from collections.abc import Callable, Iterator

import pytest

from people.accounts.models import User
from people.approvals import registry
from people.approvals.models import ApprovalRequest
from people.approvals.services import request_approval
from tests.people.approvals.actions import Rename, RenameByTwo, RenameGravely


def _registered(action: Rename) -> Iterator[Rename]:
    registry.register(action)
    yield action
    del registry._actions[action.code]


@pytest.fixture
def rename() -> Iterator[Rename]:
    yield from _registered(Rename())


@pytest.fixture
def rename_by_two() -> Iterator[Rename]:
    yield from _registered(RenameByTwo())


@pytest.fixture
def rename_gravely() -> Iterator[Rename]:
    yield from _registered(RenameGravely())


@pytest.fixture
def ask() -> Callable[[User, Rename], ApprovalRequest]:
    def _ask(requester: User, action: Rename) -> ApprovalRequest:
        return request_approval(
            actor=requester, action=action.code, params={"thing": "7"}, reason="it is time"
        )

    return _ask
