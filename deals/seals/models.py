"""Undertakings of companies: who demands one, the document drawn up, the sealed copies that came back.

What is known of a company, its name, its code and who sealed for it, lies sealed under a key of the
undertaking, in a compartment of this slice and not in the room's: the duty of confidence outlives the room.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from deals.rooms.models import GroupKind, RoomGroup
from deals.seals.ca.answers import Trouble

PERSON = settings.AUTH_USER_MODEL
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
MOST_PAGES = 60  # of a sealed copy and what comes with it
MOST_FILES = 12  # of one return: phone photographs are a file a page
LARGEST = 15 * 1024**2  # bytes of one file


class SealKeys(models.Model):
    """The compartment of this slice in the keyring. One row."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    compartment = models.UUIDField(unique=True)
    compartment_key_id = models.BigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="seal_keys_is_one")]


class SealDemand(models.Model):
    """That the company of a group (made by the deal's lead or an officer), or of every group of a side in
    every room (made by an officer for the house), is bound beside its people. While it stands, the group
    opens nothing without an undertaking in force (`deals.rooms.reach`)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    group = models.ForeignKey(RoomGroup, null=True, on_delete=models.PROTECT, related_name="seal_demands")
    kind = models.CharField(max_length=8, choices=GroupKind, blank=True)
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=False, kind="") | Q(group__isnull=True, kind__in=GroupKind.values),
                name="seal_demand_of_group_or_side",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="seal_demand_ended_by_someone",
            ),
            models.UniqueConstraint(
                fields=["group"], condition=Q(ended_at__isnull=True), name="seal_demand_once_a_group"
            ),
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(ended_at__isnull=True, group__isnull=True),
                name="seal_demand_once_a_side",
            ),
        ]


class Method(models.TextChoices):
    COPY = "copy", pgettext_lazy("seal", "Sealed on paper, compared by an officer")
    CERTIFICATE = "certificate", pgettext_lazy("seal", "Signed with the company's certificate")


class CompanyUndertaking(models.Model):
    """One document for one company, deal and version of the text; known by its number, which is printed on
    each page and cannot be guessed. `facts` (sealed) holds the company's name and code and the code name.

    Access and duty end on different days, as a person's do. Nothing of what was drawn up or accepted is
    changed later (trigger `company_undertaking_stays`).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    group = models.ForeignKey(RoomGroup, on_delete=models.PROTECT, related_name="undertakings")
    template = models.ForeignKey("people.NdaTemplate", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)
    language = models.CharField(max_length=10, choices=LANGUAGES)
    text_hash = models.BinaryField(max_length=32)
    document_hash = models.BinaryField(max_length=32)
    pdf_id = models.UUIDField(unique=True)
    pdf_sha256 = models.BinaryField(max_length=32)
    pdf_pages = models.PositiveSmallIntegerField()
    pdf_key_id = models.BigIntegerField(unique=True)
    key_id = models.BigIntegerField(unique=True)
    facts = models.BinaryField()
    issued_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True)
    method = models.CharField(max_length=12, choices=Method, blank=True)
    accepted_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    access_expires_at = models.DateTimeField(null=True)
    duty_expires_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    accepted_at__isnull=True,
                    method="",
                    accepted_by__isnull=True,
                    access_expires_at__isnull=True,
                    duty_expires_at__isnull=True,
                )
                | Q(
                    accepted_at__isnull=False,
                    method=Method.COPY,
                    accepted_by__isnull=False,
                    access_expires_at__gt=F("accepted_at"),
                    duty_expires_at__gte=F("access_expires_at"),
                )
                | Q(
                    accepted_at__isnull=False,
                    method=Method.CERTIFICATE,
                    accepted_by__isnull=True,
                    access_expires_at__gt=F("accepted_at"),
                    duty_expires_at__gte=F("access_expires_at"),
                ),
                name="company_undertaking_accepted_whole",
            ),
            models.CheckConstraint(
                condition=Q(accepted_by__isnull=True) | ~Q(accepted_by=F("issued_by")),
                name="company_undertaking_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False, accepted_at__isnull=False),
                name="company_undertaking_revoked_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(accepted_at__isnull=True),
                name="company_undertaking_accepted_not_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(language__in=[code for code, _ in LANGUAGES]),
                name="company_undertaking_language_known",
            ),
            models.CheckConstraint(condition=Q(pdf_pages__gte=1), name="company_undertaking_has_pages"),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(accepted_at__isnull=True, withdrawn_at__isnull=True),
                name="company_undertaking_one_waits",
            ),
        ]
        indexes = [models.Index(fields=["group", "-issued_at"], name="company_undertaking_by_group")]

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None

    @property
    def opens_doors(self) -> bool:
        """For display; the gate asks the database (`deals.rooms.reach`)."""
        return (
            self.access_expires_at is not None
            and self.revoked_at is None
            and self.access_expires_at > timezone.now()
        )


class Power(models.TextChoices):
    """By what power somebody seals for a company."""

    LEGAL = "legal", _("Legal representative")
    ATTORNEY = "attorney", _("Agent with a power of attorney")


class SealedReturn(models.Model):
    """A sealed copy that somebody sent back: with an officer, accepted, or sent back with a reason. `facts`
    and `word` are sealed: who sealed, and the officer's reason."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    undertaking = models.ForeignKey(CompanyUndertaking, on_delete=models.PROTECT, related_name="returns")
    power = models.CharField(max_length=8, choices=Power)
    facts = models.BinaryField()
    uploaded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    accepted = models.BooleanField(null=True)
    word = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(power__in=Power.values), name="sealed_return_power_known"),
            models.CheckConstraint(
                condition=Q(
                    decided_at__isnull=True, decided_by__isnull=True, accepted__isnull=True, word__isnull=True
                )
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted=True, word__isnull=True)
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted=False, word__isnull=False),
                name="sealed_return_decided_whole",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("uploaded_by")),
                name="sealed_return_decided_by_another",
            ),
            models.UniqueConstraint(
                fields=["undertaking"], condition=Q(decided_at__isnull=True), name="sealed_return_one_waits"
            ),
        ]


class Part(models.TextChoices):
    COPY = "copy", pgettext_lazy("seal", "Sealed copy")
    AUTHORITY = "authority", pgettext_lazy("seal", "Power of attorney")


class SealedPaper(models.Model):
    """One file of a return. Its id is its name on the disk."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    returned = models.ForeignKey(SealedReturn, on_delete=models.PROTECT, related_name="papers")
    part = models.CharField(max_length=10, choices=Part)
    position = models.PositiveSmallIntegerField()
    media_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    sha256 = models.BinaryField(max_length=32)
    file_key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["returned", "part", "position"], name="sealed_paper_once"),
            models.CheckConstraint(condition=Q(part__in=Part.values), name="sealed_paper_part_known"),
            models.CheckConstraint(
                condition=Q(pages__gte=1, pages__lte=MOST_PAGES), name="sealed_paper_has_pages"
            ),
            models.CheckConstraint(condition=Q(size__gte=1, size__lte=LARGEST), name="sealed_paper_size"),
            models.CheckConstraint(
                condition=Q(media_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="sealed_paper_type_known",
            ),
        ]


class Envelope(models.Model):
    """A document that waits at a certificate authority for the company's signature, and what came back.

    `reference` is the provider's own name for it. An answer counts once: with `answered_at` set nothing is
    taken for it any more. `signed_*` are of the signed PDF that was verified.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    undertaking = models.ForeignKey(CompanyUndertaking, on_delete=models.PROTECT, related_name="envelopes")
    reference = models.CharField(max_length=100, unique=True)
    begun_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=40, choices=Trouble, blank=True)
    signed_at = models.DateTimeField(null=True)
    signed_sha256 = models.BinaryField(max_length=32, null=True)
    signed_key_id = models.BigIntegerField(null=True, unique=True)
    certificate_sha256 = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, trouble="", signed_at__isnull=True)
                | Q(answered_at__isnull=False, signed_at__isnull=True) & ~Q(trouble="")
                | Q(
                    answered_at__isnull=False,
                    trouble="",
                    signed_at__isnull=False,
                    signed_sha256__isnull=False,
                    signed_key_id__isnull=False,
                    certificate_sha256__isnull=False,
                ),
                name="envelope_answered_whole",
            ),
            models.CheckConstraint(condition=~Q(reference=""), name="envelope_has_a_reference"),
            models.UniqueConstraint(
                fields=["undertaking"], condition=Q(answered_at__isnull=True), name="envelope_one_waits"
            ),
        ]
