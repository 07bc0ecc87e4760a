"""Book × purpose → what carries it."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.utils import timezone

from vault.purposes.catalogue import CARRIED_BY, NEVER_NEEDED, Basis, Holding, Purpose
from vault.purposes.codes import Recipient, Why
from vault.records.labels import HELD, Field
from vault.records.models import ClientBook

RECIPIENTS = [code for code in Recipient.values if code]


def _carried() -> Q:
    known = Q()
    for purpose, bases in CARRIED_BY.items():
        known |= Q(purpose=purpose.value, basis__in=[basis.value for basis in bases])
    return known


def _never_needed() -> Q:
    beyond = Q()
    for purpose, codes in NEVER_NEEDED.items():
        beyond |= Q(purpose=purpose.value, fields__overlap=[str(code) for code in codes])
    return beyond


def _birth_date_with_id_number() -> Q:
    """The ID number's mask hides little more than the birth date: in plain view beside it, a handful of
    numbers would be left (`vault.masking.masks`), so that who needs the one has to need the other."""
    return ~Q(fields__contains=[Field.BIRTH_DATE.value]) | Q(fields__contains=[Field.ID_NUMBER.value])


class BookBasis(models.Model):
    """One purpose of one book. Off, or absent, means that nothing of the book is used for it.

    `holding` repeats the book's: a foreign key over both (migration 0009) keeps it true, so that the check
    below can shut an entrusted book to every purpose but its deal.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="bases")
    holding = models.CharField(max_length=10, choices=Holding)
    purpose = models.CharField(max_length=20, choices=Purpose)
    basis = models.CharField(max_length=20, choices=Basis)
    on = models.BooleanField(default=True)
    # PIPL 29 is read in two ways: where a contract or statute carries the use, some ask for separate consent
    # to sensitive data all the same. The officer decides it here.
    ask_sensitive = models.BooleanField(default=False)
    recipients = ArrayField(models.CharField(max_length=20, choices=Recipient), default=list)
    overseas = models.BooleanField(default=False)
    # What of a client the purpose needs, by code (`labels.HELD`): nothing else is opened for it, and what no
    # purpose of the book needs is not taken in. A row that says nothing needs nothing.
    fields = ArrayField(
        models.CharField(max_length=20),
        default=list,
        db_default=Value([], output_field=ArrayField(models.CharField(max_length=20))),
    )
    # Consents under earlier versions of the notice no longer count: the purpose has changed since (PIPL 14).
    consents_since = models.PositiveIntegerField(default=0)
    why = models.CharField(max_length=20, choices=Why, default=Why.START)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "purpose"], name="basis_once_a_purpose"),
            models.CheckConstraint(condition=_carried(), name="basis_can_carry_the_purpose"),
            models.CheckConstraint(
                condition=Q(holding=Holding.ENTRUSTED, purpose=Purpose.DEAL)
                | (Q(holding=Holding.OWN) & ~Q(purpose=Purpose.DEAL)),
                name="basis_entrusted_for_the_deal_alone",
            ),
            models.CheckConstraint(
                condition=Q(recipients__contained_by=RECIPIENTS), name="basis_recipients_known"
            ),
            models.CheckConstraint(condition=Q(why__in=Why.values), name="basis_why_known"),
            models.CheckConstraint(condition=Q(fields__contained_by=list(HELD)), name="basis_fields_known"),
            models.CheckConstraint(condition=~_never_needed(), name="basis_fields_never_needed"),
            models.CheckConstraint(
                condition=_birth_date_with_id_number(), name="basis_birth_date_with_id_number"
            ),
        ]
