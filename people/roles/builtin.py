"""The roles the house comes with, and what each may do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.roles.models import HOUSE, Role, RoleCode, RolePermission
from people.roles.permissions import Duty, Permission

__all__ = ["BUILTIN", "BuiltinRole", "RoleCode", "ensure_builtin_roles", "opens_data"]


@dataclass(frozen=True, kw_only=True)
class BuiltinRole:
    note: Promise
    duty: Duty
    permissions: frozenset[Permission]

    @property
    def opens_data(self) -> bool:
        return opens_data(self.permissions)


def opens_data(permissions: Iterable[Permission]) -> bool:
    """Whether a set of permissions needs an officer's confirmation: one opening permission is enough."""
    return any(permission.opens_data for permission in permissions)


_AGENT = frozenset(
    {
        Permission.BOOK_CREATE,
        Permission.BOOK_MANAGE,
        Permission.CLIENT_CREATE,
        Permission.CLIENT_EDIT,
        Permission.CLIENT_EXPORT,
        Permission.CLIENT_IMPORT,
        Permission.CLIENT_REVEAL,
        Permission.CLIENT_SEARCH,
        Permission.CLIENT_VIEW,
        Permission.DEAL_CREATE,
        Permission.FIGURES_VIEW,
        Permission.ROOM_MANAGE,
    }
)

BUILTIN: dict[RoleCode, BuiltinRole] = {
    RoleCode.ADMIN: BuiltinRole(
        note=_("Keeps accounts and roles. Cannot see client data or room content."),
        duty=Duty.ADMIN,
        permissions=frozenset({Permission.KEY_VIEW, Permission.PEOPLE_MANAGE, Permission.ROLE_MANAGE}),
    ),
    RoleCode.AGENT: BuiltinRole(
        note=_("Keeps client books and works on deals."),
        duty=Duty.BUSINESS,
        permissions=_AGENT,
    ),
    RoleCode.DEAL_LEAD: BuiltinRole(
        note=_("Leads deals, keeps their rooms and invites outside people."),
        duty=Duty.BUSINESS,
        permissions=_AGENT | {Permission.DEAL_LEAD, Permission.EXPORT_APPROVE},
    ),
    RoleCode.COMPLIANCE_OFFICER: BuiltinRole(
        note=_("Reads the log, decides on approvals, keeps retention; acts as data protection officer."),
        duty=Duty.OVERSIGHT,
        permissions=frozenset(
            {
                Permission.APPROVAL_DECIDE,
                Permission.AUDIT_MANAGE,
                Permission.DESTRUCTION_APPROVE,
                Permission.DESTRUCTION_ORDER,
                Permission.DISCLOSURE_READ,
                Permission.DUTY_MANAGE,
                Permission.EXPORT_APPROVE,
                Permission.INCIDENT_MANAGE,
                Permission.KEY_FREEZE,
                Permission.KEY_ROTATE,
                Permission.GRADE_LOWER,
                Permission.GRADE_MANAGE,
                Permission.FIGURES_HOUSE,
                Permission.FIGURES_VIEW,
                Permission.LOG_EXPORT,
                Permission.LOG_READ,
                Permission.LOG_REASON,
                Permission.PURPOSE_MANAGE,
                Permission.RETENTION_MANAGE,
                Permission.REVEAL_APPROVE,
                Permission.SPEAKUP_HANDLE,
                Permission.WATCH_MANAGE,
            }
        ),
    ),
    RoleCode.AUDITOR: BuiltinRole(
        note=_("Reads the log and the evidence, masked, for a limited time."),
        duty=Duty.AUDIT,
        permissions=frozenset({Permission.LOG_READ}),
    ),
    RoleCode.COUNSEL: BuiltinRole(
        note=_("Decides on requests where the house has not enough people of its own, for a limited time."),
        duty=Duty.OVERSIGHT,
        permissions=frozenset({Permission.APPROVAL_STAND_IN}),
    ),
}

# From outside, and for a limited time each.
FOR_OUTSIDE = frozenset({RoleCode.AUDITOR, RoleCode.COUNSEL})


def ensure_builtin_roles(*, using: str = "default") -> None:
    """Brings the database's built-in roles in line with BUILTIN. Of a composed one only a permission goes
    that the house no longer knows."""
    with transaction.atomic(using=using):
        roles = [
            Role(code=code, duty=role.duty, opens_data=role.opens_data) for code, role in BUILTIN.items()
        ]
        Role.objects.using(using).bulk_create(
            roles, update_conflicts=True, unique_fields=["code"], update_fields=["duty", "opens_data"]
        )
        wanted = {(code.value, perm.value) for code, role in BUILTIN.items() for perm in role.permissions}
        held = RolePermission.objects.using(using)
        held.exclude(permission__in=[permission.value for permission in Permission]).delete()
        rows = held.exclude(role__code__startswith=HOUSE)
        present = {(row.role_id, row.permission): row.pk for row in rows.all()}
        rows.filter(pk__in=[pk for pair, pk in present.items() if pair not in wanted]).delete()
        rows.bulk_create(
            [RolePermission(role_id=code, permission=perm) for code, perm in sorted(wanted - present.keys())]
        )
