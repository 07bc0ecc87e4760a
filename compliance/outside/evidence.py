"""What an outside auditor asks for and gets: requests, sealed texts and files, evidence ZIPs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from audit.ids import uuid7
from compliance.outside.codes import BundleState, FileKind, RequestState, Says
from compliance.outside.models import OutsideAudit, OutsideSeat
from vault.masking import masks
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

PERSON = settings.AUTH_USER_MODEL
TEXT = "outside.text"


class EvidenceRequest(models.Model):
    """One piece of evidence that is asked for. Accepted ones are final (trigger)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(OutsideAudit, on_delete=models.PROTECT, related_name="requests")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.ASKED)
    due = models.DateField()
    asked_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    owner = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(PERSON, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)
    sent_back = models.PositiveSmallIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="evidence_request_once"),
            models.CheckConstraint(
                condition=Q(state__in=RequestState.values), name="evidence_request_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.ASKED) | Q(owner__isnull=False),
                name="evidence_request_has_an_owner",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[RequestState.ASKED, RequestState.OWNED])
                | Q(answered_by__isnull=False, answered_at__isnull=False),
                name="evidence_request_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(answered_by__isnull=True) | ~Q(answered_by=F("asked_by")),
                name="evidence_request_not_answered_by_its_asker",
            ),
            models.CheckConstraint(
                condition=Q(state=RequestState.ACCEPTED, closed_at__isnull=False)
                | (~Q(state=RequestState.ACCEPTED) & Q(closed_at__isnull=True)),
                name="evidence_request_closed_when_accepted",
            ),
        ]
        indexes = [
            models.Index(fields=["audit", "state", "due"], name="evidence_request_by_state"),
            models.Index(fields=["owner", "due"], name="evidence_request_by_owner"),
        ]

    @property
    def is_overdue(self) -> bool:
        waits = self.state in (RequestState.ASKED, RequestState.OWNED, RequestState.RETURNED)
        return waits and self.due < timezone.localdate()


class OutsideText(SealedModel):
    """What somebody wrote, about the request or recommendation with the id `about`. None is ever changed
    (trigger); all are sealed under the audit's key."""

    changeable = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    audit = models.ForeignKey(OutsideAudit, on_delete=models.PROTECT, related_name="texts")
    about = models.UUIDField()
    says = models.CharField(max_length=10, choices=Says)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    words = SealedGroup(TEXT)
    text = SealedText(words, 1, mask=masks.notes)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(says__in=Says.values), name="outside_text_kind_known"),
            models.CheckConstraint(condition=Q(words__isnull=False), name="outside_text_says_something"),
        ]
        indexes = [models.Index(fields=["audit", "about", "at"], name="outside_text_of_it")]

    def sealed_subject(self) -> uuid.UUID:
        return self.audit_id

    def sealed_row(self) -> bytes:
        row: uuid.UUID = self.pk
        return row.bytes

    def sealed_compartment(self) -> bytes:
        return self.audit.compartment.bytes


class OutsideFile(models.Model):
    """A sealed file: an answer, an extract, a report. Its name is made here and never what somebody typed:
    so none leaves a folder that it is unpacked into, and none says anything of a person."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    audit = models.ForeignKey(OutsideAudit, on_delete=models.PROTECT, related_name="files")
    request = models.ForeignKey(EvidenceRequest, null=True, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind)
    extension = models.CharField(max_length=4)
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    pages = models.PositiveIntegerField(default=0)
    key_id = models.BigIntegerField(unique=True)
    by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="outside_file_kind_known"),
            models.CheckConstraint(
                condition=Q(extension__in=["pdf", "png", "jpg", "csv"]), name="outside_file_type_known"
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="outside_file_holds_something"),
            models.CheckConstraint(
                condition=Q(kind=FileKind.REPORT, request__isnull=True)
                | (~Q(kind=FileKind.REPORT) & Q(request__isnull=False)),
                name="outside_file_answers_a_request",
            ),
        ]
        indexes = [models.Index(fields=["request", "at"], name="outside_file_of_it")]

    @property
    def hex(self) -> str:
        return bytes(self.digest).hex()


class EvidenceBundle(models.Model):
    """An evidence ZIP of one seat: what the seat sees, up to the checkpoint of `size` entries. Made from this
    row alone, so that it comes out the same however often it is made. `manifest`: SHA-256 of its manifest,
    which the entry of its making carries into the log."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seat = models.ForeignKey(OutsideSeat, on_delete=models.PROTECT, related_name="bundles")
    state = models.CharField(max_length=8, choices=BundleState, default=BundleState.ASKED)
    size = models.BigIntegerField()
    done = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    file_id = models.UUIDField(null=True, unique=True)
    file_key = models.BigIntegerField(null=True, unique=True)
    bytes = models.BigIntegerField(null=True)
    manifest = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BundleState.values), name="bundle_state_known"),
            models.CheckConstraint(condition=Q(done__lte=100), name="bundle_done_in_percent"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="bundle_expires_later"),
            models.CheckConstraint(
                condition=~Q(state=BundleState.READY)
                | Q(
                    file_id__isnull=False,
                    file_key__isnull=False,
                    manifest__isnull=False,
                    digest__isnull=False,
                    ready_at__isnull=False,
                ),
                name="bundle_ready_is_whole",
            ),
            models.UniqueConstraint(
                fields=["seat"], condition=Q(state=BundleState.ASKED), name="bundle_one_at_a_time"
            ),
        ]

    @property
    def hex(self) -> str:
        """The digest of the ZIP; "" before it was made."""
        return bytes(self.digest).hex() if self.digest else ""
