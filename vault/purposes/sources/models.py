"""The recorded source of a list: who gave it, when it was collected, what the people on it know."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.ids import uuid7
from vault.masking import masks
from vault.purposes.catalogue import Holding
from vault.purposes.codes import SourceKind, Told
from vault.records.models import ClientBook
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel


class ListSource(SealedModel):
    """Sealed under a key of its own in the book's compartment: whoever gave a list may be a person.

    `holding` repeats the book's (foreign key over both in migration 0009). A bought list stays unusable until
    an officer approves it.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ClientBook, on_delete=models.PROTECT, related_name="sources")
    holding = models.CharField(max_length=10, choices=Holding)
    kind = models.CharField(max_length=10, choices=SourceKind)
    collected_on = models.DateField()
    told = models.CharField(max_length=10, choices=Told)
    usable = models.BooleanField()
    approval_id = models.UUIDField(null=True, unique=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(default=timezone.now)

    origin = SealedGroup("source.origin")
    given_by = SealedText(origin, 1, mask=masks.hide)
    words = SealedText(origin, 2, mask=masks.notes)
    media_type = SealedText(origin, 3, mask=masks.hide)
    file = SealedText(origin, 4, mask=masks.hide)  # base64

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=SourceKind.values), name="source_kind_known"),
            models.CheckConstraint(condition=Q(told__in=Told.values), name="source_told_known"),
            models.CheckConstraint(
                condition=Q(holding=Holding.ENTRUSTED, kind=SourceKind.ENTRUSTED)
                | (Q(holding=Holding.OWN) & ~Q(kind=SourceKind.ENTRUSTED)),
                name="source_fits_holding",
            ),
            models.CheckConstraint(
                condition=~Q(kind=SourceKind.PURCHASED) | Q(approval_id__isnull=False),
                name="source_bought_is_put_to_an_officer",
            ),
            models.CheckConstraint(
                condition=Q(kind=SourceKind.PURCHASED) | Q(usable=True), name="source_usable_unless_bought"
            ),
            models.CheckConstraint(condition=Q(origin__isnull=False), name="source_names_its_giver"),
            models.UniqueConstraint(fields=["key_id"], name="source_key_is_its_own"),
        ]
        indexes = [models.Index(fields=["book", "-recorded_at"], name="source_by_book")]

    def sealed_subject(self) -> uuid.UUID:
        return self.pk

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.book_id.bytes
