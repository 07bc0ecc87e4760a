"""Deals, the twelve stages they go through, and the staff who work on them."""

import uuid

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.IntegerChoices):
    """Where a deal stands; a higher stage opens more of its room."""

    MANDATE = 1, pgettext_lazy("stage", "Mandate")
    KYC = 2, pgettext_lazy("stage", "KYC")
    TEASER = 3, pgettext_lazy("stage", "Teaser")
    NDA = 4, pgettext_lazy("stage", "NDA")
    SUMMARY = 5, pgettext_lazy("stage", "Summary documents")
    DILIGENCE = 6, pgettext_lazy("stage", "Due diligence")
    NEGOTIATION = 7, pgettext_lazy("stage", "Negotiation")
    SIGNING = 8, pgettext_lazy("stage", "Signing")
    REGISTRATION = 9, pgettext_lazy("stage", "Registration change")
    HANDOVER = 10, pgettext_lazy("stage", "Hand-over")
    CLOSED = 11, pgettext_lazy("stage", "Closed")
    RETENTION = 12, pgettext_lazy("stage", "Retention and destruction")


class DealType(models.TextChoices):
    """Decides which law governs the customers' data (PIPL 22 and 23)."""

    SHARES = "shares", pgettext_lazy("deal type", "Share deal")
    ASSETS = "assets", pgettext_lazy("deal type", "Asset deal")
    MERGER = "merger", pgettext_lazy("deal type", "Merger or division")
    SOLE_TRADER = "sole_trader", pgettext_lazy("deal type", "Sole-trader change")


class Deal(models.Model):
    """A company transfer, known by its code name. What the target is called lies sealed in the room."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code_name = models.CharField(
        _("code name"),
        max_length=40,
        validators=[RegexValidator(r"^\w[\w -]*\Z", _("Letters, digits, spaces and dashes only."))],
    )
    deal_type = models.CharField(_("deal type"), max_length=12, choices=DealType)
    stage = models.PositiveSmallIntegerField(_("stage"), choices=Stage, default=Stage.MANDATE)
    lead = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("deal lead")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Upper("code_name"),
                name="deal_code_name_unique",
                violation_error_message=_("This code name is taken."),
            ),
            models.CheckConstraint(condition=~Q(code_name=""), name="deal_has_a_code_name"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="deal_stage_known"),
            models.CheckConstraint(condition=Q(deal_type__in=DealType.values), name="deal_type_known"),
        ]
        indexes = [models.Index(fields=["stage", "created_at", "id"], name="deal_by_stage")]

    def __str__(self) -> str:
        return self.code_name


class DealMember(models.Model):
    """A member of staff who works on the deal. No row, no access, whatever the role."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "deal"], name="deal_member_once")]
