"""Changes that wait for a second person."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from audit.ids import uuid7
from vault.purposes.catalogue import ChangeReason
from vault.records.models import Client, ClientBook, ClientFields, in_words


class ChangeProposal(ClientFields):
    """The values that a client is to have, sealed under its own key and bound to this row.

    The row is there as long as the change waits: carried out, refused, expired or void it is deleted, and
    the log alone says what became of it. `fields` names what is proposed; one without a value is emptied.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="proposals")
    book = models.ForeignKey(ClientBook, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField()  # the client's, when it was proposed
    fields = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(max_length=20, choices=ChangeReason)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    # Set right after the request is made, whose preview needs this row.
    approval = models.OneToOneField(
        "people.ApprovalRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(fields__len__gte=1), name="proposal_of_something"),
            models.CheckConstraint(condition=Q(version__gte=1), name="proposal_version_positive"),
        ]
        indexes = [models.Index(fields=["key_id"], name="proposal_by_key")]

    @property
    def fields_in_words(self) -> list[str]:
        """The names of what is to be changed."""
        return in_words(self.fields)

    def graded_as(self) -> Client:
        return self.client

    def sealed_subject(self) -> uuid.UUID:
        return self.client_id

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.book_id.bytes
