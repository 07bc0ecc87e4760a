"""Outside counsel as the second person, where a small house has nobody left to ask (M11).

Why this opens nothing else:

* The voice counts only while fewer of the house's own people may decide than the request needs. With one more
  officer it is gone by the next request, and nobody goes around colleagues by asking a friend outside.
* Only actions that say so (`for_counsel`): their preview holds codes, counts and names of people of the
  house, and nothing about a client.
* Asked of the same gate, with the same exact preview, under the same rules: never one's own request, never
  what concerns oneself.
"""

from django.db.models import Q

from people.accounts.models import Kind, User
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import ApprovableAction, action_of, actions
from people.roles.access import grants_giving, has, know_permissions
from people.roles.permissions import Permission

MOST = 200  # open requests that are looked through: a house that needs counsel has few


def stands_in(user: User, request: ApprovalRequest) -> bool:
    """Whether this person from outside may decide in the place of somebody whom the house does not have."""
    kind = action_of(request.action)
    return (
        kind.for_counsel
        and user.kind == Kind.OUTSIDE
        and user.is_active
        and has(user, Permission.APPROVAL_STAND_IN)
        and user.pk not in kind.concerned(request)
        and not is_enough(kind, request)
    )


def of_the_house(kind: ApprovableAction, request: ApprovalRequest) -> list[User]:
    """The house's own people who may decide on it in their own name. A fixed number of queries: only whoever
    holds one of the permissions that it takes is read at all."""
    holding = Q(pk__in=[])
    for permission in kind.deciding(request):
        holding |= Q(pk__in=grants_giving(permission).values("user"))
    staff = User.objects.filter(holding, kind=Kind.STAFF, is_active=True).exclude(pk=request.requester_id)
    people = list(staff)
    know_permissions(people)
    return kind.who_may(request, people)


def is_enough(kind: ApprovableAction, request: ApprovalRequest) -> bool:
    """Whether the house's own people can decide on it without anybody from outside."""
    return len(of_the_house(kind, request)) >= request.quorum


def waiting_for(user: User) -> list[ApprovalRequest]:
    """The open requests on which the person stands in; none, without a query about them, for all others."""
    if user.kind != Kind.OUTSIDE or not has(user, Permission.APPROVAL_STAND_IN):
        return []
    codes = [action.code for action in actions() if action.for_counsel]
    open_ones = ApprovalRequest.objects.filter(action__in=codes, state=State.PENDING).order_by("created_at")
    return [request for request in open_ones[:MOST] if stands_in(user, request)]


def counsel_for(request: ApprovalRequest, able: int) -> list[User]:
    """Everybody who stands in on it; `able` of the house's own people may decide on it."""
    kind = action_of(request.action)
    if not kind.for_counsel or able >= request.quorum:
        return []
    holders = grants_giving(Permission.APPROVAL_STAND_IN).values("user")
    outside = list(User.objects.filter(pk__in=holders, kind=Kind.OUTSIDE, is_active=True))
    know_permissions(outside)
    concerned = kind.concerned(request)
    return [
        person
        for person in outside
        if has(person, Permission.APPROVAL_STAND_IN) and person.pk not in concerned
    ]
