"""The gate of roles: may this person do that at all? Gates of single objects come on top, in their own
slices."""

from collections.abc import Callable, Iterable
from copy import copy
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from audit.actions import Action, ObjectType, Reason
from audit.refusals import Refused
from people.accounts.models import Kind, User
from people.partners.standing import people_of_shut_firms
from people.roles.doors.here import Shut, here_of, shut_to
from people.roles.limits import WITHOUT_DEAL, Held, Limit, held
from people.roles.models import GrantState, RoleGrant
from people.roles.permissions import Duty, Permission

_CACHE = "_sealroom_permissions"
_HELD = ("role__permissions__permission", "role__up_to_grade", "role__stages", "for_deal")
_DOOR = ("role_id", "role__door__networks", "role__door__passkey_from")
_SHUT = "_sealroom_shut"
REQUIRED = "required_permissions"  # on a view: one of these is needed to come in (people.raci asks)
SAFE = ("GET", "HEAD", "OPTIONS")  # RFC 9110, 9.2.1

View = Callable[..., HttpResponseBase]


def permissions_of(user: User | AnonymousUser) -> frozenset[str]:
    """What the person's active, unexpired grants give, in one query a user object.

    `request.user` is loaded anew for each request, so a revoked grant is gone by the next one; a disabled
    account has nothing even where its user object is still held.
    """
    return frozenset(held_by(user))


def held_by(user: User | AnonymousUser) -> Held:
    """The same with the limits of each, in the same query."""
    cached: Held | None = getattr(user, _CACHE, None)
    if cached is None:
        cached = {}
        if user.pk is not None:
            own = grants_in_force().filter(user_id=user.pk)
            if getattr(user, "kind", None) != Kind.STAFF:  # colleagues come for no firm (the database's rule)
                own = _without_shut_firms(own)
            cached = held(_counting(user, own.values_list(*_HELD, *_DOOR)))
        setattr(user, _CACHE, cached)
    return cached


def _counting(user: User | AnonymousUser, rows: Iterable[Any]) -> list[Any]:
    """Those of the rows whose role counts in this request, if it is the person's own (people.roles.doors);
    why the others do not is kept at the user object."""
    here = here_of(user.pk) if user.pk is not None else None
    counting, shut = [], {}
    for *row, role, networks, passkey_from in rows:
        why = shut_to(here, networks, passkey_from) if here is not None else None
        if why is None:
            counting.append(row)
        else:
            shut[role] = why
    setattr(user, _SHUT, shut)
    return counting


def shut_here(user: User | AnonymousUser) -> dict[str, Shut]:
    """The person's roles, by their code, that do not count in this request, and why. No query of its own
    after any other question here."""
    held_by(user)
    return getattr(user, _SHUT, {})


def through(grants: QuerySet[RoleGrant]) -> Held:
    """What these grants of one person give together: one query."""
    return held(grants.values_list(*_HELD))


def know_permissions(users: Iterable[User]) -> None:
    """Reads for all of them what `permissions_of` would read for each: one query."""
    found: dict[UUID, list[Any]] = {user.pk: [] for user in users}
    own = _without_shut_firms(grants_in_force().filter(user__in=found))
    for user_id, *row in own.values_list("user_id", *_HELD, *_DOOR):
        found[user_id].append(row)
    for user in users:
        setattr(user, _CACHE, held(_counting(user, found[user.pk])))


def as_if(person: User, what: Held) -> User:
    """A copy of the person who holds this and nothing else, to ask a gate what it would say. Of a disabled
    account none of it counts. It is never anybody's request."""
    supposed = copy(person)
    setattr(supposed, _CACHE, what if person.is_active else {})
    return supposed


def limits_of(user: User | AnonymousUser, permission: Permission) -> tuple[Limit, ...]:
    """The ways by which the person holds the permission; none where they do not."""
    return held_by(user).get(permission, ())


def counts_on(
    user: User | AnonymousUser, permission: Permission, deal: UUID | None, stage: int | None = None
) -> bool:
    """Whether the person has the permission on this deal, at the stage that it has reached."""
    return any(limit.counts_on(deal, stage) for limit in limits_of(user, permission))


def deals_limited_to(user: User | AnonymousUser, permission: Permission) -> frozenset[UUID] | None:
    """The deals on which alone the permission counts; None where it counts beyond deals."""
    deals = [limit.deal for limit in limits_of(user, permission)]
    return None if None in deals else frozenset(deal for deal in deals if deal is not None)


def reaches_grade(user: User | AnonymousUser, permission: Permission, grade: int, deal: UUID | None) -> bool:
    """Whether the permission reaches fields of this grade, in what belongs to this deal (None: to none)."""
    return any(
        limit.counts_on(deal) and (limit.grade is None or grade <= limit.grade)
        for limit in limits_of(user, permission)
    )


def grants_in_force() -> QuerySet[RoleGrant]:
    """Grants that count now: active, not past their end, of an account that is open."""
    return RoleGrant.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=timezone.now()),
        state=GrantState.ACTIVE,
        user__is_active=True,
    )


def grants_giving(permission: Permission) -> QuerySet[RoleGrant]:
    """Grants that count now and whose role holds the permission: who may do that at all."""
    giving = _without_shut_firms(grants_in_force()).filter(role__permissions__permission=permission)
    return giving.filter(for_deal=None) if permission in WITHOUT_DEAL else giving


def _without_shut_firms(grants: QuerySet[RoleGrant]) -> QuerySet[RoleGrant]:
    """While the partner firm that somebody comes for is not in force, no role of theirs gives anything."""
    return grants.filter(~Exists(people_of_shut_firms().filter(person_id=OuterRef("user_id"))))


def forget(user: User) -> None:
    """Drops what was read for this user object, after its grants changed."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def has(user: User | AnonymousUser, permission: Permission) -> bool:
    return permission in permissions_of(user)


def require(user: User | AnonymousUser, permission: Permission) -> None:
    """Raises Refused (shown as 404, logged) without the permission."""
    if not has(user, permission):
        raise _lacking(user, permission)


def _lacking(user: User | AnonymousUser, *permissions: Permission) -> Refused:
    """Of somebody who has a role that does not count here, the log says so."""
    reason = next(iter(shut_here(user).values()), Reason.NO_PERMISSION)
    fields = tuple(permission.value for permission in permissions)
    return Refused(ObjectType.PAGE, None, Action.PAGE_VIEW, reason=reason.value, fields=fields)


def holds(*permissions: Permission) -> Callable[[View], View]:
    """Decorates a view: sign in first, and hold at least one of the permissions. For what changes nothing of
    others, and for opening a staff session; everything else takes `requires`."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not any(has(request.user, permission) for permission in permissions):
                raise _lacking(request.user, *permissions)
            return view(request, *args, **kwargs)

        setattr(guarded, REQUIRED, permissions)
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

        setattr(guarded, REQUIRED, permissions)
        return guarded

    return decorate
