"""Who may see an approval request: who asked, who may decide, who has decided."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalDecision, ApprovalRequest, State
from people.approvals.registry import action_of, actions


def get_request(user: User, request_id: UUID) -> ApprovalRequest:
    """Raises Refused."""
    request = ApprovalRequest.objects.select_related("requester").filter(pk=request_id).first()
    if request is None or not _visible(user, request):
        raise Refused(ObjectType.APPROVAL, request_id, Action.APPROVAL_OPEN)
    return request


def to_decide(user: User) -> QuerySet[ApprovalRequest]:
    """Open requests that wait for this person: of actions they decide on, not their own, not decided by them
    yet."""
    theirs = Q(pk__in=[])
    for action in actions():
        among = action.among(user)
        if among is not None:
            theirs |= Q(action=action.code) & among
    return (
        ApprovalRequest.objects.filter(
            theirs, ~_decided_by(user), state=State.PENDING, expires_at__gt=timezone.now()
        )
        .exclude(requester=user)
        .select_related("requester")
    )


def requested(user: User) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(requester=user).select_related("requester")


def decided(user: User) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(_decided_by(user)).select_related("requester")


def _decided_by(user: User) -> Q:
    return Q(Exists(ApprovalDecision.objects.filter(request=OuterRef("pk"), decider=user)))


def _visible(user: User, request: ApprovalRequest) -> bool:
    if request.requester_id == user.pk:
        return True
    if action_of(request.action).may_decide(user, request):
        return True
    return request.decisions.filter(decider=user).exists()
