"""The officer's word on what a composed role may do."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.composing.access import CHANGE
from people.roles.composing.models import ChangeState, RoleChange
from people.roles.composing.preview import preview_of
from people.roles.composing.services import put_in_force
from people.roles.models import HOUSE, LIVE, Role, RoleGrant
from people.roles.permissions import Permission


class ChangeRole(ApprovableAction):
    """Grave, and for nobody who holds the role or waits for it: not in another's place either."""

    code = CHANGE
    label = gettext_lazy("Compose or change a role")
    permission = Permission.APPROVAL_DECIDE
    asked_by = (Permission.ROLE_MANAGE,)
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        return preview_of(_pending(params))

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        change = _pending(request.params)
        RoleChange.objects.select_for_update().get(pk=change.pk)
        Role.objects.select_for_update(no_key=True).filter(pk=change.code).first()
        try:
            with transaction.atomic():
                put_in_force(change=change, by=actor)
        except IntegrityError as refused:
            if "role_name_" not in str(refused):
                raise
            raise CannotCarryOut from refused  # another role was given the name meanwhile

    def refused(self, request: ApprovalRequest) -> None:
        RoleChange.objects.filter(pk=str(request.params["change"]), state=ChangeState.PENDING).update(
            state=ChangeState.REFUSED, decided_at=timezone.now()
        )

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Who holds the role, or waits for it."""
        change = RoleChange.objects.filter(pk=str(request.params["change"]), code__startswith=HOUSE)
        held = RoleGrant.objects.filter(role__in=change.values("code"), state__in=LIVE)
        return frozenset(held.values_list("user", flat=True))

    def concerning(self, user: User) -> Q:
        return about("change", _of_roles_of(user))


def _of_roles_of(user: User) -> QuerySet[RoleChange]:
    """The changes of roles that the person holds or waits for."""
    held = RoleGrant.objects.filter(user=user, state__in=LIVE, role__code__startswith=HOUSE)
    return RoleChange.objects.filter(code__in=held.values("role_id"))


def _pending(params: Params) -> RoleChange:
    found = RoleChange.objects.select_related("proposed_by").filter(pk=str(params["change"])).first()
    if found is None or found.state != ChangeState.PENDING:
        raise CannotCarryOut
    if Role.objects.filter(pk=found.code, retired_at__isnull=False).exists():
        raise CannotCarryOut
    return found
