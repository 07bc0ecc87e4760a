"""What conduct cases put into a person's day."""

from collections.abc import Iterator

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from compliance.conduct.access import my_cases
from compliance.conduct.codes import State
from compliance.conduct.models import ConductCase
from people.accounts.models import Kind, User
from people.today import DueItem, Urgency


def due(user: User) -> Iterator[DueItem]:
    """Four queries."""
    if user.kind != Kind.STAFF:
        return
    now, cases, mine = timezone.now(), reverse("compliance:conduct"), reverse("compliance:conduct_mine")
    to_reply = my_cases(user).filter(state=State.OPEN, replied_at__isnull=True, reply_due__gt=now)
    yield DueItem(
        label=_("A case about you: your reply is asked for"),
        count=to_reply.count(),
        url=mine,
        urgency=Urgency.NOW,
    )
    told = my_cases(user).filter(state=State.DECIDED, appeal_due__gt=now)
    yield DueItem(label=_("A case about you is decided: you can appeal"), count=told.count(), url=mine)
    heard = Q(replied_at__isnull=False) | Q(reply_due__lte=now)
    waiting = ConductCase.objects.filter(Q(first=user) | Q(second=user), heard, state=State.OPEN)
    yield DueItem(
        label=_("Conduct cases that wait for your word"),
        count=waiting.exclude(votes__by=user).count(),
        url=cases,
    )
    appeals = list(
        ConductCase.objects.filter(appeal_by=user, state=State.APPEALED).values_list("answer_due", flat=True)
    )
    late = any(day is not None and day <= now for day in appeals)
    yield DueItem(
        label=_("Appeals that wait for your answer"),
        count=len(appeals),
        url=cases,
        urgency=Urgency.NOW if late else Urgency.SOON,
    )
