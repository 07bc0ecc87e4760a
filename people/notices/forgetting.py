"""What is kept about a person's notices, and for how long (PIPL arts. 19 and 47)."""

from datetime import timedelta

from django.utils import timezone

from people.notices.models import Digest, KnownPlace, Notice, RobotPost, State

KEPT = timedelta(days=90)
PLACES_KEPT = timedelta(days=180)


def forget_old() -> int:
    """Deletes notices with their messages, digests, posts and places that are older; returns how many rows.

    The log keeps what was done, for as long as it keeps anything; that somebody was told of it is nothing to
    keep. What has not been sent yet stays until it is sent or given up.
    """
    before = timezone.now() - KEPT
    unsent = [State.WAITING, State.GATHERED]
    old = [
        Notice.objects.filter(last_at__lt=before).exclude(messages__state__in=unsent),
        Digest.objects.filter(due_at__lt=before).exclude(messages__state__in=unsent),
        RobotPost.objects.filter(created_at__lt=before).exclude(state=State.WAITING),
        KnownPlace.objects.filter(seen_at__lt=timezone.now() - PLACES_KEPT),
    ]
    return sum(rows.delete()[0] for rows in old)
