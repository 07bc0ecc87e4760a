"""The officer's word on a role that opens data."""

from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.notices.services import notify
from people.roles.composing.made import made_by, made_words
from people.roles.composing.words import deal_words, limit_words, name_of
from people.roles.models import GrantState, RoleGrant
from people.roles.permissions import Permission
from people.roles.services import CHANGED, end_grant


class GrantRole(ApprovableAction):
    code = "role.grant"
    label = gettext_lazy("Give a role that opens data")
    permission = Permission.APPROVAL_DECIDE
    asked_by = (Permission.ROLE_MANAGE,)
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        grant = _pending(params)
        person = grant.user
        permissions = sorted(grant.role.permissions.all(), key=lambda row: row.permission)
        until = grant.valid_until.isoformat() if grant.valid_until else ""
        made = made_by([person.pk], grant.granted_by_id).get(person.pk)
        return Preview(
            # The address is among the facts: whoever reads that mailbox gets the account.
            facts={
                "grant": str(grant.pk),
                "person": [str(person.pk), person.username, person.display_name, person.email, person.kind],
                "active": person.is_active,
                "role": grant.role_id,
                "permissions": [row.permission for row in permissions],
                "until": until,
                "limits": [grant.role.up_to_grade, grant.role.stages, grant.role.longest_days],
                "for_deal": [str(grant.for_deal), name_of(grant.for_deal)] if grant.for_deal else [],
                "made": made.isoformat() if made else "",
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
                *limit_words(grant.role),
                *([deal_words(grant.for_deal)] if grant.for_deal else []),
                *([made_words(person, grant.granted_by, made, grant.created_at)] if made else []),
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
        notify(CHANGED, [grant.user])

    def refused(self, request: ApprovalRequest) -> None:
        try:
            end_grant(_pending(request.params), GrantState.REFUSED)
        except CannotCarryOut:
            return  # revoked before the officer came to it

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody confirms the role that they are to get themselves."""
        found = RoleGrant.objects.filter(pk=str(request.params["grant"]))
        return frozenset(found.values_list("user", flat=True))

    def concerning(self, user: User) -> Q:
        return about("grant", RoleGrant.objects.filter(user=user))


def _pending(params: Params) -> RoleGrant:
    grants = RoleGrant.objects.select_related("user", "role", "granted_by").prefetch_related(
        "role__permissions"
    )
    grant = grants.filter(pk=str(params["grant"]), state=GrantState.PENDING).first()
    if grant is None:
        raise CannotCarryOut
    return grant
