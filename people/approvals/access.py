"""Who may see an approval request: who asked, who may decide, who has decided."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from audit.actions import Action, ObjectType
from audit.refusals import Refused
from people.accounts.models import User
from people.approvals.models import ApprovalDecision, ApprovalRequest, State
from people.approvals.registry import action_of, actions
from people.approvals.standing_in import waiting_for
from people.approvals.voices import in_force_for, voice_of
from people.notices.kinds import kind_of
from people.posts.holding import lines
from people.roles.access import has

MOST_WALKED = 500


def get_request(user: User, request_id: UUID) -> ApprovalRequest:
    """Raises Refused."""
    request = ApprovalRequest.objects.select_related("requester").filter(pk=request_id).first()
    if request is None or not _visible(user, request):
        raise Refused(ObjectType.APPROVAL, request_id, Action.APPROVAL_OPEN)
    return request


def to_decide(user: User) -> QuerySet[ApprovalRequest]:
    """Open requests that wait for this person: of actions they decide on, themselves or in somebody's place,
    not their own, not decided by them yet."""
    theirs, posts = Q(pk__in=[]), lines()
    for action in actions():
        among, in_line = action.among(user), action.in_line(user, posts)
        if among is not None and in_line is not None:
            theirs |= Q(action=action.code) & among & in_line
        absent = action.absent_for(user, posts)
        if absent is not None:
            theirs |= _in_the_place_of(absent, user, [action.code])
    theirs |= Q(pk__in=[request.pk for request in waiting_for(user)])
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


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request stands among those that wait for somebody, the oldest first; `position` counts from 1,
    and is None for one that does not wait for them."""

    total: int
    position: int | None
    before: UUID | None
    after: UUID | None


def place_among_waiting(user: User, request: ApprovalRequest) -> Place:
    """One query, over as many as a person can be expected to walk."""
    ids = list(to_decide(user).order_by("created_at", "pk").values_list("pk", flat=True)[:MOST_WALKED])
    if request.pk not in ids:
        return Place(len(ids), None, None, ids[0] if ids else None)
    at = ids.index(request.pk)
    before, after = ids[at - 1] if at else None, ids[at + 1] if at + 1 < len(ids) else None
    return Place(len(ids), at + 1, before, after)


def requested(user: User) -> QuerySet[ApprovalRequest]:
    return ApprovalRequest.objects.filter(requester=user).select_related("requester")


def escalated(user: User) -> QuerySet[ApprovalRequest]:
    """What nobody decides on although half its time is over: for officers, who see to it that somebody does.

    They see what is asked for and why, not the preview: that is for whoever decides.
    """
    open_ones = ApprovalRequest.objects.filter(
        state=State.PENDING, escalated_at__isnull=False, expires_at__gt=timezone.now()
    )
    watches = any(has(user, permission) for permission in kind_of("approval.escalated").told)
    shown = open_ones if watches else open_ones.none()
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
