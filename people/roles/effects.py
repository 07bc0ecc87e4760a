"""What giving or taking a role changes for a person, said before it is done.

The layers above name what they open, by asking their own gates about the person as they would be: names stay
unseen, only how many open or close is told.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.utils.functional import Promise

from people.accounts.models import User
from people.roles.access import as_if, grants_in_force, held_by, through
from people.roles.limits import Held, held, together
from people.roles.models import Role, RoleGrant
from people.roles.permissions import Permission
from people.roles.sets import set_of, sets_of


def gained(person: User, role: str) -> list[Permission]:
    """The permissions that the person would have through the role of this code and has not yet."""
    return sorted(set_of(role) - _through(person))


def lost(grant: RoleGrant) -> list[Permission]:
    """The permissions that nothing else gives the person."""
    return sorted(set_of(grant.role_id) - _through(grant.user, without=grant))


class Limited(Protocol):
    """A role, or what one is to become: how far what it gives reaches."""

    up_to_grade: int | None
    stages: list[int] | None


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


def effects_of_giving(person: User, role: str, deal: UUID | None = None) -> list[Effect]:
    """What opens once the role of this code is in force, for one deal or for all."""
    given = _as_given(Role.objects.get(code=role), set_of(role), deal)
    return _effects(person, together(held_by(person), given))


def effects_of_taking(grant: RoleGrant) -> list[Effect]:
    """What closes with the next request."""
    return _effects(grant.user, _without(grant))


def effects_of_changing(
    grants: Sequence[RoleGrant], wanted: frozenset[Permission], becomes: Limited
) -> list[Effect]:
    """What opens and closes, taken together, for the people of these grants of one role once its set is
    `wanted` and its limits are those of `becomes`. A fixed number of queries for each of them."""
    total = [Effect(label, 0, 0) for label, _opened in _kinds.values()]
    for grant in grants:
        after = together(_without(grant), _as_given(becomes, wanted, grant.for_deal))
        found = _effects(grant.user, after)
        total = [
            Effect(sum_.label, sum_.opens + one.opens, sum_.closes + one.closes)
            for sum_, one in zip(total, found, strict=True)
        ]
    return total


def open_now(person: User) -> list[Effect]:
    """Everything that is open to the person, as what closes when all of it ends."""
    now = as_if(person, held_by(person))
    return [Effect(label, 0, len(set(opened(now)))) for label, opened in _kinds.values()]


def _without(grant: RoleGrant) -> Held:
    return through(grants_in_force().filter(user=grant.user).exclude(pk=grant.pk))


def _as_given(role: Limited, permissions: Collection[Permission], deal: UUID | None) -> Held:
    return held((one.value, role.up_to_grade, role.stages, deal) for one in permissions)


def _effects(person: User, after: Held) -> list[Effect]:
    now, then = as_if(person, held_by(person)), as_if(person, after)
    effects = []
    for label, opened in _kinds.values():
        before, becomes = set(opened(now)), set(opened(then))
        effects.append(Effect(label, len(becomes - before), len(before - becomes)))
    return effects


def _through(person: User, without: RoleGrant | None = None) -> frozenset[Permission]:
    grants = grants_in_force().filter(user=person)
    if without is not None:
        grants = grants.exclude(pk=without.pk)
    held = sets_of(grants.values_list("role_id", flat=True))
    return frozenset[Permission]().union(*held.values())
