"""Who is what in which company, and how much of it they hold."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from vault.records.models import Client
from vault.relations.people.shares import band
from vault.relations.rows import ClientRow
from vault.sealed.fields import SealedGroup, SealedText

SHARE = "relation.share"


class Position(models.TextChoices):
    """What somebody is in a company; words of the Company Law and of the registration rules."""

    LEGAL_REPRESENTATIVE = "legal_representative", _("Legal representative")
    SHAREHOLDER = "shareholder", _("Shareholder")
    DIRECTOR = "director", _("Director")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", pgettext_lazy("company", "Manager")
    FINANCE = "finance", _("Head of finance")
    CONTACT = "contact", _("Contact person")
    BENEFICIAL_OWNER = "beneficial_owner", _("Beneficial owner")


class Evidence(models.TextChoices):
    """Where a relation is known from."""

    REGISTRY = "registry", _("Registry extract")
    ARTICLES = "articles", _("Articles of association")
    REGISTER = "register", _("Register of shareholders")
    STATED = "stated", _("The client said so")
    OTHER = "other", pgettext_lazy("evidence", "Other")


class Relation(ClientRow):
    """One position of `client` in `company`, a client of the same book.

    Sealed under the key of whoever holds the position, for it is their data: after they are destroyed no
    backup says how much they held, although the company lives on. A row is never changed but to say when it
    ended; another share is another row.
    """

    company = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="positions")
    position = models.CharField(max_length=24, choices=Position)
    evidence = models.CharField(max_length=10, choices=Evidence)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    share = SealedGroup(SHARE)
    percent = SealedText(share, 1, mask=band)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(position__in=Position.values), name="relation_position_known"),
            models.CheckConstraint(condition=Q(evidence__in=Evidence.values), name="relation_evidence_known"),
            models.CheckConstraint(condition=~Q(client=models.F("company")), name="relation_of_two_clients"),
            models.CheckConstraint(
                condition=Q(position=Position.SHAREHOLDER) | Q(share__isnull=True),
                name="relation_shareholder_has_share",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(since__isnull=True) | Q(until__gte=models.F("since")),
                name="relation_ends_later",
            ),
            models.UniqueConstraint(
                fields=["company", "client", "position"],
                condition=Q(until__isnull=True),
                name="relation_live_once",
            ),
        ]
