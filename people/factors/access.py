"""Who must have a second factor, and whether this session was opened with one.

Staff and outside auditors must: they reach other people's data by their role. For buyers and sellers it is a
choice. What a session was opened with lies in the session (allauth's authentication records): signing in with
a factor puts it there, and so does setting one up. It is asked on each request, so a session from before the
rule, or one that came in by some other door, gets no further than the page that sets a factor up.
"""

from collections.abc import Callable

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import HttpRequest

from people.accounts.models import User
from people.factors.models import FactorReset
from people.roles.access import grants_in_force

# Of layers above: who else must have one, for what they reach by something that is no role.
_obliging: list[Callable[[User], bool]] = []
METHOD = "mfa"  # what allauth calls a second factor in its records
KINDS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)  # recovery codes stand in for one


def factors_of(user: User) -> QuerySet[Authenticator]:
    """The person's factors, without their recovery codes."""
    found: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user.pk, type__in=KINDS)
    return found


def has_factor(user: User) -> bool:
    return factors_of(user).exists()


def is_obliged(user: User) -> bool:
    """Whether the person may do nothing here without a second factor.

    Somebody whose factors were reset is, too, until they have come back by the link that was sent to them:
    whoever had a factor is not let in by a password alone because the factor is gone.
    """
    if user.is_staff:
        return True
    if grants_in_force().filter(user_id=user.pk).exists() or awaited_link(user) is not None:
        return True
    return any(asks(user) for asks in _obliging)


def oblige(asks: Callable[[User], bool]) -> None:
    """Called from an upper layer's `apps.ready()`; what is there already is not added again. Asked of people
    from outside alone, on each of their requests."""
    if asks not in _obliging:
        _obliging.append(asks)


def awaited_link(user: User) -> FactorReset | None:
    """The newest reset of the person's factors, as long as its link was not used."""
    newest = FactorReset.objects.filter(person_id=user.pk).select_related("link").order_by("-at").first()
    return newest if newest is not None and newest.link.used_at is None else None


def proved_here(request: HttpRequest) -> bool:
    """Whether this session was opened with a second factor. Asks the session alone, no table."""
    user = request.user
    if isinstance(user, AnonymousUser):
        return False
    return any(record.get("method") == METHOD for record in get_authentication_records(request, user))
