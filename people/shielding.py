"""Acts against a person that may have to wait, and what of the log is kept from whom it is about: upper
layers say which.

Somebody who reported a wrong must not lose their work for it (compliance.speakup.protecting). The services of
the acts below ask here, in their own transaction and before they change anything.

Whoever reads the log reads about themselves, too. Of a report that accuses them, or of a case about their
conduct, its entries would tell who reported, opened or decided it, which their own pages never say.
"""

from collections.abc import Callable
from enum import StrEnum
from uuid import UUID

from people.accounts.models import User
from people.approvals.registry import Params


class Act(StrEnum):
    """What can be done to somebody: taking away what they work with, or opening a case about them.

    That they leave or change jobs (people.staffing) is asked for as the end of their account or of their
    roles, with the change among the parameters."""

    ROLE_REVOKE = "role.revoke"
    PERSON_DISABLE = "person.disable"
    HAND_OVER = "client.hand_over"
    CONDUCT = "conduct.open"


# (actor, person, act, what carries it out later) → why it waits, in words for the actor; None: it may go on.
Shield = Callable[[User, UUID, Act, Params], str | None]

_shields: list[Shield] = []

# A reader of the log → the objects whose entries are not for them; in a fixed number of queries.
Hides = Callable[[User], frozenset[UUID]]

_hides: list[Hides] = []


def register(shield: Shield) -> None:
    """A second time changes nothing."""
    if shield not in _shields:
        _shields.append(shield)


def register_hides(hides: Hides) -> None:
    """A second time changes nothing."""
    if hides not in _hides:
        _hides.append(hides)


def hidden_from(user: User) -> frozenset[UUID]:
    """The objects whose entries no page, number or file out of the log has for this reader. To be asked
    wherever entries leave for a person: missing and hidden look the same."""
    return frozenset[UUID]().union(*(hides(user) for hides in _hides))


def why_waits(*, actor: User, person_id: UUID, act: Act, params: Params) -> str | None:
    """Inside the act's transaction: what a shield writes is committed with the act, or in its place.

    The caller does nothing where words come back, lets the transaction commit, and refuses with the words.
    """
    for shield in _shields:
        words = shield(actor, person_id, act, params)
        if words is not None:
            return words
    return None
