"""Who may decide on a request and has not: told of it, and reminded. A fixed number of queries, however many
people the house has: of whom the permissions say that they might, everything else is asked at once."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils import timezone

from people.accounts.models import Kind, User
from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction, action_of
from people.approvals.standing_in import counsel_for, of_the_house
from people.delegations.models import Delegation, DelegationState
from people.posts.holding import lines


def deciders(request: ApprovalRequest) -> list[User]:
    """Whom the gate gives a voice (voices.py): their own, or that of somebody in whose place they decide."""
    kind = action_of(request.action)
    own = of_the_house(kind, request)
    givers = {person.pk for person in own}
    places = _in_places(kind, givers) - givers - kind.concerned(request)
    others = User.objects.filter(pk__in=places, kind=Kind.STAFF, is_active=True)
    found = [*own, *others.exclude(pk=request.requester_id), *counsel_for(request, len(own))]
    spoken = _spoken(request)
    return [person for person in found if person.pk not in spoken]


def _in_places(kind: ApprovableAction, givers: Collection[UUID]) -> set[UUID]:
    """Delegates, and the deputy of the post whose action it is, while its holder is away."""
    now = timezone.now()
    rows = Delegation.objects.filter(
        giver__in=givers,
        actions__contains=[kind.code],
        state=DelegationState.ACTIVE,
        starts_at__lte=now,
        ends_at__gt=now,
    )
    found = set(rows.values_list("delegate_id", flat=True))
    if kind.post is not None:
        line = lines()[kind.post]
        deputy = line.deputy if line.holder and line.away and line.holder.person_id in givers else None
        if deputy is not None and kind.may_at_all(deputy.person):
            found.add(deputy.person_id)
    return found


def _spoken(request: ApprovalRequest) -> set[UUID]:
    """Whose voice is given, by themselves or for them."""
    rows: Iterable[tuple[UUID, UUID | None]] = request.decisions.values_list("decider_id", "decided_for_id")
    return {voice or decider for decider, voice in rows}
