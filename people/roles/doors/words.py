"""What people are told of roles that do not count here."""

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from people.accounts.models import User
from people.roles.access import shut_here
from people.roles.doors.here import Shut
from people.roles.doors.models import RoleDoor
from people.roles.sets import names_of

SHUT_WORDS: dict[str, str | Promise] = {
    Shut.NETWORK.value: gettext_lazy("The role does not count from this network"),
    Shut.PASSKEY.value: gettext_lazy("The role asks for a sign-in with a passkey"),
}


def told(user: User) -> list[tuple[str, str]]:
    """Code and sentence of each role of the person's that does not count in this request."""
    shut = shut_here(user)
    names = names_of(shut)
    words = {
        Shut.NETWORK: _("Your role “%(role)s” does not count from the network where you are now."),
        Shut.PASSKEY: _("Your role “%(role)s” counts only after a sign-in with a passkey."),
    }
    return [(why.value, words[why] % {"role": names[code]}) for code, why in shut.items()]


def door_words(door: RoleDoor | None) -> list[str]:
    """What a role asks, in sentences; none where it asks nothing."""
    if door is None:
        return []
    said = []
    if door.networks:
        names = ", ".join(door.networks)
        said.append(_("Counts only from these networks: %(networks)s") % {"networks": names})
    if door.passkey_from is not None:
        day = f"{timezone.localtime(door.passkey_from):%Y-%m-%d %H:%M}"
        said.append(_("Counts only after a sign-in with a passkey, from %(day)s on") % {"day": day})
    return said


def days_left(user: User) -> str:
    """That a passkey will be asked for soon; empty where not."""
    soon = (
        RoleDoor.objects.filter(Q(role__grants__user=user, role__grants__state="active"))
        .filter(passkey_from__gt=timezone.now())
        .order_by("passkey_from")
        .first()
    )
    if soon is None or soon.passkey_from is None:
        return ""
    days = (soon.passkey_from - timezone.now()).days + 1
    return ngettext(
        "In %(n)d day a role of yours asks for a passkey: add one.",
        "In %(n)d days a role of yours asks for a passkey: add one.",
        days,
    ) % {"n": days}
