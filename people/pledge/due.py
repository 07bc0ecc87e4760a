"""What the yearly pledge puts into a person's day, and what they are late with."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from people.accounts.models import User
from people.arrears import Arrear
from people.pledge.models import PledgeDue
from people.pledge.services import late, newest
from people.roles.access import has
from people.roles.permissions import Permission
from people.today import DueItem, Urgency

ARREAR = Arrear(
    code="arrears.pledge",
    words=gettext_lazy("This year's pledge of honesty and confidence is not signed, and its time is over."),
    page="people:pledge",
)
_SOON = timedelta(days=5)


def due(user: User) -> Iterator[DueItem]:
    """One query; three for officers."""
    if not user.is_staff:
        return
    own = PledgeDue.objects.filter(person_id=user.pk, signed_at__isnull=True).first()
    pressing = own is not None and own.due_at <= timezone.now() + _SOON
    yield DueItem(
        label=_("This year's pledge to sign"),
        count=int(own is not None),
        url=reverse("people:pledge"),
        urgency=Urgency.NOW if pressing else Urgency.SOON,
    )
    if has(user, Permission.DUTY_MANAGE):
        pledge = newest()
        missing = pledge is not None and pledge.year < timezone.localdate().year
        kept = reverse("people:pledges")
        yield DueItem(label=_("This year's pledge is not open yet"), count=int(missing), url=kept)
        yield DueItem(
            label=_("People late with the pledge: rooms and plaintext are closed to them"),
            count=late().count(),
            url=kept,
        )
