"""Sub-processors: named by the firm or by us; a new one is agreed to by two; until then no file goes out."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.services import request_approval
from people.partners.access import get_partner
from people.partners.codes import SubState
from people.partners.entries import log
from people.partners.errors import NotNow
from people.partners.models import Partner, Subprocessor

CODE = "partner.subprocessor"


@dataclass(frozen=True, kw_only=True, slots=True)
class Named:
    name: str
    does: str
    abroad: bool


@transaction.atomic
def name_one(*, partner: Partner, named: Named, by: User | None) -> Subprocessor:
    """The firm (`by` None, under its link) or a colleague names one. Raises NotNow for one that there is."""
    Partner.objects.select_for_update(no_key=True).get(pk=partner.pk)
    known = Subprocessor.objects.filter(partner=partner, name__iexact=named.name)
    if known.filter(state__in=[SubState.NAMED, SubState.AGREED]).exists():
        raise NotNow(_("This one is named already."))
    made = Subprocessor.objects.create(
        partner=partner, name=named.name, does=named.does, abroad=named.abroad, named_by=by
    )
    log(Action.PARTNER_SUBPROCESSOR, partner.pk, reason="by_staff" if by else "by_firm")
    return made


def get_subprocessor(user: User, subprocessor_id: UUID, action: Action) -> Subprocessor:
    """Raises Refused."""
    found = Subprocessor.objects.select_related("partner").filter(pk=subprocessor_id).first()
    if found is None:
        raise Refused(ObjectType.PARTNER, None, action)
    get_partner(user, found.partner_id, action)
    return found


def waiting_for(those: Iterable[Subprocessor]) -> dict[UUID, ApprovalRequest]:
    """The open request about each of those, by the subprocessor. One query."""
    asked = ApprovalRequest.objects.filter(
        action=CODE, state=State.PENDING, params__subprocessor__in=[str(one.pk) for one in those]
    )
    return {
        UUID(str(request.params["subprocessor"])): request
        for request in asked.order_by("created_at")
        if request.is_open
    }


@transaction.atomic
def put_forward(*, actor: User, subprocessor_id: UUID, reason: str) -> ApprovalRequest:
    """Asks for the house's word on it. Raises Refused, NotNow, ValidationError for the reason."""
    one = get_subprocessor(actor, subprocessor_id, Action.PARTNER_SUBPROCESSOR)
    if one.state != SubState.NAMED or waiting_for([one]):
        raise NotNow(_("It was decided on, or waits for its decision already."))
    return request_approval(actor=actor, action=CODE, params={"subprocessor": str(one.pk)}, reason=reason)


@transaction.atomic
def end_one(*, actor: User, subprocessor_id: UUID) -> None:
    """The firm uses it no more, or never will. Raises Refused, NotNow."""
    get_subprocessor(actor, subprocessor_id, Action.PARTNER_SUBPROCESSOR_END)
    locked = Subprocessor.objects.select_for_update().get(pk=subprocessor_id)
    if locked.state == SubState.ENDED:
        raise NotNow(_("It was ended already."))
    locked.state, locked.ended_at = SubState.ENDED, timezone.now()
    locked.save(update_fields=["state", "ended_at"])
    log(Action.PARTNER_SUBPROCESSOR_END, locked.partner_id)
