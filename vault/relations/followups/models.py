"""What is to be done next with a client, by whom and when."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.masking import masks
from vault.purposes.catalogue import Purpose, Reason
from vault.relations.rows import ClientRow
from vault.sealed.fields import SealedGroup, SealedText

NOTE = "followup.note"


class FollowUpState(models.TextChoices):
    OPEN = "open", pgettext_lazy("follow-up", "Open")
    DONE = "done", pgettext_lazy("follow-up", "Done")
    DROPPED = "dropped", pgettext_lazy("follow-up", "Dropped")


class Repeat(models.IntegerChoices):
    """Days after a contact until the next one."""

    NEVER = 0, pgettext_lazy("repeat", "Once")
    WEEKLY = 7, _("Every week")
    FORTNIGHTLY = 14, _("Every two weeks")
    MONTHLY = 30, _("Every 30 days")
    QUARTERLY = 90, _("Every 90 days")

    @property
    def gap(self) -> timedelta:
        return timedelta(days=self.value)


class FollowUp(ClientRow):
    """A contact that is due. It carries purpose and reason, so that calling takes one key.

    `shown_at`: when the number was shown and the call is not noted yet.
    """

    assigned = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    purpose = models.CharField(max_length=20, choices=Purpose)
    reason = models.CharField(max_length=20, choices=Reason)
    repeat = models.PositiveSmallIntegerField(choices=Repeat, default=Repeat.NEVER)
    state = models.CharField(max_length=8, choices=FollowUpState, default=FollowUpState.OPEN)
    shown_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    words = SealedGroup(NOTE)
    note = SealedText(words, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="followup_purpose_known"),
            # Another reason is told in words at each reveal: no follow-up can carry it beforehand.
            models.CheckConstraint(
                condition=Q(reason__in=[code for code in Reason.values if code != Reason.OTHER]),
                name="followup_reason_known",
            ),
            models.CheckConstraint(condition=Q(repeat__in=Repeat.values), name="followup_repeat_known"),
            models.CheckConstraint(
                condition=Q(state=FollowUpState.OPEN, ended_at__isnull=True)
                | Q(state__in=(FollowUpState.DONE, FollowUpState.DROPPED), ended_at__isnull=False),
                name="followup_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True) | Q(state=FollowUpState.OPEN),
                name="followup_shown_is_open",
            ),
        ]
        indexes = [
            models.Index(F("assigned"), F("due_at"), F("id"), condition=Q(state="open"), name="followup_due"),
        ]
