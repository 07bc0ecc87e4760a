"""Ending a lock: asked for by one, approved by another, never by or for the person who is locked."""

from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.actions import Action, ObjectType
from audit.entry import Entry
from audit.log import record_change
from compliance.containment.access import MAY_LOCK, get_lock, target_of
from compliance.containment.cases import note
from compliance.containment.codes import Event
from compliance.containment.models import IncidentLock
from compliance.notices import tell_lock
from people.accounts.models import User
from people.approvals.about import about
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import ApprovableAction, CannotCarryOut, Params, Preview
from people.approvals.services import request_approval
from people.locks.codes import Kind, LockReason
from people.locks.models import Lock
from people.locks.standing import in_force
from people.roles.permissions import Permission
from vault.custody.freezing.tasks import thaw_ordered
from vault.records.errors import NotPossible

CODE = "lock.end"


class EndLock(ApprovableAction):
    code = CODE
    label = gettext_lazy("End a lock")
    permission = Permission.INCIDENT_MANAGE
    asked_by = MAY_LOCK
    for_counsel = True
    grave = True

    def preview(self, params: Params) -> Preview:
        lock = in_force().select_related("locked_by").filter(pk=str(params["lock"])).first()
        target = lock and target_of(lock)
        if lock is None or not target:
            raise CannotCarryOut
        thawed = to_thaw(lock)
        words = {
            "name": target.name,
            "since": f"{timezone.localtime(lock.locked_at):%Y-%m-%d %H:%M}",
            "by": lock.locked_by.display_name,
            "why": LockReason(lock.reason).label,
        }
        lines = [
            _("“%(name)s” was locked on %(since)s by %(by)s: %(why)s.") % words,
            _("From then on whoever works with it can open it again.")
            if lock.kind != Kind.PERSON
            else _("From then on the person can sign in again, with the roles and rooms they hold."),
            _("Sessions, links, delegations, standing approvals and exports that ended stay ended."),
        ]
        if len(thawed) < len(lock.compartments):
            lines.append(_("What is also locked or frozen otherwise stays so."))
        return Preview(
            facts={
                "lock": str(lock.pk),
                "kind": lock.kind,
                "object": str(lock.object_id),
                "name": target.name,
                "reason": lock.reason,
                "by": str(lock.locked_by_id),
                "at": lock.locked_at.isoformat(),
                "thawed": [str(one) for one in thawed],
            },
            lines=lines,
            counts=[(_("Client books and rooms whose keys are given out again"), len(thawed))],
        )

    def carry_out(self, request: ApprovalRequest, actor: User) -> None:
        lock = Lock.objects.select_for_update().get(pk=str(request.params["lock"]))
        thawed = to_thaw(lock)
        lock.ended_at, lock.approval = timezone.now(), request
        lock.save(update_fields=["ended_at", "approval"])
        if lock.person_id is not None:
            _open_account(lock, lock.person_id)
        record_change(
            Entry(
                action=Action.LOCK_END,
                object_type=ObjectType.LOCK,
                object_id=lock.pk,
                subjects=(lock.object_id,),
                deal=lock.deal_id,
                reason=lock.reason,
            )
        )
        note(
            IncidentLock.objects.get(lock=lock).incident, actor, Event.ENDED, words=request.reason, lock=lock
        )
        if thawed:
            _order_thaw(request, thawed)
        tell_lock(lock)

    def concerned(self, request: ApprovalRequest) -> frozenset[UUID]:
        found = Lock.objects.filter(pk=str(request.params["lock"]), person__isnull=False)
        return frozenset(one for one in found.values_list("person", flat=True) if one is not None)

    def concerning(self, user: User) -> Q:
        return about("lock", Lock.objects.filter(person=user))


def to_thaw(lock: Lock) -> list[UUID]:
    """Compartments that this lock alone holds: not those of another lock, nor those frozen before it."""
    others = in_force().exclude(pk=lock.pk).filter(compartments__overlap=lock.compartments)
    held = {one for row in others.values_list("compartments", flat=True) for one in row}
    return [one for one in lock.compartments if one not in held and one not in lock.already]


def waiting_for(lock: Lock) -> ApprovalRequest | None:
    """The open request to end this lock."""
    asked = ApprovalRequest.objects.filter(action=CODE, state=State.PENDING, params={"lock": str(lock.pk)})
    return next((request for request in asked.order_by("-created_at") if request.is_open), None)


@transaction.atomic
def ask_to_end(*, actor: User, lock_id: UUID, reason: str) -> ApprovalRequest:
    """Raises Refused, NotPossible the second time, ValidationError for the reason."""
    lock = get_lock(actor, lock_id)
    if waiting_for(lock) is not None:
        raise NotPossible(_("The end of this lock has been asked for already and waits for its approval."))
    return request_approval(actor=actor, action=CODE, params={"lock": str(lock.pk)}, reason=reason)


def _open_account(lock: Lock, person_id: UUID) -> None:
    """Only what the lock closed, which the database marks by the time. No session of before is the person's
    (User.session_mark)."""
    person = User.objects.select_for_update().get(pk=person_id)
    if person.disabled_at == lock.locked_at:
        person.is_active, person.disabled_at = True, None
        person.save(update_fields=["is_active", "disabled_at"])


def _order_thaw(request: ApprovalRequest, compartments: list[UUID]) -> None:
    """The worker's door wants an order that names the approval."""
    record_change(
        Entry(
            action=Action.KEYS_UNLOCK,
            object_type=ObjectType.APPROVAL,
            object_id=request.pk,
            subjects=tuple(compartments),
        )
    )
    transaction.on_commit(thaw_ordered.delay)
