"""Acts against a person that may have to wait: upper layers say for whom, and what becomes of the act.

Somebody who reported a wrong must not lose their work for it (compliance.speakup.protecting). The services of
the acts below ask here, in their own transaction and before they change anything.
"""

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from people.accounts.models import User
from people.approvals.registry import Params


class Act(StrEnum):
    """What can be done to somebody by taking away what they work with."""

    ROLE_REVOKE = "role.revoke"
    PERSON_DISABLE = "person.disable"
    HAND_OVER = "client.hand_over"


# (actor, person, act, what carries it out later) → why it waits, in words for the actor; None: it may go on.
Shield = Callable[[User, UUID, Act, Params], str | None]

_shields: list[Shield] = []


def register(shield: Shield) -> None:
    """A second time changes nothing."""
    if shield not in _shields:
        _shields.append(shield)


def why_waits(*, actor: User, person_id: UUID, act: Act, params: Params) -> str | None:
    """Inside the act's transaction: what a shield writes is committed with the act, or in its place.

    The caller does nothing where words come back, lets the transaction commit, and refuses with the words.
    """
    for shield in _shields:
        words = shield(actor, person_id, act, params)
        if words is not None:
            return words
    return None
