"""Open requests for approval of whoever leaves or changes jobs: taken back, and their heir is told.

Nobody can ask in another's name, and what was asked for was asked for with a reason of one's own; so the heir
asks anew where it is still needed.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import Kind, User
from people.approvals.models import ApprovalRequest, State
from people.approvals.registry import action_of
from people.approvals.services import withdraw
from people.notices.services import notify
from people.staffing.estate import Thing

TAKEN_BACK = "staffing.request"


class Requests:
    label = _("Requests that wait for somebody")

    def things(self, person: User) -> Sequence[Thing]:
        waiting = ApprovalRequest.objects.filter(
            requester=person, state=State.PENDING, expires_at__gt=timezone.now()
        )
        return [Thing(one.pk, str(action_of(one.action).label)) for one in waiting.order_by("created_at")]

    def heirs(self, person: User, thing: UUID) -> "QuerySet[User]":
        staff = User.objects.filter(kind=Kind.STAFF, is_active=True).exclude(pk=person.pk)
        found: QuerySet[User] = staff.order_by("display_name", "id")
        return found

    def give(self, *, actor: User, person: User, thing: UUID, to: User | None) -> None:
        withdraw(actor=person, request=ApprovalRequest.objects.get(pk=thing))
        if to is not None:
            notify(TAKEN_BACK, [to])
