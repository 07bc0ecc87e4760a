"""Exactly what opens and what closes with a change of jobs, said before it is done."""

from dataclasses import dataclass

from people.roles.access import grants_in_force
from people.roles.effects import Effect, open_now
from people.roles.models import RoleGrant
from people.roles.permissions import Permission
from people.roles.sets import sets_of
from people.staffing.models import StaffChange


@dataclass(frozen=True, slots=True)
class Difference:
    """`effects`: deals, rooms, books that close. None stays open: whoever comes to a job is let into things
    there one by one, whether they come from outside or from another job."""

    ending: list[RoleGrant]
    gained: list[Permission]
    lost: list[Permission]
    effects: list[Effect]


def difference(change: StaffChange) -> Difference:
    """As it stands now."""
    grants = list(grants_in_force().filter(user=change.person).select_related("role").order_by("role_id"))
    before = frozenset[Permission]().union(*sets_of(grant.role_id for grant in grants).values())
    after = frozenset[Permission]().union(*sets_of(change.roles).values())
    return Difference(
        ending=grants,
        gained=sorted(after - before),
        lost=sorted(before - after),
        effects=open_now(change.person),
    )
