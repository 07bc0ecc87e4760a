"""The kinds of notice: what each says, without content, how loud it is, and where it leads.

Every layer registers its own when it is ready. A kind is a fixed sentence: nothing of what a notice is about
can get into it, whoever writes the code that calls `notify`.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from people.roles.permissions import Permission


class Group(TextChoices):
    """What a person chooses the channels for; security is not theirs to choose."""

    SECURITY = "security", pgettext_lazy("notices", "Security")
    APPROVALS = "approvals", pgettext_lazy("notices", "Approvals")
    ACCESS = "access", pgettext_lazy("notices", "Access and undertakings")
    ROOMS = "rooms", pgettext_lazy("notices", "Data rooms")
    WORK = "work", pgettext_lazy("notices", "Daily work")


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`code` is for ever: rows name it.

    `title` is the whole sentence; `many` the one for several (`%(count)s`), `advice` what to do. `page` is
    the name of the address that it leads to, which takes the id of the object, of the deal or none
    (`takes`); `overview` the one for several. What comes within `fold` of each other about the same deal is
    one notice with a count. `shared` kinds concern a team and go to its robots, too; `mail` is off where a
    mail of its own carries a one-time link; `sms` on where a guest waits for it. Mails of kinds that are not
    `linked` (about one's own account) have no address in them, so that nobody learns to follow one from a
    mail that says somebody else is in. `told`: whoever holds one of these permissions is who it goes to
    (`services.holders`); empty where it follows from the object whom it concerns.
    """

    code: str
    group: Group
    title: str | Promise
    many: str | Promise = ""
    advice: str | Promise = ""
    page: str
    takes: str = ""
    overview: str = ""
    fold: timedelta = timedelta(minutes=15)
    shared: bool = False
    mail: bool = True
    linked: bool = True
    sms: bool = False
    told: tuple[Permission, ...] = ()

    @property
    def is_urgent(self) -> bool:
        """Breaks quiet hours, waits for no digest and cannot be turned off."""
        return self.group == Group.SECURITY


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Raises ValueError when another kind already has this code."""
    for kind in kinds:
        known = _kinds.get(kind.code)
        if known is not None and known != kind:
            raise ValueError(f"Two kinds of notice are called {kind.code}.")
        _kinds[kind.code] = kind


def kind_of(code: str) -> Kind:
    """Raises KeyError for a code that nobody registered."""
    return _kinds[code]


def is_known(code: str) -> bool:
    """Whether this release has the kind: rows of another one may stand in the database."""
    return code in _kinds


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.code)
