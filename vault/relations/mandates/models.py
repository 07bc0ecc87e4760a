"""Mandates (委托协议): that a client engaged us, for what, from when until when."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from vault.masking import masks
from vault.relations.rows import ClientRow
from vault.sealed.fields import SealedGroup, SealedText

TERMS = "mandate.terms"
DOCUMENT = "mandate.document"


class MandateKind(models.TextChoices):
    SELL = "sell", pgettext_lazy("mandate", "Selling a company")
    BUY = "buy", pgettext_lazy("mandate", "Buying a company")
    FILING = "filing", pgettext_lazy("mandate", "Filing at the registry")
    ACCOUNTING = "accounting", pgettext_lazy("mandate", "Keeping the books")
    SERVICE = "service", pgettext_lazy("mandate", "Another service")


class MandateState(models.TextChoices):
    """What people did. Whether a signed one is in force is a matter of the day, and never stored."""

    DRAFT = "draft", pgettext_lazy("mandate", "Draft")
    SIGNED = "signed", pgettext_lazy("mandate", "Signed")
    TERMINATED = "terminated", pgettext_lazy("mandate", "Ended early")


class Why(models.TextChoices):
    """Why a mandate was ended before its day. Codes are kept in the log for ever."""

    DONE = "mandate.done", pgettext_lazy("mandate", "What it was for is done")
    CLIENT = "mandate.client", pgettext_lazy("mandate", "The client ended it")
    HOUSE = "mandate.house", pgettext_lazy("mandate", "We ended it")
    AGREED = "mandate.agreed", pgettext_lazy("mandate", "Both agreed to end it")


class Keep(models.TextChoices):
    """Why the data are kept after the last mandate. Codes are kept in the log for ever."""

    CONSENT = "keep.consent", pgettext_lazy("mandate", "The client agreed to hear from us")
    DUTY = "keep.duty", pgettext_lazy("mandate", "A law has us keep them")
    OPEN = "keep.open", pgettext_lazy("mandate", "Accounts or claims are still open")


class Mandate(ClientRow):
    """One contract of engagement. Unsealed are codes and days; what was agreed is sealed.

    Once signed, kind and days stay (trigger `mandate_stands` of 0026): it runs out, or is ended early.
    """

    kind = models.CharField(max_length=12, choices=MandateKind)
    exclusive = models.BooleanField(default=False)
    begins_on = models.DateField()
    ends_on = models.DateField()  # the last day in force
    state = models.CharField(max_length=12, choices=MandateState, default=MandateState.DRAFT)
    signed_on = models.DateField(null=True)
    terminated_on = models.DateField(null=True)
    why = models.CharField(max_length=20, choices=Why, blank=True)
    kept = models.CharField(max_length=20, choices=Keep, blank=True)
    has_document = models.BooleanField(default=False)

    terms = SealedGroup(TERMS)
    fee = SealedText(terms, 1, mask=masks.hide)
    subject = SealedText(terms, 2, mask=masks.notes)
    remarks = SealedText(terms, 3, mask=masks.notes)

    document = SealedGroup(DOCUMENT)
    media_type = SealedText(document, 1, mask=masks.hide)
    file = SealedText(document, 2, mask=masks.hide)  # base64

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MandateKind.values), name="mandate_kind_known"),
            models.CheckConstraint(condition=Q(state__in=MandateState.values), name="mandate_state_known"),
            models.CheckConstraint(condition=Q(why__in=["", *Why.values]), name="mandate_why_known"),
            models.CheckConstraint(condition=Q(kept__in=["", *Keep.values]), name="mandate_kept_known"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("begins_on")), name="mandate_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(state=MandateState.DRAFT, signed_on__isnull=True)
                | (~Q(state=MandateState.DRAFT) & Q(signed_on__isnull=False, signed_on__lte=F("begins_on"))),
                name="mandate_signed_before_in_force",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state=MandateState.TERMINATED, terminated_on__isnull=False)
                    & ~Q(why="")
                    & Q(terminated_on__gte=F("signed_on"), terminated_on__lte=F("ends_on"))
                )
                | (~Q(state=MandateState.TERMINATED) & Q(terminated_on__isnull=True, why="")),
                name="mandate_ended_early_has_day_and_reason",
            ),
            models.CheckConstraint(condition=Q(terms__isnull=False), name="mandate_has_terms"),
            models.CheckConstraint(
                condition=(Q(has_document=True, document__isnull=False) & ~Q(state=MandateState.DRAFT))
                | Q(has_document=False, document__isnull=True),
                name="mandate_document_of_a_signed_one",
            ),
            models.CheckConstraint(
                condition=Q(kept="") | ~Q(state=MandateState.DRAFT), name="mandate_kept_after_signing"
            ),
        ]
        indexes = [
            models.Index(fields=["client", "state", "ends_on"], name="mandate_of_client"),
            models.Index(F("ends_on"), F("id"), condition=Q(state="signed"), name="mandate_by_end"),
        ]
