"""In whose name somebody decides: their own, that of a person who delegated to them, or that of the holder of
a post whose deputy they are, while the holder is away.

What a giver may decide is asked of the same gate at each request: a delegation gives nothing that its giver
has lost meanwhile, and nobody's own request comes back to them by way of their delegate.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from people.accounts.models import User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction
from people.approvals.standing_in import stands_in
from people.delegations.models import Delegation, DelegationState
from people.posts.holding import lines


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice on a request. `giver` is None for the decider's own."""

    giver: User | None = None


def voice_of(user: User, request: ApprovalRequest, kind: ApprovableAction) -> Voice | None:
    """The voice by which this person may decide on the request; None for none. Their own goes first.

    Whom the request concerns decides on it in nobody's place either.
    """
    if kind.may_decide(user, request) or stands_in(user, request):
        return Voice()
    if user.pk in kind.concerned(request):
        return None
    absent = kind.absent_for(user, lines()) if kind.post else None
    if absent is not None and absent.pk != request.requester_id and kind.may_decide(absent, request):
        return Voice(absent)
    for delegation in in_force_for(user):
        giver = delegation.giver
        if kind.code not in delegation.actions or giver.pk == request.requester_id:
            continue
        if kind.may_decide(giver, request):
            return Voice(giver)
    return None


def in_force_for(user: User) -> QuerySet[Delegation]:
    """The delegations to this person that count now. A disabled account decides nothing for anybody."""
    now = timezone.now()
    rows = Delegation.objects.filter(
        delegate=user, delegate__is_active=True, giver__is_active=True, state=DelegationState.ACTIVE
    )
    return (
        rows.filter(starts_at__lte=now, ends_at__gt=now).select_related("giver").order_by("created_at", "pk")
    )


def has_spoken(request: ApprovalRequest, person: User) -> bool:
    """Whether this person's voice on the request is given, by themselves or for them."""
    return request.decisions.filter(
        Q(decider=person, decided_for__isnull=True) | Q(decided_for=person)
    ).exists()
