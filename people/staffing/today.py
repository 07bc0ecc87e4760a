"""What changes of staff ask of somebody today."""

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people.accounts.models import User
from people.staffing.access import may_plan, own_joining, own_leaving, waiting_for
from people.staffing.checklist import checklist
from people.staffing.codes import Kind, State
from people.staffing.models import ReturnItem, StaffChange
from people.today import DueItem, Urgency


def due(user: User) -> list[DueItem]:
    """A fixed number of queries."""
    if not user.is_staff:
        return []
    address = reverse("people:staff_changes")
    found = [
        DueItem(
            label=_("Colleagues who leave or change jobs: say who gets what"),
            count=waiting_for(user).count(),
            url=address,
        )
    ]
    leaving = own_leaving(user)
    if leaving is not None and leaving.acknowledged_at is None:
        label = _("You leave the house: read what goes on afterwards, and say that you know")
        found.append(DueItem(label=label, count=1, url=reverse("people:leaving")))
    joining = own_joining(user)
    if joining is not None:
        left = sum(not step.done for step in checklist(joining))
        label = _("To be done before your job opens anything")
        address_of_list = reverse("people:joining")
        found.append(DueItem(label=label, count=left, url=address_of_list, urgency=Urgency.NOW))
    if may_plan(user):
        out = ReturnItem.objects.filter(change=OuterRef("pk"), returned_at__isnull=True)
        gone = StaffChange.objects.filter(Exists(out), kind=Kind.LEAVE, state=State.DONE)
        label = _("Colleagues who left, and have not returned everything")
        found.append(DueItem(label=label, count=gone.count(), url=address, urgency=Urgency.LATER))
        stuck = StaffChange.objects.filter(
            state__in=[State.PLANNED, State.SET], happens_at__lt=timezone.now()
        ).exclude(kind=Kind.JOIN, state=State.SET)  # which waits for its person
        label = _("Changes of staff whose hour has passed")
        found.append(DueItem(label=label, count=stuck.count(), url=address, urgency=Urgency.NOW))
    return found
