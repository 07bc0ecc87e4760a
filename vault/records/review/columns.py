"""What a book and a client keep for the review: periods, and when each group was last confirmed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from vault.records.labels import Group

PERIOD = {group: f"{group.name.lower()}_review_months" for group in Group}
COLUMN = {group: f"{group.name.lower()}_confirmed_at" for group in Group}
MOST_MONTHS = 60


class ReviewPeriods(models.Model):
    """Of a book: a group that nobody has confirmed for so many months is to be looked at again."""

    identity_review_months = models.PositiveSmallIntegerField(default=12)
    contact_review_months = models.PositiveSmallIntegerField(default=12)
    financial_review_months = models.PositiveSmallIntegerField(default=12)
    notes_review_months = models.PositiveSmallIntegerField(default=12)

    class Meta:
        abstract = True


def periods_sane() -> models.CheckConstraint:
    """Every period is one to MOST_MONTHS months."""
    within = {f"{column}__range": (1, MOST_MONTHS) for column in PERIOD.values()}
    return models.CheckConstraint(condition=Q(**within), name="book_review_periods_sane")


class Confirmations(models.Model):
    """Of a client: when somebody last made sure that the data are right.

    `confirmed_at` is the oldest of all groups, by which lists sort; a group's own column says its own, where
    it is newer.
    """

    confirmed_at = models.DateTimeField(default=timezone.now)
    identity_confirmed_at = models.DateTimeField(null=True)
    contact_confirmed_at = models.DateTimeField(null=True)
    financial_confirmed_at = models.DateTimeField(null=True)
    notes_confirmed_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True
