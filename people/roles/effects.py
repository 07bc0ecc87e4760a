"""What giving or taking a role changes for a person, said before it is done."""

from people.accounts.models import User
from people.roles.access import grants_in_force
from people.roles.builtin import BUILTIN
from people.roles.models import RoleCode, RoleGrant
from people.roles.permissions import Permission


def gained(person: User, role: RoleCode) -> list[Permission]:
    """The permissions that the person would have through this role and has not yet."""
    return sorted(BUILTIN[role].permissions - _through(person))


def lost(grant: RoleGrant) -> list[Permission]:
    """The permissions that nothing else gives the person."""
    return sorted(BUILTIN[RoleCode(grant.role_id)].permissions - _through(grant.user, without=grant))


def _through(person: User, without: RoleGrant | None = None) -> frozenset[Permission]:
    grants = grants_in_force().filter(user=person)
    if without is not None:
        grants = grants.exclude(pk=without.pk)
    codes = grants.values_list("role_id", flat=True)
    return frozenset[Permission]().union(*(BUILTIN[RoleCode(code)].permissions for code in codes))
