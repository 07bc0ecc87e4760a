"""What the house knows of whose client is whose: codes, dates and ids, nothing about the client itself."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from vault.records.models import Client, ClientBook

_USER = settings.AUTH_USER_MODEL


class HouseKey(models.Model):
    """The one key under which claims are made, in the house's own compartment of the keyring."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment_key_id = models.BigIntegerField(unique=True)
    key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="house_key_is_one")]


class OwnershipRule(models.Model):
    """How long a book's clients are somebody's. A book without a row has the defaults."""

    book = models.OneToOneField(
        ClientBook, primary_key=True, on_delete=models.CASCADE, related_name="ownership_rule"
    )
    protect_days = models.PositiveSmallIntegerField(_("Protected for (days)"), default=60)
    longest_days = models.PositiveSmallIntegerField(_("At most, however much work (days)"), default=180)
    claims_a_day = models.PositiveSmallIntegerField(
        _("Clients a person may take from the pool a day"), default=10
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(protect_days__gte=1, protect_days__lte=730), name="ownership_days_sane"
            ),
            models.CheckConstraint(
                condition=Q(longest_days__gte=F("protect_days"), longest_days__lte=3650),
                name="ownership_longest_is_longer",
            ),
            models.CheckConstraint(
                condition=Q(claims_a_day__gte=1, claims_a_day__lte=500), name="ownership_claims_sane"
            ),
        ]


class How(models.TextChoices):
    """Why a client has another owner now. Codes stay in the log."""

    ASSIGNED = "assigned", pgettext_lazy("ownership", "Given by a manager")
    CLAIMED = "claimed", pgettext_lazy("ownership", "Taken from the public pool")
    EXPIRED = "expired", pgettext_lazy("ownership", "Protection ended without work")
    HANDED_OVER = "handed_over", pgettext_lazy("ownership", "Handed over when its owner left")
    RELEASED = "released", pgettext_lazy("ownership", "Given back to the public pool")


class OwnershipChange(models.Model):
    """One change of a client's owner; None is the public pool. The first owner is whoever added it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="ownership_changes")
    before = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    after = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField(max_length=12, choices=How)
    by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(how__in=How.values), name="ownership_how_known"),
            models.CheckConstraint(
                condition=Q(before__isnull=True, after__isnull=False)
                | Q(before__isnull=False, after__isnull=True)
                | (Q(before__isnull=False, after__isnull=False) & ~Q(before=F("after"))),
                name="ownership_changes_something",
            ),
        ]
        indexes = [
            models.Index(fields=["by", "at"], name="ownership_by_person", condition=Q(how=How.CLAIMED)),
        ]


class Answer(models.TextChoices):
    """What the person who saved the client was told."""

    TOLD = "told", _("That it has an owner already")
    SILENT = "silent", _("Nothing: too many answers that day")


class DuplicateClaim(models.Model):
    """Somebody saved a client who is another's: told to that owner and to who leads the owner's book.

    Until that manager has seen it, the same person's next try at the same client is this one again.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="duplicate_claims")
    owner = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    manager = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    asker = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=8, choices=Answer)
    at = models.DateTimeField(default=timezone.now)
    owner_saw_at = models.DateTimeField(null=True)
    manager_saw_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="duplicate_answer_known"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(owner_saw_at__isnull=True),
                name="duplicate_seen_by_somebody",
            ),
            models.UniqueConstraint(
                fields=["client", "asker"],
                condition=Q(manager_saw_at__isnull=True),
                name="duplicate_open_once",
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "at"], name="duplicate_by_asker"),
            models.Index(
                fields=["owner"], condition=Q(owner_saw_at__isnull=True), name="duplicate_for_owner"
            ),
            models.Index(
                fields=["manager"], condition=Q(manager_saw_at__isnull=True), name="duplicate_for_manager"
            ),
        ]


class EnquiryBasis(models.TextChoices):
    """The lawful basis that an enquiry brings with it (PIPL 13); codes of `purposes.catalogue.Basis`."""

    CONTRACT = "contract", _("To conclude the contract that the client asks for")
    CONSENT = "consent", _("The client agreed expressly, and sent the data to be contacted")


class Intake(models.Model):
    """A client taken in from a chat, to be completed by `Client.complete_by`."""

    client = models.OneToOneField(Client, primary_key=True, on_delete=models.CASCADE, related_name="intake")
    taken_by = models.ForeignKey(_USER, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField(default=timezone.now)
    basis = models.CharField(max_length=10, choices=EnquiryBasis)
    completed_by = models.ForeignKey(_USER, null=True, on_delete=models.PROTECT, related_name="+")
    completed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(basis__in=EnquiryBasis.values), name="intake_basis_known"),
            models.CheckConstraint(
                condition=Q(completed_at__isnull=True, completed_by__isnull=True)
                | Q(completed_at__isnull=False, completed_by__isnull=False),
                name="intake_completed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["taken_by"], condition=Q(completed_at__isnull=True), name="intake_unfinished"
            )
        ]


# The compartment of the house in the keyring, and the owner of its index key there.
HOUSE = uuid.UUID("5e41a0f2-7c0b-4c1f-9d0e-6f0a1b9c3d57")
CLAIM_INDEX = uuid.uuid5(HOUSE, "client.claim")
