"""Moving a deal to another stage: asked for by its lead, done by a second person's approval."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from deals.errors import NotPossible
from deals.pipeline.access import get_led_deal
from deals.pipeline.models import Deal, Stage
from deals.rooms.models import Folder, RoomGroup
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.approvals.services import request_approval
from people.locks.standing import locked_deals
from people.roles.permissions import Permission

CODE = "deal.stage"


class MoveStage(ApprovableAction):
    """Forward opens folders to the groups that have rights on them; back closes them again."""

    code = CODE
    label = gettext_lazy("Move a deal to another stage")
    permission = Permission.APPROVAL_DECIDE
    asked_by = (Permission.DEAL_LEAD,)
    for_counsel = True
    delegable = True

    def preview(self, params: Params) -> Preview:
        deal, target = _asked(params)
        stages = dict(Folder.objects.filter(room__deal=deal).values_list("pk", "opens_at"))
        low, high = sorted((deal.stage, target.value))
        changing = sum(low < opens_at <= high for opens_at in stages.values())
        groups = RoomGroup.objects.filter(room__deal=deal).count()
        words = {"deal": deal.code_name, "old": Stage(deal.stage).label, "new": target.label}
        forward = target > deal.stage
        return Preview(
            facts={
                "deal": str(deal.pk),
                "code": deal.code_name,
                "from": deal.stage,
                "to": target.value,
                "folders": sorted([str(key), value] for key, value in stages.items()),
                "groups": groups,
            },
            lines=[
                _("%(deal)s moves from %(old)s to %(new)s.") % words,
                _("Folders that open at these stages become visible to groups with rights on them.")
                if forward
                else _("Folders that open at the later stages are closed again, at once."),
            ],
            counts=[
                (_("Folders that open") if forward else _("Folders that close"), changing),
                (_("Groups"), groups),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        deal, target = _asked(request.params)
        deal.stage = target
        deal.save(update_fields=["stage"])
        record_change(
            Entry(
                action=Action.DEAL_STAGE,
                object_type=ObjectType.DEAL,
                object_id=deal.pk,
                deal=deal.pk,
                fields=(f"stage.{target.value}",),
            )
        )


def request_stage(*, actor: User, deal_id: UUID, stage: Stage, reason: str) -> ApprovalRequest:
    """Ask for the move. Raises Refused for everybody but the lead, NotPossible, ValidationError."""
    deal = get_led_deal(actor, deal_id, Action.DEAL_STAGE)
    if stage == deal.stage:
        raise NotPossible(_("The deal is at this stage already."))
    if pending_move(deal) is not None:
        raise NotPossible(_("A move of this deal waits for a decision already."))
    params: Params = {"deal": str(deal.pk), "from": deal.stage, "to": stage.value}
    return request_approval(actor=actor, action=CODE, params=params, reason=reason)


def pending_move(deal: Deal) -> ApprovalRequest | None:
    """The move that waits for a decision."""
    asked = ApprovalRequest.objects.filter(action=CODE, state=State.PENDING, params__deal=str(deal.pk))
    return asked.first()


def _asked(params: Params) -> tuple[Deal, Stage]:
    """The deal, still where it was when the move was asked for, and not locked."""
    deal = (
        Deal.objects.select_for_update()
        .filter(pk=str(params["deal"]), stage=int(str(params["from"])))
        .first()
    )
    if deal is None or locked_deals([deal.pk]):
        raise CannotCarryOut
    return deal, Stage(int(str(params["to"])))
