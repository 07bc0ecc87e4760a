"""What is due on policies, for the day's page of staff and of officers."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import Kind, User
from people.arrears import Arrear
from people.policies.access import asked_of, in_force, late
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

ARREAR = Arrear(
    code="arrears.policy",
    words=gettext_lazy("A policy of the house is not accepted, and its time is over."),
    page="people:policies_mine",
)
_SOON = timedelta(days=3)


def due(user: User) -> Iterator[DueItem]:
    """Three queries at most."""
    if user.kind != Kind.STAFF:
        return
    open_ones = list(asked_of(user).filter(accepted_at__isnull=True).values_list("due_at", flat=True))
    pressing = bool(open_ones) and min(open_ones) <= timezone.now() + _SOON
    yield DueItem(
        label=_("Policies of the house to read and accept"),
        count=len(open_ones),
        url=reverse("people:policies_mine"),
        urgency=Urgency.NOW if pressing else Urgency.SOON,
    )
    if has(user, Permission.DUTY_MANAGE):
        yield DueItem(
            label=_("Policies whose review is overdue"),
            count=in_force().filter(review_on__lte=timezone.localdate()).count(),
            url=reverse("people:policies"),
        )
        yield DueItem(
            label=_("People late with a policy: rooms and plaintext are closed to them"),
            count=late().values("person_id").distinct().count(),
            url=reverse("people:policies"),
        )
