from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from people.invitations.services import Handed, invite_by_phone
from tests.texting import NUMBER, texts

__all__ = ["texts"]

DEAL, GROUP = UUID(int=21), UUID(int=22)


@pytest.fixture
def hand(people: SimpleNamespace):
    """lea invites a number; the link is hers to hand over."""

    def _hand(number: str = NUMBER, **changed: Any) -> Handed:
        words = {"deal_id": DEAL, "group_id": GROUP, "display_name": "Wang Hai", "language": "en"}
        return invite_by_phone(actor=people.lea, number=number, **words | changed)

    return _hand
