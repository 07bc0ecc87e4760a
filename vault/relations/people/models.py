"""Who is what in which company, and how much of it they hold."""

from django.conf import settings
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
    ended and by whose word; another share is another row, so that what was before stays as it was (trigger
    `relation_is_final`). The columns of agreement name the second person, where one was needed
    (vault.relations.people.rule).
    """

    company = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="positions")
    position = models.CharField(max_length=24, choices=Position)
    evidence = models.CharField(max_length=10, choices=Evidence)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    end_agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

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
            models.CheckConstraint(
                condition=Q(until__isnull=False) | Q(ended_by__isnull=True, end_agreed_by__isnull=True),
                name="relation_ended_has_a_day",
            ),
            models.UniqueConstraint(
                fields=["company", "client", "position"],
                condition=Q(until__isnull=True),
                name="relation_live_once",
            ),
        ]


class PositionProposal(ClientRow):
    """A change of who owns or signs for a company, as long as it waits for a second person.

    `client` is whoever holds the position or is to hold it, `by` proposed it; the share, if any, is sealed
    under the holder's key and bound to this row. Carried out, refused, withdrawn, expired or void, the row is
    deleted, and the log alone says what became of it.
    """

    company = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="proposed_positions")
    position = models.CharField(max_length=24, choices=Position)
    evidence = models.CharField(max_length=10, choices=Evidence)
    since = models.DateField(null=True)
    # The live row that it ends, or that the new share follows, as it was when this was proposed.
    replaces = models.ForeignKey(Relation, null=True, on_delete=models.CASCADE, related_name="+")
    # Set where the position ends and nothing follows.
    until = models.DateField(null=True)
    # Set right after the request is made, whose preview needs this row.
    approval = models.OneToOneField(
        "people.ApprovalRequest", null=True, on_delete=models.PROTECT, related_name="+"
    )

    share = SealedGroup(SHARE)
    percent = SealedText(share, 1, mask=band)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(position__in=Position.values), name="proposed_position_known"),
            models.CheckConstraint(condition=Q(evidence__in=Evidence.values), name="proposed_evidence_known"),
            models.CheckConstraint(
                condition=Q(position=Position.SHAREHOLDER, until__isnull=True, share__isnull=False)
                | (~Q(position=Position.SHAREHOLDER, until__isnull=True) & Q(share__isnull=True)),
                name="proposed_share_of_a_shareholder",
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(replaces__isnull=False), name="proposed_end_of_something"
            ),
            models.UniqueConstraint(fields=["company", "client", "position"], name="position_proposed_once"),
        ]
        indexes = [models.Index(fields=["key_id"], name="position_proposal_by_key")]
