"""What was said to whom: calls, chats, visits, e-mails. Kept as said; a correction is another row."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.masking import masks
from vault.relations.rows import ClientRow
from vault.sealed.fields import SealedGroup, SealedText

TEXT = "communication.text"


class Channel(models.TextChoices):
    CALL = "call", pgettext_lazy("communication", "Call")
    WECHAT = "wechat", _("WeChat")
    VISIT = "visit", pgettext_lazy("communication", "Visit")
    EMAIL = "email", pgettext_lazy("communication", "E-mail")
    OTHER = "other", pgettext_lazy("communication", "Other")


class Direction(models.TextChoices):
    OUT = "out", _("From us")
    IN = "in", _("From the client")


class Outcome(models.TextChoices):
    REACHED = "reached", _("Spoke with the client")
    NO_ANSWER = "no_answer", _("No answer")
    BUSY = "busy", _("Call back later")
    INTERESTED = "interested", _("Interested")
    NOT_INTERESTED = "not_interested", _("Not interested")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    NO_CONTACT = "no_contact", _("Wants no more contact")
    MESSAGE = "message", _("Left a message")


class Communication(ClientRow):
    """One contact. `corrects` is the row that this one stands in for; a row is corrected once at most."""

    channel = models.CharField(max_length=10, choices=Channel)
    direction = models.CharField(max_length=3, choices=Direction)
    outcome = models.CharField(max_length=16, choices=Outcome)
    at = models.DateTimeField(default=timezone.now)
    minutes = models.PositiveSmallIntegerField(null=True)
    corrects = models.OneToOneField("self", null=True, on_delete=models.CASCADE, related_name="corrected_by")
    followup = models.ForeignKey(
        "vault.FollowUp", null=True, on_delete=models.CASCADE, related_name="contacts"
    )

    words = SealedGroup(TEXT)
    text = SealedText(words, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(channel__in=Channel.values), name="communication_channel_known"
            ),
            models.CheckConstraint(
                condition=Q(direction__in=Direction.values), name="communication_direction_known"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="communication_outcome_known"
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__lte=24 * 60), name="communication_within_a_day"
            ),
            models.CheckConstraint(
                condition=Q(corrects__isnull=True) | ~Q(corrects=F("id")), name="communication_not_of_itself"
            ),
        ]
        indexes = [models.Index(F("client"), F("at").desc(), F("id").desc(), name="communication_by_client")]
