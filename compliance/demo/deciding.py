"""Decisions of the demo as people make them: asked some hours before, the preview open for some minutes.

What a row says of itself is set so. The entries of the log are not: their time is the database's own
(`clock_timestamp()`, audit/migrations/log.sql), which no login chooses, and so all lie within the seeding.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random

from django.utils import timezone

from audit.origin import Origin, acting_as
from people.accounts.models import User
from people.approvals.models import ApprovalRequest, PreviewOpening, Verdict
from people.approvals.services import decide, open_preview

_RNG = Random(20261123)  # noqa: S311  (no secret: the same demo each time)


@contextmanager
def some_hours_ago() -> Iterator[None]:
    """What is asked for within was asked for one to nine hours ago."""
    now, ago = timezone.now, timedelta(minutes=_RNG.randrange(60, 9 * 60))
    timezone.now = lambda: now() - ago
    try:
        yield
    finally:
        timezone.now = now


def agree(decider: User, request: ApprovalRequest, reason: str) -> None:
    """Opened some minutes ago, read, and agreed to now."""
    read = timedelta(seconds=_RNG.randrange(70, 14 * 60))
    PreviewOpening.objects.create(
        request=request, person=decider, digest=request.preview_digest, at=timezone.now() - read
    )
    with acting_as(Origin(actor=decider.pk)):
        open_preview(actor=decider, request=request)
        decide(actor=decider, request=request, verdict=Verdict.APPROVE, reason=reason)
