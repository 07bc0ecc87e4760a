"""The officer's word on a delegation of grave decisions."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview, action_of
from people.delegations.models import Delegation, DelegationState
from people.delegations.services import CONFIRM, close, log_delegation
from people.roles.permissions import Permission


class ConfirmDelegation(ApprovableAction):
    code = CONFIRM
    label = gettext_lazy("Have somebody decide in another's place")
    permission = Permission.APPROVAL_DECIDE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        given = _pending(params)
        labels = [str(action_of(code).label) for code in given.actions]
        words = {"giver": given.giver.display_name, "delegate": given.delegate.display_name}
        return Preview(
            facts={
                "delegation": str(given.pk),
                "giver": [str(given.giver_id), given.giver.username, given.giver.is_active],
                "delegate": [str(given.delegate_id), given.delegate.username, given.delegate.is_active],
                "actions": given.actions,
                "from": given.starts_at.isoformat(),
                "until": given.ends_at.isoformat(),
            },
            lines=[
                _("%(delegate)s decides in the place of %(giver)s.") % words,
                _("From %(start)s until %(end)s.")
                % {
                    "start": f"{timezone.localtime(given.starts_at):%Y-%m-%d %H:%M}",
                    "end": f"{timezone.localtime(given.ends_at):%Y-%m-%d %H:%M}",
                },
            ],
            columns=[_("Decisions on")],
            rows=[[label] for label in labels],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        given = _pending(request.params)
        given.state, given.confirmed_by = DelegationState.ACTIVE, actor
        given.save(update_fields=["state", "confirmed_by"])
        log_delegation(given, Action.APPROVAL_DELEGATE_CONFIRM)

    def refused(self, request: ApprovalRequest) -> None:
        try:
            close(_pending(request.params), DelegationState.REFUSED)
        except CannotCarryOut:
            return  # ended before the officer came to it

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        """Nobody confirms what they are to decide themselves."""
        found = Delegation.objects.filter(pk=str(request.params["delegation"]))
        return frozenset(found.values_list("delegate", flat=True))

    def concerning(self, user: User) -> Q:
        return about("delegation", Delegation.objects.filter(delegate=user))


def _pending(params: Params) -> Delegation:
    rows = Delegation.objects.select_related("giver", "delegate")
    found = rows.filter(pk=str(params["delegation"]), state=DelegationState.PENDING).first()
    if found is None or found.ends_at <= timezone.now():
        raise CannotCarryOut
    return found
