"""The weekly draw of samples. Safe to run twice, and to be killed."""

from celery import shared_task
from django.utils import timezone

from audit.origin import Origin, acting_as
from compliance.review.models import SampleRule
from compliance.review.sampling import draw, last_week
from people.accounts.system import SYSTEM_ID


@shared_task
def draw_samples() -> None:
    """Draws what the last week still lacks; each day, so that a missed Monday is made up for."""
    with acting_as(Origin(actor=SYSTEM_ID)):
        week = last_week(timezone.now())
        for rule in SampleRule.objects.filter(per_week__gt=0):
            draw(rule, week)
