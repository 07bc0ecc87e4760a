"""The word given beforehand: asked for by who will use it, given by who would decide each time."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action
from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import (
    ApprovableAction,
    CannotCarryOut,
    Params,
    Preview,
    action_of,
    actions,
)
from people.roles.access import has
from people.roles.permissions import Permission
from people.standing.models import StandingApproval
from people.standing.services import STANDING, end_former, log_standing


class GiveStanding(ApprovableAction):
    code = STANDING
    label = gettext_lazy("Approve beforehand, within bounds")
    permission = Permission.APPROVAL_DECIDE  # and the action's own, see may_decide
    asked_by = (Permission.CLIENT_REVEAL,)
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        holder, kind, until = _asked(params)
        return Preview(
            facts={
                "params": dict(params),
                "holder": [str(holder.pk), holder.username, holder.is_active],
            },
            lines=[
                _("“%(action)s”: what %(person)s asks for is then approved as it is asked for.")
                % {"action": kind.label, "person": holder.display_name},
                _("Until %(date)s.") % {"date": f"{timezone.localtime(until):%Y-%m-%d %H:%M}"},
                _("Each use is in the log with both of you, and either of you can end it at any time."),
            ],
            counts=[
                (_("At most, each time"), int(str(params["limit"]))),
                (_("How many times"), int(str(params["uses"]))),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        holder, kind, until = _asked(request.params)
        end_former(holder, kind.code)
        given = StandingApproval.objects.create(
            holder=holder,
            action=kind.code,
            limit=int(str(request.params["limit"])),
            uses=int(str(request.params["uses"])),
            given_by=actor,
            approval=request,
            valid_until=until,
        )
        log_standing(given, Action.APPROVAL_STANDING)

    def who_may(self, request: ApprovalRequest, people: Sequence[User]) -> list[User]:
        """Who would decide each time."""
        [permission] = self.deciding(request)
        return [person for person in people if has(person, permission)]

    def deciding(self, request: ApprovalRequest) -> tuple[Permission, ...]:
        return (action_of(str(request.params["action"])).permission,)

    def among(self, user: User) -> Q | None:
        codes = [one.code for one in actions() if one.standing_limit and has(user, one.permission)]
        return Q(params__action__in=codes) if codes else None


def _asked(params: Params) -> tuple[User, ApprovableAction, datetime]:
    holder = User.objects.filter(pk=str(params["holder"]), is_active=True).first()
    until = datetime.fromisoformat(str(params["until"]))
    if holder is None or until <= timezone.now():
        raise CannotCarryOut
    return holder, action_of(str(params["action"])), until
