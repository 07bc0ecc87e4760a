"""The yearly pledge of honesty and confidence: its words of a year, and who signed them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language

SHORTEST = 30  # characters of a text
DAYS = 21  # to sign in, for everybody, and for who joins later from their first day
PERSON = settings.AUTH_USER_MODEL


class PledgeRound(models.Model):
    """A year's pledge. From when it was opened, it and no earlier one is owed; nothing of it changes then
    (triggers of migration 0019)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    year = models.PositiveSmallIntegerField()
    text_zh = models.TextField(max_length=4000)
    text_en = models.TextField(max_length=4000)
    text_hash = models.BinaryField(max_length=32)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["year"], name="pledge_once_a_year"),
            models.CheckConstraint(
                condition=Q(text_zh__regex=rf"^.{{{SHORTEST},}}", text_en__regex=rf"^.{{{SHORTEST},}}"),
                name="pledge_in_both_languages",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("opened_at")), name="pledge_due_later"),
            models.CheckConstraint(condition=Q(year__gte=2020, year__lte=2200), name="pledge_year"),
        ]

    @property
    def text(self) -> str:
        """In the reader's language."""
        return self.text_zh if get_language() == "zh-hans" else self.text_en


class PledgeSignature(models.Model):
    """Evidence: never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    round = models.ForeignKey(PledgeRound, on_delete=models.PROTECT, related_name="signatures")
    text_hash = models.BinaryField(max_length=32)
    typed_name = models.CharField(max_length=80)
    language = models.CharField(max_length=10)
    signed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "round"], name="pledge_signed_once"),
            models.CheckConstraint(condition=~Q(typed_name=""), name="pledge_signed_by_name"),
        ]


class PledgeDue(models.Model):
    """Who owes the newest pledge by when, and when they signed: one row for each open staff account. A view
    (migration 0019), which pages, the day and the gates ask."""

    id = models.CharField(primary_key=True, max_length=72)
    person = models.ForeignKey(PERSON, on_delete=models.DO_NOTHING, related_name="+")
    round = models.ForeignKey(PledgeRound, on_delete=models.DO_NOTHING, related_name="dues")
    due_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "people_pledgedue"

    @property
    def is_late(self) -> bool:
        return self.signed_at is None and self.due_at <= timezone.now()
