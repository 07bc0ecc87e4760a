"""What roles give, as the database holds it: of built-in and composed ones alike."""

from collections import defaultdict
from collections.abc import Iterable

from people.roles.models import Role, RoleCode, RolePermission
from people.roles.permissions import Permission


def sets_of(codes: Iterable[str]) -> dict[str, frozenset[Permission]]:
    """The permissions of each of these roles, in one query. A role without any has an empty set."""
    found: dict[str, set[Permission]] = defaultdict(set)
    wanted = list(codes)
    rows = RolePermission.objects.filter(role_id__in=wanted)
    for code, permission in rows.values_list("role_id", "permission"):
        found[code].add(Permission(permission))
    return {code: frozenset(found[code]) for code in wanted}


def set_of(code: str) -> frozenset[Permission]:
    """The permissions of one role."""
    return sets_of([code])[code]


def role_choices(*, retired: bool = False) -> list[tuple[str, str]]:
    """Code and name of each role, the built-in ones first; of composed ones those that can still be given,
    or all of them."""
    composed = Role.objects.exclude(name_en="").order_by("name_en")
    if not retired:
        composed = composed.filter(retired_at__isnull=True)
    return [
        *((str(code), str(label)) for code, label in RoleCode.choices),
        *((r.code, str(r)) for r in composed),
    ]


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """What each of these roles is called: without a query where all are built in."""
    known = {str(code): str(label) for code, label in RoleCode.choices}
    wanted = set(codes)
    if not wanted <= known.keys():
        known |= {role.code: str(role) for role in Role.objects.filter(code__in=wanted - known.keys())}
    return {code: known[code] for code in wanted}
