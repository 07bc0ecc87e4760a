"""Whether a request was approved before it was made (people.standing), and how that is used up.

The rules stand in the database once more: a request becomes approved without decisions only by a standing
approval of its own requester for its own action that is in force, and each use counts one
(people/migrations/sql/standing.sql).
"""

from django.db.models import F
from django.utils import timezone

from people.approvals.models import ApprovalRequest
from people.approvals.registry import ApprovableAction
from people.standing.models import StandingApproval


def standing_for(request: ApprovalRequest, kind: ApprovableAction) -> StandingApproval | None:
    """The standing approval that covers this request, under a lock until the transaction ends.

    Who gave it must still be somebody who could decide on this very request: what a decider loses, what they
    gave beforehand loses too.
    """
    if not kind.standing_limit or kind.grave:
        return None
    rows = StandingApproval.objects.select_for_update(of=("self",)).select_related("given_by")
    found = rows.filter(
        holder_id=request.requester_id,
        action=kind.code,
        limit__gte=kind.size_of(request.params),
        used__lt=F("uses"),
        ended_at__isnull=True,
        valid_until__gt=timezone.now(),
    ).first()
    if found is None or not kind.may_decide(found.given_by, request):
        return None
    return found


def use_up(standing: StandingApproval) -> None:
    """One use less."""
    standing.used += 1
    standing.save(update_fields=["used"])
