"""Where the layers above say what an invited person sees next, and hear that somebody came.

A landing is what somebody is invited into: a data room now; a portal of clients registers one of its own, and
its invitations name it (`Invitation.landing`). The way there, link, code and session, is the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from people.accounts.models import User

Accepted = Callable[[User, UUID, UUID], None]
ROOM = "room"


@dataclass(frozen=True, slots=True)
class Landing:
    """What people are invited into, by the id of the deal (or of whatever else the landing is about).

    Args:
        address: where a person goes in the end.
        home: where they find all of theirs when they come back.
        title: what it is called before they are in: of a deal its code name, never the company.
        undertaking: whether they sign one before it opens.
        mail: the template of the mail that brings the link.
    """

    address: Callable[[UUID], str]
    title: Callable[[UUID], str]
    home: Callable[[], str] = lambda: "/"
    undertaking: bool = True
    mail: str = "invitation"


_landings: dict[str, Landing] = {}
_accepted: list[Accepted] = []
_NONE = Landing(address=lambda _: "/", title=lambda _: "")


def register_landing(code: str, landing: Landing) -> None:
    """The last one registered under a code counts."""
    _landings[code] = landing


def on_accepted(tell: Accepted) -> None:
    """`tell(person, deal_id, group_id)` is called in the transaction in which an invitation is accepted."""
    if tell not in _accepted:
        _accepted.append(tell)


def landing_of(code: str) -> Landing:
    return _landings.get(code, _NONE)


def tell_accepted(person: User, deal_id: UUID, group_id: UUID) -> None:
    for tell in _accepted:
        tell(person, deal_id, group_id)
