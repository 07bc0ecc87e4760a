"""The officer's word on what lets more people in than before."""

from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.composing.models import ChangeState
from people.roles.doors.effects import shut_out
from people.roles.doors.models import DoorChange, RoleDoor
from people.roles.doors.services import DOOR, put_in_force
from people.roles.doors.words import door_words
from people.roles.models import LIVE, RoleGrant
from people.roles.permissions import Permission


class ChangeDoor(ApprovableAction):
    """Grave, and for nobody who holds the role; of a role that decides, any other than who asked: there
    would be nobody else."""

    code = DOOR
    label = gettext_lazy("Open a role to more networks or sign-ins")
    permission = Permission.APPROVAL_DECIDE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        change = _pending(params)
        before = RoleDoor.objects.filter(role=change.role_id).first()
        becomes = RoleDoor(role_id=change.role_id, networks=change.networks, passkey_from=change.passkey_from)
        found = shut_out(change.role_id, change.networks, change.passkey_from)
        return Preview(
            facts={
                "change": str(change.pk),
                "role": change.role_id,
                "before": _facts(before),
                "becomes": _facts(becomes),
                "holders": found.holders,
            },
            lines=[
                _("The role “%(role)s” asks less than before.") % {"role": change.role},
                _("Before:"),
                *(door_words(before) or [_("It asks nothing.")]),
                _("From then on:"),
                *(door_words(becomes) or [_("It asks nothing.")]),
            ],
            counts=[(_("People who hold it"), found.holders)],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        change = _pending(request.params)
        change.approval = request
        put_in_force(change)

    def refused(self, request: ApprovalRequest) -> None:
        DoorChange.objects.filter(pk=str(request.params["change"]), state=ChangeState.PENDING).update(
            state=ChangeState.REFUSED, decided_at=timezone.now()
        )

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Who holds the role, unless it is one of those that decide."""
        change = _not_of_deciders().filter(pk=str(request.params["change"]))
        held = RoleGrant.objects.filter(role__in=change.values("role"), state__in=LIVE)
        return frozenset(held.values_list("user", flat=True))

    def concerning(self, user: User) -> Q:
        return about("change", _of_roles_of(user))


def _facts(door: RoleDoor | None) -> list[object]:
    if door is None:
        return []
    return [door.networks, door.passkey_from.isoformat() if door.passkey_from else ""]


def _of_roles_of(user: User) -> QuerySet[DoorChange]:
    held = RoleGrant.objects.filter(user=user, state__in=LIVE).values("role_id")
    return _not_of_deciders().filter(role__in=held)


def _not_of_deciders() -> QuerySet[DoorChange]:
    waiting = DoorChange.objects.filter(state=ChangeState.PENDING)
    return waiting.exclude(role__permissions__permission=Permission.APPROVAL_DECIDE)


def _pending(params: Params) -> DoorChange:
    found = DoorChange.objects.select_related("role").filter(pk=str(params["change"])).first()
    if found is None or found.state != ChangeState.PENDING:
        raise CannotCarryOut
    return found
