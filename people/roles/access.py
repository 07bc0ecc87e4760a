"""The gate of roles: may this person do that at all? Gates of single objects come on top, in their own
slices."""

from collections.abc import Callable, Iterable
from copy import copy
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.roles.models import GrantState, RoleGrant, RolePermission
from people.roles.permissions import Duty, Permission

_CACHE = "_sealroom_permissions"
SAFE = ("GET", "HEAD", "OPTIONS")  # RFC 9110, 9.2.1

View = Callable[..., HttpResponseBase]


def permissions_of(user: User | AnonymousUser) -> frozenset[str]:
    """What the person's active, unexpired grants give, in one query a user object.

    `request.user` is loaded anew for each request, so a revoked grant is gone by the next one; a disabled
    account has nothing even where its user object is still held.
    """
    cached: frozenset[str] | None = getattr(user, _CACHE, None)
    if cached is None:
        cached = frozenset() if user.pk is None else _load(user.pk)
        setattr(user, _CACHE, cached)
    return cached


def know_permissions(users: Iterable[User]) -> None:
    """Reads for all of them what `permissions_of` would read for each: one query."""
    found: dict[UUID, set[str]] = {user.pk: set() for user in users}
    rows = RolePermission.objects.filter(role__grants__in=grants_in_force().filter(user__in=found))
    for user_id, permission in rows.values_list("role__grants__user_id", "permission"):
        if user_id in found:
            found[user_id].add(permission)
    for user in users:
        setattr(user, _CACHE, frozenset(found[user.pk]))


def as_if(person: User, permissions: frozenset[str]) -> User:
    """A copy of the person who holds these permissions and no others, to ask a gate what it would say. Of a
    disabled account none hold. It is never anybody's request."""
    supposed = copy(person)
    setattr(supposed, _CACHE, permissions if person.is_active else frozenset())
    return supposed


def _load(user_id: UUID) -> frozenset[str]:
    grants = grants_in_force().filter(user_id=user_id)
    rows = RolePermission.objects.filter(role__grants__in=grants)
    return frozenset(rows.values_list("permission", flat=True))


def grants_in_force() -> QuerySet[RoleGrant]:
    """Grants that count now: active, not past their end, of an account that is open."""
    return RoleGrant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=timezone.now()),
        state=GrantState.ACTIVE,
        user__is_active=True,
    )


def grants_giving(permission: Permission) -> QuerySet[RoleGrant]:
    """Grants that count now and whose role holds the permission: who may do that at all."""
    return grants_in_force().filter(role__permissions__permission=permission)


def forget(user: User) -> None:
    """Drops what was read for this user object, after its grants changed."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def has(user: User | AnonymousUser, permission: Permission) -> bool:
    return permission in permissions_of(user)


def require(user: User | AnonymousUser, permission: Permission) -> None:
    """Raises Refused (shown as 404, logged) without the permission."""
    if not has(user, permission):
        raise _lacking(permission)


def _lacking(*permissions: Permission) -> Refused:
    return Refused(
        ObjectType.PAGE, None, Action.PAGE_VIEW, fields=tuple(permission.value for permission in permissions)
    )


def holds(*permissions: Permission) -> Callable[[View], View]:
    """Decorates a view: sign in first, and hold at least one of the permissions. For what changes nothing of
    others, and for opening a staff session; everything else takes `requires`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(has(request.user, permission) for permission in permissions):
                raise _lacking(*permissions)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Decorates a view as `holds` does. And whoever comes in by an administrator's permission alone looks
    freely, but changes only within a staff session: by any method that may change something."""

    def decorate(view: View) -> View:
        @holds(*permissions)
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            held = [permission for permission in permissions if has(request.user, permission)]
            if request.method in SAFE or any(permission.duty != Duty.ADMIN for permission in held):
                return view(request, *args, **kwargs)
            from people.staffsessions.gate import within_session  # noqa: PLC0415 (it asks this gate itself)

            return within_session(request, lambda: view(request, *args, **kwargs))

        return guarded

    return decorate
