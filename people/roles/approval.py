"""The officer's word on a role that opens data."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.roles.models import GrantState, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import end_grant


class GrantRole(ApprovableAction):
    code = "role.grant"
    label = gettext_lazy("Give a role that opens data")
    permission = Permission.APPROVAL_DECIDE
    grave = True

    def preview(self, params: Params) -> Preview:
        grant = _pending(params)
        person = grant.user
        permissions = sorted(grant.role.permissions.all(), key=lambda row: row.permission)
        until = grant.valid_until.isoformat() if grant.valid_until else ""
        return Preview(
            # The address is among the facts: whoever reads that mailbox gets the account.
            facts={
                "grant": str(grant.pk),
                "person": [str(person.pk), person.username, person.display_name, person.email, person.kind],
                "active": person.is_active,
                "role": grant.role_id,
                "permissions": [row.permission for row in permissions],
                "until": until,
            },
            lines=[
                _("%(person)s (%(username)s, %(email)s) becomes %(role)s.")
                % {
                    "person": person.display_name,
                    "username": person.username,
                    "email": person.email or "–",
                    "role": grant.role,
                },
                _("Until %(date)s.") % {"date": f"{grant.valid_until:%Y-%m-%d}"}
                if until
                else _("Without an end date."),
            ],
            counts=[(_("Permissions opened"), len(permissions))],
            columns=[_("Permission"), _("Opens data")],
            rows=[
                [row.label, _("yes") if Permission(row.permission).opens_data else _("no")]
                for row in permissions
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        grant = _pending(request.params)
        grant.state, grant.confirmed_by = GrantState.ACTIVE, actor
        grant.save(update_fields=["state", "confirmed_by"])
        record_change(
            Entry(
                action=Action.ROLE_CONFIRM,
                object_type=ObjectType.ROLE_GRANT,
                object_id=grant.pk,
                subjects=(grant.user_id,),
            )
        )

    def refused(self, request: ApprovalRequest) -> None:
        try:
            end_grant(_pending(request.params), GrantState.REFUSED)
        except CannotCarryOut:
            return  # revoked before the officer came to it

    def may_decide(self, user: User, request: ApprovalRequest) -> bool:
        """Nobody confirms the role that they are to get themselves."""
        person = (
            RoleGrant.objects.filter(pk=str(request.params["grant"]))
            .values_list("user_id", flat=True)
            .first()
        )
        return super().may_decide(user, request) and person != user.pk


def _pending(params: Params) -> RoleGrant:
    grants = RoleGrant.objects.select_related("user", "role").prefetch_related("role__permissions")
    grant = grants.filter(pk=str(params["grant"]), state=GrantState.PENDING).first()
    if grant is None:
        raise CannotCarryOut
    return grant
