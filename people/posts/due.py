"""What posts put into a person's day."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from people.accounts.models import User
from people.posts.access import may_propose
from people.posts.codes import State
from people.posts.models import Appointment, Vacancy
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """One query; two for whoever can fill a post."""
    if not user.is_staff:
        return
    offered = Appointment.objects.filter(person_id=user.pk, state=State.AGREED)
    posts = reverse("people:posts")
    yield DueItem(label=_("Posts that are offered to you"), count=offered.count(), url=posts)
    if not may_propose(user):
        return
    ends = list(Vacancy.objects.filter(filled_at__isnull=True).values_list("due_at", flat=True))
    over = sum(end <= timezone.now() for end in ends)
    yield DueItem(
        label=_("Posts of the house that nobody holds, past the day set for filling them"),
        count=over,
        url=posts,
        urgency=Urgency.NOW,
    )
    yield DueItem(label=_("Posts of the house that nobody holds"), count=len(ends) - over, url=posts)
