"""Previews of a data room: a deal's lead looks at it as one of its outside people would get it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.ids import uuid7
from deals.rooms.models import Room

LASTS = timedelta(minutes=15)


class Over(models.TextChoices):
    """Why a preview is over. Entries keep the code as their reason."""

    ENDED = "preview.ended", _("Ended by whoever looked")
    TIME = "preview.time", _("The time of the preview was over")
    SESSION = "preview.session", _("Signed out, or in anew")
    VIEWER = "preview.viewer", _("Whoever looked does not lead the deal any more")
    PERSON = "preview.person", _("The person shown is not in the data room any more")
    CLOSED = "preview.closed", _("The deal is closed")
    FROZEN = "preview.frozen", _("The data room is frozen")


class RoomPreview(models.Model):
    """One preview: who looks, as whom, in which session, until when.

    The row decides; the session only says which row. What it says of people and times is never changed, and
    an end never taken back; staff look, outside people are shown (trigger of migration 0005).
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="+")
    viewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session = models.UUIDField()  # as the log calls it, not its key
    begun_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    over = models.CharField(max_length=20, choices=Over, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begun_at"), ends_at__lte=F("begun_at") + LASTS),
                name="room_preview_is_short",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, over="") | Q(ended_at__isnull=False, over__in=Over.values),
                name="room_preview_ends_for_a_reason",
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at__isnull=True), name="room_preview_one_a_session"
            ),
        ]
        indexes = [
            models.Index(fields=["ends_at"], name="room_preview_open", condition=Q(ended_at__isnull=True))
        ]
