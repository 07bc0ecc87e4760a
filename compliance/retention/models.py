"""How long clients are kept, and why: PIPL 19 asks for the shortest time that the purpose needs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.purposes.catalogue import Holding, Purpose
from vault.records.models import ClientBook, Source

MAX_DAYS = 36_525  # a hundred years


class Trigger(models.TextChoices):
    """The day from which the period runs."""

    CREATED = "created", _("The day the record was made")
    UPDATED = "updated", _("The day the record was last changed")


class Basis(models.TextChoices):
    """The ground for the period. Codes are kept in the log for ever."""

    PURPOSE = "pipl19", _("Shortest time for the purpose (PIPL 19)")
    DELETION = "pipl47", _("Duty to delete (PIPL 47)")
    ENTRUSTED = "pipl21", _("Entrusted processing is over (PIPL 21)")
    CONTRACT = "contract", _("Contract and limitation period (Civil Code 188)")
    LAW = "law", _("Another law prescribes the period")


class EndReason(models.TextChoices):
    """Why a client is needed no more (PIPL 47). Codes are kept in the log for ever."""

    PURPOSE_DONE = "end.purpose_done", _("What it was collected for is done")
    UNREACHABLE = "end.unreachable", _("The client cannot be reached to have it confirmed")
    CLIENT_ASKED = "end.client_asked", _("The client wants no more service")
    NEVER_NEEDED = "end.never_needed", _("It was never needed, or is in the book twice")


class RetentionRule(models.Model):
    """Clients in this scope are due `period_days` after their trigger; an empty part fits everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(pgettext_lazy("rule", "name"), max_length=80, unique=True)
    book = models.ForeignKey(
        ClientBook, verbose_name=_("client book"), null=True, blank=True, on_delete=models.PROTECT
    )
    holding = models.CharField(_("whose clients"), max_length=10, choices=Holding, blank=True)
    source = models.CharField(_("source"), max_length=20, choices=Source, blank=True)
    purpose = models.CharField(_("purpose of use"), max_length=20, choices=Purpose, blank=True)
    trigger = models.CharField(_("counted from"), max_length=10, choices=Trigger)
    period_days = models.PositiveIntegerField(_("days kept"))
    basis = models.CharField(_("legal basis"), max_length=20, choices=Basis)
    note = models.CharField(_("note"), max_length=300, blank=True)
    active = models.BooleanField(_("in force"), default=True)
    next_review = models.DateField(_("next review"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="rule_has_a_name"),
            models.CheckConstraint(condition=Q(trigger__in=Trigger.values), name="rule_trigger_known"),
            models.CheckConstraint(condition=Q(basis__in=Basis.values), name="rule_basis_known"),
            models.CheckConstraint(condition=Q(holding__in=["", *Holding.values]), name="rule_holding_known"),
            models.CheckConstraint(condition=Q(source__in=["", *Source.values]), name="rule_source_known"),
            models.CheckConstraint(condition=Q(purpose__in=["", *Purpose.values]), name="rule_purpose_known"),
            models.CheckConstraint(
                condition=Q(period_days__gte=1, period_days__lte=MAX_DAYS), name="rule_period_sane"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def counted_from(self) -> str:
        """The client's column that the period runs from."""
        return {Trigger.CREATED: "created_at", Trigger.UPDATED: "updated_at"}[Trigger(self.trigger)]


class EndOfUse(models.Model):
    """An officer's decision that a client is needed no more: every period ends but one that a law prescribes.

    Plain ids: the client's row will be gone, this line stays and says by whose word.
    """

    client_id = models.UUIDField(primary_key=True)
    book_id = models.UUIDField()
    reason = models.CharField(max_length=20, choices=EndReason)
    approval_id = models.UUIDField(unique=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=EndReason.values), name="end_reason_known"),
            models.CheckConstraint(
                condition=~Q(asked_by=models.F("decided_by")), name="end_of_use_by_two_people"
            ),
        ]
