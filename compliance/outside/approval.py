"""The second person's word on an outside audit: who sits, what they may look at, from when to when."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.actions import Action
from compliance.outside.codes import Area, Method, State
from compliance.outside.models import OutsideAudit, OutsideSeat
from compliance.outside.planning import AGREE, LANDING, check_rotation, log, move
from deals.pipeline.models import Deal
from people.accounts.models import Kind, User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.duties.models import NdaKind
from people.invitations.services import CannotInvite, invite
from people.roles.permissions import Permission
from vault.records.errors import NotPossible


class AgreeToOutsideAudit(ApprovableAction):
    code = AGREE
    label = gettext_lazy("Let outside auditors in")
    permission = Permission.AUDIT_MANAGE
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        audit = _asked(params)
        seats = list(audit.seats.select_related("person").order_by("added_at", "pk"))
        deals = list(Deal.objects.filter(pk__in=audit.deals).order_by("code_name"))
        return Preview(
            facts={
                "audit": str(audit.pk),
                "firm": [audit.firm, audit.firm_code],
                "basis": audit.basis,
                "method": audit.method,
                "areas": list(audit.areas),
                "deals": [[str(deal.pk), deal.code_name] for deal in deals],
                "period": [audit.period_from.isoformat(), audit.period_to.isoformat()],
                "times": [audit.opens_at.isoformat(), audit.ends_at.isoformat()],
                # The address is among the facts: whoever reads that mailbox gets the seat.
                "seats": [[str(one.person_id), one.person.display_name, one.person.email] for one in seats],
                "lead": str(audit.lead_id),
                "namesakes": sorted(_namesakes(seats)),
            },
            lines=[*_what(audit, deals), *_who(audit, seats)],
            counts=[(_("People who sit"), len(seats))],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        audit = _asked(request.params, lock=True)
        if audit.ends_at <= timezone.now():
            raise CannotCarryOut
        try:
            check_rotation(audit)
            audit.agreed_by, audit.agreed_at, audit.approval = actor, timezone.now(), request
            move(audit, State.AGREED, "agreed_by", "agreed_at", "approval")
            for seat in audit.seats.select_related("person"):
                _invite(audit, seat, request.requester)
        except (NotPossible, CannotInvite):
            raise CannotCarryOut from None
        log(audit, Action.OUTSIDE_AGREE, people=tuple(audit.seats.values_list("person_id", flat=True)))

    def refused(self, request: ApprovalRequest) -> None:
        """Back to a draft, which can be changed and asked for anew."""
        audit = OutsideAudit.objects.select_for_update().filter(pk=str(request.params["audit"])).first()
        if audit is not None and audit.state == State.ASKED:
            move(audit, State.DRAFT)


def _asked(params: Params, *, lock: bool = False) -> OutsideAudit:
    rows = OutsideAudit.objects.select_for_update(of=("self",)) if lock else OutsideAudit.objects
    found = rows.select_related("lead").filter(pk=str(params["audit"]), state=State.ASKED).first()
    if found is None:
        raise CannotCarryOut
    return found


def _invite(audit: OutsideAudit, seat: OutsideSeat, inviter: User) -> None:
    person = seat.person
    invite(
        actor=inviter,
        deal_id=audit.pk,
        group_id=audit.pk,
        email=person.email,
        display_name=person.display_name,
        code_name=audit.firm,
        nda_kind=NdaKind.AUDITOR,
        language=person.language,
        landing=LANDING,
    )


def _namesakes(seats: list[OutsideSeat]) -> set[str]:
    """Names of people who sit that somebody who works here, or did, has too."""
    names = {one.person.display_name for one in seats}
    staff = User.objects.filter(kind=Kind.STAFF, display_name__in=names)
    return set(staff.values_list("display_name", flat=True))


def _what(audit: OutsideAudit, deals: list[Deal]) -> list[str]:
    areas = " · ".join(str(Area(area).label) for area in audit.areas)
    where = ", ".join(deal.code_name for deal in deals) or _("the whole house")
    opens, ends = timezone.localtime(audit.opens_at), timezone.localtime(audit.ends_at)
    return [
        _("%(firm)s (%(code)s) audits the house, %(method)s.")
        % {"firm": audit.firm, "code": audit.firm_code, "method": Method(audit.method).label},
        _("Looked at: %(areas)s; of %(where)s; from %(from)s to %(to)s.")
        % {"areas": areas, "where": where, "from": audit.period_from, "to": audit.period_to},
        _("The seats open on %(opens)s and close by themselves on %(ends)s.")
        % {"opens": f"{opens:%Y-%m-%d %H:%M}", "ends": f"{ends:%Y-%m-%d %H:%M}"},
        _("They see masks only, change nothing, and each page they open is in the log."),
    ]


def _who(audit: OutsideAudit, seats: list[OutsideSeat]) -> list[str]:
    said = [
        _("%(name)s (%(email)s) sits, in charge.")
        % {"name": one.person.display_name, "email": one.person.email}
        if one.person_id == audit.lead_id
        else _("%(name)s (%(email)s) sits.") % {"name": one.person.display_name, "email": one.person.email}
        for one in seats
    ]
    same = sorted(_namesakes(seats))
    if same:
        said.append(
            ngettext(
                "Somebody who works or worked here has the same name as one of them: %(names)s. Make sure"
                " that it is not the same person.",
                "People who work or worked here have the same names as some of them: %(names)s. Make sure"
                " that they are not the same people.",
                len(same),
            )
            % {"names": ", ".join(same)}
        )
    return said
