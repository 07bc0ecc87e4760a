"""How far each receiver is."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    WEBHOOK = "webhook", _("Webhook")
    SYSLOG = "syslog", _("Syslog over TLS")


class Trouble(models.TextChoices):
    """Why a receiver did not take what it was sent. Codes: what it answered is not kept."""

    UNREACHABLE = "stream.unreachable", _("Not reachable")
    TLS = "stream.tls", _("Its certificate is not trusted, or TLS failed")
    REFUSED = "stream.refused", _("It refused what it was sent")
    REDIRECT = "stream.redirect", _("It answered with a redirect, which is not followed")
    SETTING = "stream.setting", _("The address or the secret in the settings cannot be used")


class StreamPlace(models.Model):
    """`next_index` is the index of the first leaf that the receiver has not acknowledged.

    `address` is the SHA-256 of where it is sent: another address is another receiver and begins at the
    log's start.
    """

    kind = models.CharField(max_length=10, choices=Kind)
    address = models.CharField(max_length=64)
    next_index = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=20, choices=Trouble, blank=True)
    failing_since = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "address"], name="stream_place_once"),
            models.CheckConstraint(condition=Q(next_index__gte=0), name="stream_place_not_negative"),
            models.CheckConstraint(
                condition=Q(trouble="", failing_since__isnull=True, attempts=0)
                | Q(trouble__in=Trouble.values, failing_since__isnull=False, attempts__gte=1),
                name="stream_trouble_since_when",
            ),
        ]
