"""Declaring that the log's newest history is lost: asked for by one officer, decided by another, carried
out by who has the keys' file.

What the approval says is checked again against the sinks when the log begins anew. Whoever can write to the
database alone, its superuser too, gets nothing signed by it: the generation stands in the keys' file.
"""

from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import TextChoices
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from audit import lost_heads
from audit.actions import Action, ObjectType
from audit.checkpoints import keys
from audit.checkpoints.alarms import WATCH
from audit.checkpoints.losing import CannotTell, Loss, NothingLost, begin_anew, found_loss
from audit.entry import Entry, timestamp
from audit.log import record_change, record_read
from compliance.proofs.access import require
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, State, Verdict
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.approvals.services import request_approval
from people.roles.permissions import Permission


class Why(TextChoices):
    """Why the newest entries are lost for good."""

    RESTORE = "restore", pgettext_lazy("lost history", "A restored backup lacked them")
    FAILOVER = "failover", pgettext_lazy("lost history", "The server that took over had not received them")
    DAMAGE = "damage", pgettext_lazy("lost history", "The database was damaged")


class NotDeclared(Exception):
    """No second person has approved the loss as the checkpoints show it now."""


class DeclareLoss(ApprovableAction):
    """The former log stays as it is outside; this one goes on under another origin."""

    code = "log.lost_history"
    label = gettext_lazy("Declare that the newest log entries are lost")
    permission = Permission.LOG_EXPORT
    asked_by = (Permission.LOG_EXPORT,)
    grave = True

    def preview(self, params: Params) -> Preview:
        """What the checkpoints show now. Raises CannotCarryOut when that is something else."""
        try:
            loss = found_loss()
        except (NothingLost, CannotTell, keys.NoKeys):
            raise CannotCarryOut from None
        if dict(params) != _params(loss, Why(str(params["why"]))):
            raise CannotCarryOut
        told = {"size": loss.size, "agreed": loss.agreed, "lost": loss.lost, "origin": loss.origin}
        return Preview(
            facts={"params": dict(params), "note": loss.note, "origin": loss.origin, "kept": loss.kept},
            lines=[
                _("The newest checkpoint outside is of %(size)d entries of the log %(origin)s.") % told,
                _("With %(agreed)d of them this log agrees. %(lost)d are lost or can no longer be proved.")
                % told,
                _("Why: %(reason)s.") % {"reason": Why(str(params["why"])).label},
                _("The log goes on under another name and says for ever what was lost. It cannot be undone."),
            ],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        record_change(_entry(Action.LOG_LOST, request))


def shown(*, actor: User) -> Loss:
    """What is lost now; the reading is an entry. Raises as `ask`."""
    require(actor, Permission.LOG_READ, Action.LOG_READ)
    record_read(
        Entry(action=Action.LOG_READ, object_type=ObjectType.LOG, object_id=None, fields=("lost-history",))
    )
    return found_loss()


def ask(*, actor: User, why: Why) -> ApprovalRequest:
    """Ask for the declaration of what is lost now.

    Raises:
        Refused: not for this person.
        NothingLost, CannotTell, NoKeys: there is nothing to declare, or it cannot be said.
    """
    require(actor, DeclareLoss.permission, Action.LOG_LOST)
    params = _params(found_loss(), why)
    return request_approval(actor=actor, action=DeclareLoss.code, params=params, reason=str(why.label))


@transaction.atomic
def go_on(*, actor: User) -> keys.Former:
    """Begin the log anew as two persons declared. On the machine that has the keys.

    Raises:
        Refused: not for this person.
        NotDeclared: no approval stands, or it is of something else than what the checkpoints show now.
        NothingLost, CannotTell, NoKeys: as for `ask`.
    """
    require(actor, DeclareLoss.permission, Action.LOG_ANEW)
    loss = found_loss()
    request = _approved(loss)
    decision = request.decisions.filter(verdict=Verdict.APPROVE).order_by("decided_at").last()
    if decision is None or decision.decider_id == request.requester_id:
        raise NotDeclared
    name = f"lost-with-generation-{len(keys.formers()) + 1}"
    heads = lost_heads.put_aside(Path(settings.HEADS_DIR), name)
    record_change(_entry(Action.LOG_ANEW, request, f"heads-{heads}"))
    return begin_anew(
        loss,
        why=str(request.params["why"]),
        request=str(request.pk),
        asked_by=str(request.requester_id),
        decided_by=str(decision.decider_id),
        at=timestamp(timezone.now()),
    )


def _approved(loss: Loss) -> ApprovalRequest:
    done = ApprovalRequest.objects.filter(action=DeclareLoss.code, state=State.CARRIED_OUT)
    for request in done.order_by("-decided_at"):
        if request.params == _params(loss, Why(str(request.params["why"]))):
            return request
    raise NotDeclared


def _params(loss: Loss, why: Why) -> dict[str, int | str]:
    return {"size": loss.size, "agreed": loss.agreed, "root": loss.root.hex(), "why": why.value}


def _entry(action: Action, request: ApprovalRequest, *more: str) -> Entry:
    size, agreed = int(str(request.params["size"])), int(str(request.params["agreed"]))
    told = (
        f"size-{size}",
        f"agreed-{agreed}",
        f"lost-{size - agreed}",
        f"why-{request.params['why']}",
        *more,
    )
    return Entry(action=action, object_type=ObjectType.CHECKPOINT, object_id=WATCH, fields=told)
