"""What waits because of samples: questions to readers, and answers to officers."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.review.sampling import asked_of, waiting_for
from people.accounts.models import User
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """One query for a reader, two more for an officer."""
    dates = list(asked_of(user).values_list("due_at", flat=True))
    is_late = bool(dates) and dates[0] <= timezone.now()
    yield DueItem(
        label=_("Why did you open this? An answer is overdue")
        if is_late
        else _("Why did you open this? Answer"),
        count=len(dates),
        url=reverse("compliance:asked"),
        urgency=Urgency.NOW if is_late else Urgency.SOON,
    )
    waiting = waiting_for(user)
    url = reverse("compliance:log_samples")
    yield DueItem(label=_("Answers to samples: read and decide"), count=waiting.answered, url=url)
    yield DueItem(
        label=_("Samples that nobody answered in time"), count=waiting.overdue, url=url, urgency=Urgency.NOW
    )
