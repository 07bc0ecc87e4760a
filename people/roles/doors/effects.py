"""Whom a change of a role's demands shuts out now, told before it is made."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from people.accounts.models import User
from people.passkeys.ceremonies import passkeys_of
from people.roles.access import grants_in_force
from people.roles.doors.networks import overlaps
from people.sessions.services import sessions_of


@dataclass(frozen=True, slots=True)
class ShutOut:
    """`elsewhere`: holders with a session that is used from other networks now (of each network a session
    keeps its prefix alone, so that somebody next to a listed one counts as inside); `no_passkey`: holders
    without one."""

    elsewhere: list[User]
    no_passkey: list[User]
    holders: int


def holders_of(role: str) -> QuerySet[User]:
    """Who holds the role now."""
    held = grants_in_force().filter(role_id=role).values("user")
    return User.objects.filter(pk__in=held).order_by("display_name", "id")


def shut_out(role: str, networks: list[str], passkey_from: datetime | None) -> ShutOut:
    """As it stands now."""
    holders = list(holders_of(role))
    return ShutOut(
        elsewhere=[one for one in holders if networks and _is_elsewhere(one, networks)],
        no_passkey=[one for one in holders if passkey_from is not None and not passkeys_of(one)],
        holders=len(holders),
    )


def is_within(person: User, networks: list[str]) -> bool:
    """Whether some session of the person is used from within now."""
    return any(overlaps(last, networks) for last in _last_networks(person))


def _is_elsewhere(person: User, networks: list[str]) -> bool:
    return any(not overlaps(last, networks) for last in _last_networks(person))


def _last_networks(person: User) -> list[str]:
    kept = [session.data.get("networks") or [] for session in sessions_of(person)]
    return [networks[-1] for networks in kept if networks and networks[-1]]
