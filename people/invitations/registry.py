"""Where the layer above says what an invited person sees next, and hears that somebody came."""

from collections.abc import Callable
from uuid import UUID

from people.accounts.models import User

Landing = Callable[[UUID], str]
Accepted = Callable[[User, UUID, UUID], None]

_landing: list[Landing] = []
_accepted: list[Accepted] = []


def register_landing(address_of_room: Landing) -> None:
    """`address_of_room(deal_id)` is where a person goes once the undertaking is signed. The last one
    registered counts."""
    _landing[:] = [address_of_room]


def on_accepted(tell: Accepted) -> None:
    """`tell(person, deal_id, group_id)` is called in the transaction in which an invitation is accepted."""
    if tell not in _accepted:
        _accepted.append(tell)


def landing(deal_id: UUID) -> str:
    return _landing[0](deal_id) if _landing else "/"


def tell_accepted(person: User, deal_id: UUID, group_id: UUID) -> None:
    for tell in _accepted:
        tell(person, deal_id, group_id)
