"""One word of a client about the use of their data: a row that is never changed (triggers of 0009)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.ids import uuid7
from vault.masking import masks
from vault.purposes.catalogue import Purpose
from vault.purposes.codes import Channel, Form, Recipient, Scope
from vault.purposes.notices.models import Notice
from vault.records.models import Client
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

PROOF = "consent.proof"


class ConsentEvent(SealedModel):
    """Consent given (`given`) or withdrawn. The newest row of (client, purpose, scope, recipient) holds.

    It lives and dies with its client: the proof is sealed under the client's own key, and the only way in
    which a row ever goes is after that key was destroyed.
    """

    changeable = False

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=20, choices=Purpose)
    scope = models.CharField(max_length=10, choices=Scope)
    recipient = models.CharField(max_length=20, choices=Recipient, blank=True)
    given = models.BooleanField()
    form = models.CharField(max_length=10, choices=Form)
    channel = models.CharField(max_length=20, choices=Channel)
    notice = models.ForeignKey(Notice, null=True, on_delete=models.PROTECT, related_name="+")
    notice_version = models.PositiveIntegerField(default=0)
    # Nobody of ours where the client did it through the link.
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    has_proof = models.BooleanField(default=False)
    # Given from where our own people work, too: it counts once a ConsentConfirmation says so.
    to_confirm = models.BooleanField(default=False, db_default=False)

    proof = SealedGroup(PROOF)
    words = SealedText(proof, 1, mask=masks.notes)
    media_type = SealedText(proof, 2, mask=masks.hide)
    file = SealedText(proof, 3, mask=masks.hide)  # base64

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="consent_purpose_known"),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="consent_scope_known"),
            models.CheckConstraint(condition=Q(form__in=Form.values), name="consent_form_known"),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="consent_channel_known"),
            models.CheckConstraint(
                condition=(Q(scope=Scope.SHARE) & Q(recipient__in=[c for c in Recipient.values if c]))
                | (~Q(scope=Scope.SHARE) & Q(recipient="")),
                name="consent_to_sharing_names_the_recipient",
            ),
            models.CheckConstraint(
                condition=Q(scope=Scope.USE) | ~Q(form=Form.GENERAL), name="consent_beyond_use_is_separate"
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.LINK, recorded_by__isnull=True)
                | (~Q(channel=Channel.LINK) & Q(recorded_by__isnull=False)),
                name="consent_recorded_by_someone_unless_by_link",
            ),
            # Consent of our own clients is to a text; a principal's instruction (PIPL 21) is to a contract.
            models.CheckConstraint(
                condition=Q(given=False) | Q(channel=Channel.PRINCIPAL) | Q(notice__isnull=False),
                name="consent_is_to_a_notice",
            ),
            models.CheckConstraint(
                condition=(Q(purpose=Purpose.DEAL) & Q(channel=Channel.PRINCIPAL))
                | (~Q(purpose=Purpose.DEAL) & ~Q(channel=Channel.PRINCIPAL)),
                name="consent_of_the_principal_for_the_deal_alone",
            ),
            models.CheckConstraint(
                condition=Q(has_proof=True, proof__isnull=False) | Q(has_proof=False, proof__isnull=True),
                name="consent_proof_is_there",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.LINK) | Q(has_proof=True), name="consent_is_proved"
            ),
            # Withdrawing takes effect at once, and what one of ours recorded has its proof.
            models.CheckConstraint(
                condition=Q(to_confirm=False) | Q(given=True, channel=Channel.LINK),
                name="consent_waits_only_when_given_by_link",
            ),
        ]
        indexes = [
            models.Index(
                fields=["client", "purpose", "scope", "recipient", "-at", "-id"], name="consent_state"
            ),
            models.Index(fields=["-at", "-id"], name="consent_by_time"),
            models.Index(fields=["-at"], condition=Q(to_confirm=True), name="consent_to_confirm"),
        ]

    def sealed_subject(self) -> uuid.UUID:
        return self.client_id

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.client.book_id.bytes


class ConsentConfirmation(models.Model):
    """An officer's word on a consent that waited: it was the client's, or it does not count.

    Never changed (triggers of 0024). The reason is sealed beside the log entry.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    event = models.OneToOneField(ConsentEvent, on_delete=models.CASCADE, related_name="confirmation")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    accepted = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
