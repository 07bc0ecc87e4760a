"""Confidentiality undertakings (NDA): versioned texts and personal signatures.

Each text carries the four clauses without which an undertaking is hard to enforce: definition of what is
confidential, duties during and after, liability, and term.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

CLAUSES = ("definition", "duties", "liability", "term")
CLAUSE_MIN_LENGTH = 30


class NdaKind(models.TextChoices):
    STAFF = "staff", _("Staff")
    CLIENT = "client", _("Client")
    BUYER = "buyer", _("Buyer")
    PARTNER = "partner", _("Partner firm")
    AUDITOR = "auditor", _("Outside auditor")
    COMPANY = "company", _("Company")


# What a person signs for themselves. A company's text is never among them: it is sealed (deals.seals), and a
# click is not a company's seal.
PERSONAL = [NdaKind.STAFF, NdaKind.CLIENT, NdaKind.BUYER, NdaKind.PARTNER, NdaKind.AUDITOR]


class Method(models.TextChoices):
    TYPED = "typed", _("Typed name and confirmation")


def _clauses_present() -> Q:
    present = Q()
    for clause in CLAUSES:
        for language in ("zh", "en"):
            present &= Q(**{f"{clause}_{language}__regex": rf"^.{{{CLAUSE_MIN_LENGTH},}}"})
    return present


class NdaText(models.Model):
    """What a draft and a version have in common: the text in both languages, and how long it holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=10, choices=NdaKind)
    title_zh = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120)
    preamble_zh = models.TextField()
    preamble_en = models.TextField()
    definition_zh = models.TextField()
    definition_en = models.TextField()
    duties_zh = models.TextField()
    duties_en = models.TextField()
    liability_zh = models.TextField()
    liability_en = models.TextField()
    term_zh = models.TextField()
    term_en = models.TextField()
    access_days = models.PositiveIntegerField()
    duty_days = models.PositiveIntegerField()

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_zh if get_language() == "zh-hans" else self.title_en


class NdaDraft(NdaText):
    """The next version of a kind while it is being written. It binds nobody, and goes away when it is in
    force or thrown away. `resign_on`: the day from which whoever signed an older version must have signed
    this one; none: they keep theirs."""

    effective_on = models.DateField()
    resign_on = models.DateField(null=True, blank=True)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind"], name="nda_draft_one_a_kind"),
            models.CheckConstraint(condition=Q(kind__in=NdaKind.values), name="nda_draft_kind_known"),
            models.CheckConstraint(condition=_clauses_present(), name="nda_draft_four_clauses"),
            models.CheckConstraint(
                condition=Q(access_days__gte=1, duty_days__gte=F("access_days")),
                name="nda_draft_duty_outlives_access",
            ),
            models.CheckConstraint(
                condition=Q(resign_on__isnull=True) | Q(resign_on__gte=F("effective_on")),
                name="nda_draft_signed_again_later",
            ),
        ]


class NdaTemplate(NdaText):
    """One version of one kind's text. Never changed once written (trigger in migration 0002): a new version
    is, and only by another officer's word (trigger in migration 0011). Version 1 came with the house.

    `resign_from`: from then on signatures of older versions open nothing; none: they go on.
    """

    version = models.PositiveSmallIntegerField()
    text_hash = models.BinaryField(max_length=32)
    effective_at = models.DateTimeField(default=timezone.now)
    resign_from = models.DateTimeField(null=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approval = models.ForeignKey(
        "people.ApprovalRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="nda_template_version_once"),
            models.CheckConstraint(condition=Q(kind__in=NdaKind.values), name="nda_template_kind_known"),
            models.CheckConstraint(condition=_clauses_present(), name="nda_template_four_clauses"),
            models.CheckConstraint(
                condition=Q(access_days__gte=1, duty_days__gte=F("access_days")),
                name="nda_template_duty_outlives_access",
            ),
            models.CheckConstraint(
                condition=Q(resign_from__isnull=True) | Q(resign_from__gte=F("effective_at")),
                name="nda_template_signed_again_later",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("written_by")),
                name="nda_template_agreed_by_another",
            ),
        ]


class NdaSignature(models.Model):
    """A person's own signature. Staff sign once for the house; everyone else signs for each deal.

    Access and duty end on different days: the room closes first, the duty of confidence goes on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    template = models.ForeignKey(NdaTemplate, on_delete=models.PROTECT, related_name="signatures")
    kind = models.CharField(max_length=10, choices=NdaKind)
    deal_id = models.UUIDField(null=True)
    language = models.CharField(max_length=10)
    text_hash = models.BinaryField(max_length=32)
    method = models.CharField(max_length=10, choices=Method, default=Method.TYPED)
    typed_name = models.CharField(max_length=80)
    signed_at = models.DateTimeField(default=timezone.now)
    access_expires_at = models.DateTimeField()
    duty_expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=NdaKind.STAFF, deal_id__isnull=True)
                | (~Q(kind=NdaKind.STAFF) & Q(deal_id__isnull=False)),
                name="nda_signature_deal_unless_staff",
            ),
            models.CheckConstraint(condition=Q(kind__in=PERSONAL), name="nda_signature_kind_known"),
            models.CheckConstraint(condition=Q(method__in=Method.values), name="nda_signature_method_known"),
            models.CheckConstraint(condition=~Q(typed_name=""), name="nda_signature_named"),
            models.CheckConstraint(
                condition=Q(
                    access_expires_at__gt=F("signed_at"), duty_expires_at__gte=F("access_expires_at")
                ),
                name="nda_signature_duty_outlives_access",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True)
                | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="nda_signature_revoked_by_someone",
            ),
        ]
        indexes = [models.Index(fields=["person", "deal_id"], name="nda_signature_by_person")]

    @property
    def opens_doors(self) -> bool:
        """For display; gates ask the database (access.py)."""
        return self.revoked_at is None and self.access_expires_at > timezone.now()
