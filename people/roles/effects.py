"""What giving or taking a role changes for a person, said before it is done.

The layers above name what they open, by asking their own gates about the person as they would be: names stay
unseen, only how many open or close is told.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise

from people.accounts.models import User
from people.roles.access import as_if, grants_in_force, permissions_of
from people.roles.builtin import BUILTIN
from people.roles.models import RoleCode, RoleGrant
from people.roles.permissions import Permission


def gained(person: User, role: RoleCode) -> list[Permission]:
    """The permissions that the person would have through this role and has not yet."""
    return sorted(BUILTIN[role].permissions - _through(person))


def lost(grant: RoleGrant) -> list[Permission]:
    """The permissions that nothing else gives the person."""
    return sorted(BUILTIN[RoleCode(grant.role_id)].permissions - _through(grant.user, without=grant))


# The ids of what the gate of a layer opens to a person, in a fixed number of queries.
Opened = Callable[[User], Collection[UUID]]

_kinds: dict[str, tuple[str | Promise, Opened]] = {}


@dataclass(frozen=True, slots=True)
class Effect:
    """How many things of a kind open, or close, with a change."""

    label: str | Promise
    opens: int
    closes: int


def register(code: str, label: str | Promise, opened: Opened) -> None:
    """Called from an upper layer's `apps.ready()`; once more for the same code changes nothing."""
    _kinds.setdefault(code, (label, opened))


def effects_of_giving(person: User, role: RoleCode) -> list[Effect]:
    """What opens once the role is in force."""
    return _effects(person, permissions_of(person) | {one.value for one in BUILTIN[role].permissions})


def effects_of_taking(grant: RoleGrant) -> list[Effect]:
    """What closes with the next request."""
    return _effects(grant.user, permissions_of(grant.user) - {one.value for one in lost(grant)})


def _effects(person: User, after: frozenset[str]) -> list[Effect]:
    now, then = as_if(person, permissions_of(person)), as_if(person, after)
    effects = []
    for label, opened in _kinds.values():
        before, becomes = set(opened(now)), set(opened(then))
        effects.append(Effect(label, len(becomes - before), len(before - becomes)))
    return effects


def _through(person: User, without: RoleGrant | None = None) -> frozenset[Permission]:
    grants = grants_in_force().filter(user=person)
    if without is not None:
        grants = grants.exclude(pk=without.pk)
    codes = grants.values_list("role_id", flat=True)
    return frozenset[Permission]().union(*(BUILTIN[RoleCode(code)].permissions for code in codes))
