"""Whoever the house cannot do without."""

from django.utils.translation import gettext as _

from people.accounts.models import User
from people.roles.access import grants_in_force
from people.roles.models import RoleCode
from people.roles.services import NotGrantable, check_not_last_officer
from people.staffing.errors import NotNow


def check_may_go(person: User) -> None:
    """Raises NotNow where the house would be left without an officer or an administrator."""
    check_officers(person)
    admins = grants_in_force().filter(role_id=RoleCode.ADMIN)
    if admins.filter(user=person).exists() and not admins.exclude(user=person).exists():
        raise NotNow(_("The last administrator cannot leave; appoint another one first."))


def check_officers(person: User) -> None:
    """Raises NotNow where the house would be left without an officer."""
    try:
        check_not_last_officer(person)
    except NotGrantable as last:
        raise NotNow(str(last)) from None
