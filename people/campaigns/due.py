"""What campaigns and the pulse put into a person's day."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.campaigns.services import unseen
from people.pulse.models import PulseVoice
from people.pulse.services import newest
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """Four queries."""
    if not user.is_staff:
        return
    yield DueItem(
        label=_("Campaigns of the house that you have not read"),
        count=unseen(user).count(),
        url=reverse("people:campaigns_mine"),
        urgency=Urgency.LATER,
    )
    pulse = newest()
    asked = pulse is not None and pulse.is_open
    asked = asked and not PulseVoice.objects.filter(round=pulse, person_id=user.pk).exists()
    yield DueItem(
        label=_("A short anonymous survey asks for your answer"),
        count=int(asked),
        url=reverse("people:pulse"),
        urgency=Urgency.LATER,
    )
