"""What is known of people before any object is asked about: accounts and roles. A fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from compliance.reach.reasons import Why
from people.accounts.models import Kind, User
from people.locks.codes import Kind as LockKind
from people.locks.standing import in_force
from people.roles.access import counts_on, has, know_permissions
from people.roles.models import GrantState, RoleGrant, RolePermission
from people.roles.permissions import Duty, Permission


@dataclass(frozen=True, slots=True)
class Roles:
    """Every grant that any of the people ever had, newest first, with its role and in `gives` what that
    gives."""

    grants: dict[UUID, list[RoleGrant]]
    locked: frozenset[UUID]

    def giving(self, person: User, permission: Permission) -> tuple[str, ...]:
        """The roles in force through which the person has the permission, in words."""
        return tuple(
            str(grant.role)
            for grant in self.grants[person.pk]
            if grant.state == GrantState.ACTIVE and not grant.has_expired and _gives(grant, permission)
        )

    def why_not(self, person: User, permission: Permission) -> Why | None:
        """The first thing about account and role that keeps the person from it; None where nothing does."""
        if not person.is_active:
            return self.closed(person)
        if person.kind == Kind.SERVICE:
            return Why.SERVICE
        return None if has(person, permission) else self._lacking(person, permission)

    def limited(
        self, person: User, permission: Permission, deal: UUID | None, stage: int | None = None
    ) -> Why | None:
        """Whether a limit of the roles that give the permission keeps it from this deal: which one."""
        if counts_on(person, permission, deal, stage):
            return None
        return Why.ROLE_STAGE if counts_on(person, permission, deal) else Why.ROLE_OTHER_DEAL

    def closed(self, person: User) -> Why:
        """Why an account is closed."""
        return Why.LOCKED if person.pk in self.locked else Why.DISABLED

    def _lacking(self, person: User, permission: Permission) -> Why:
        grants = self.grants[person.pk]
        giving = [grant for grant in grants if _gives(grant, permission)]
        reasons = (
            (any(grant.state == GrantState.PENDING for grant in giving), Why.ROLE_WAITS),
            (
                any(grant.state == GrantState.ACTIVE and grant.has_expired for grant in giving),
                Why.ROLE_EXPIRED,
            ),
            (any(map(_administers, grants)), Why.ADMINISTERS),
            (any(grant.state == GrantState.REVOKED for grant in giving), Why.ROLE_REVOKED),
        )
        return next((why for holds, why in reasons if holds), Why.NO_ROLE)


def roles_of(people: Sequence[User]) -> Roles:
    """Three queries; the gate's own question about permissions costs none after it."""
    know_permissions(people)
    found: dict[UUID, list[RoleGrant]] = defaultdict(list)
    grants = RoleGrant.objects.filter(user__in=people).select_related("role")
    held = RolePermission.objects.filter(role=OuterRef("role")).values("permission")
    for grant in grants.annotate(gives=ArraySubquery(held)).order_by("-created_at", "-pk"):
        found[grant.user_id].append(grant)
    ids = [person.pk for person in people]
    locks = in_force().filter(kind=LockKind.PERSON, object_id__in=ids).values_list("object_id", flat=True)
    return Roles(found, frozenset(locks))


def _gives(grant: RoleGrant, permission: Permission) -> bool:
    gives: list[str] = grant.gives  # type: ignore[attr-defined]  # annotated in `roles_of`
    return permission in gives


def _administers(grant: RoleGrant) -> bool:
    live = grant.state == GrantState.ACTIVE and not grant.has_expired
    return live and grant.role.duty == Duty.ADMIN
