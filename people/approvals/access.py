"""Who may see an approval request: who asked, who may decide, who has decided."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalDecision, ApprovalRequest, State
from people.approvals.registry import action_of, actions
from people.approvals.voices import in_force_for, voice_of
from people.roles.access import has
from people.roles.permissions import Permission


def get_request(user: User, request_id: UUID) -> ApprovalRequest:
    """Raises Refused."""
    request = ApprovalRequest.objects.select_related("requester").filter(pk=request_id).first()
    if request is None or not _visible(user, request):
        raise Refused(ObjectType.APPROVAL, request_id, Action.APPROVAL_OPEN)
    return request


def to_decide(user: User) -> QuerySet[ApprovalRequest]:
    """Open requests that wait for this person: of actions they decide on, themselves or in somebody's place,
    not their own, not decided by them yet."""
    theirs = Q(pk__in=[])
    for action in actions():
        among = action.among(user)
        if among is not None:
            theirs |= Q(action=action.code) & among
    for delegation in in_force_for(user):
        theirs |= _in_the_place_of(delegation.giver, user, delegation.actions)
    return (
        ApprovalRequest.objects.filter(
            theirs,
            ~_decided_by(user),
            ~_decided_for(user),
            state=State.PENDING,
            expires_at__gt=timezone.now(),
        )
        .exclude(requester=user)
        .select_related("requester")
    )


def requested(user: User) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(requester=user).select_related("requester")


def escalated(user: User) -> QuerySet[ApprovalRequest]:
    """What nobody decides on although half its time is over: for officers, who see to it that somebody does.

    They see what is asked for and why, not the preview: that is for whoever decides.
    """
    open_ones = ApprovalRequest.objects.filter(
        state=State.PENDING, escalated_at__isnull=False, expires_at__gt=timezone.now()
    )
    shown = open_ones if has(user, Permission.APPROVAL_DECIDE) else open_ones.none()
    return shown.select_related("requester")


def decided(user: User) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(_decided_by(user)).select_related("requester")


def _decided_by(user: User) -> Q:
    return Q(Exists(ApprovalDecision.objects.filter(request=OuterRef("pk"), decider=user)))


def _in_the_place_of(giver: User, delegate: User, codes: list[str]) -> Q:
    """What waits for the giver too, is not their own and does not concern the delegate."""
    found = Q(pk__in=[])
    for code in codes:
        among = action_of(code).among(giver)
        if among is not None:
            found |= Q(action=code) & among & ~action_of(code).concerning(delegate)
    return found & ~Q(requester=giver) & ~_decided_by(giver) & ~_decided_for(giver)


def _decided_for(person: User) -> Q:
    return Q(Exists(ApprovalDecision.objects.filter(request=OuterRef("pk"), decided_for=person)))


def _visible(user: User, request: ApprovalRequest) -> bool:
    if request.requester_id == user.pk:
        return True
    if voice_of(user, request, action_of(request.action)) is not None:
        return True
    return request.decisions.filter(decider=user).exists()
