"""Client books, who works in them, clients and what they were before each change."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from vault.formats.names import is_company
from vault.masking import masks
from vault.masking.grades import Grade
from vault.purposes.catalogue import ChangeReason, Holding, Purpose
from vault.records.labels import FIELD_LABELS, Group, IndexLabel
from vault.sealed.fields import SealedExtras, SealedGroup, SealedText
from vault.sealed.models import SealedModel


class ClientBook(models.Model):
    """A list of clients under one compartment key. It states whose data it holds: that decides a lot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(pgettext_lazy("book", "name"), max_length=80)
    holding = models.CharField(_("whose clients"), max_length=10, choices=Holding)
    deal_id = models.UUIDField(null=True)
    purpose = models.CharField(_("main purpose"), max_length=20, choices=Purpose)
    key_id = models.BigIntegerField(unique=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(holding__in=Holding.values), name="book_holding_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="book_purpose_known"),
            models.CheckConstraint(
                condition=Q(holding=Holding.OWN, deal_id__isnull=True)
                | Q(holding=Holding.ENTRUSTED, deal_id__isnull=False),
                name="book_entrusted_for_one_deal",
            ),
            models.CheckConstraint(
                condition=Q(holding=Holding.ENTRUSTED, purpose=Purpose.DEAL)
                | (Q(holding=Holding.OWN) & ~Q(purpose=Purpose.DEAL)),
                name="book_purpose_fits_holding",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="book_has_a_name"),
        ]
        indexes = [models.Index(fields=["deal_id"], name="book_by_deal", condition=Q(deal_id__isnull=False))]

    def __str__(self) -> str:
        return self.name


class Level(models.IntegerChoices):
    """What a person may do in a book; each level includes those below."""

    READ = 1, pgettext_lazy("book level", "Look up")
    WORK = 2, pgettext_lazy("book level", "Look up and change")
    MANAGE = 3, pgettext_lazy("book level", "Manage")


class BookMember(models.Model):
    """Who may work in a book. No row, no access: a book that nobody is in is nobody's."""

    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.SmallIntegerField(choices=Level)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "book"], name="book_member_once"),
            models.CheckConstraint(condition=Q(level__in=Level.values), name="book_member_level_known"),
        ]


class IndexKey(models.Model):
    """Which key of the keyring makes a book's tokens for one blind index."""

    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="index_keys")
    label = models.SmallIntegerField()
    key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "label"], name="book_index_key_once"),
            models.CheckConstraint(
                condition=Q(label__in=[label.value for label in IndexLabel]), name="book_index_label_known"
            ),
        ]


class ClientKind(models.TextChoices):
    PERSON = "person", pgettext_lazy("client", "Person")
    COMPANY = "company", pgettext_lazy("client", "Company")


class Source(models.TextChoices):
    """Where a client came from. A catalogue and not free text, which would hold names unsealed."""

    WALK_IN = "walk_in", _("Came by themselves")
    REFERRAL = "referral", _("Recommended by a client")
    PARTNER = "partner", _("Partner firm")
    ONLINE = "online", _("Website or platform")
    CAMPAIGN = "campaign", _("Event or campaign")
    DEAL_PARTY = "deal_party", _("Handed over in a deal")
    OTHER = "other", pgettext_lazy("source", "Other")


class ClientState(models.TextChoices):
    """Of a destroyed client no row is left, only its tombstone in compliance."""

    ACTIVE = "active", pgettext_lazy("client", "Active")
    STOP_USE = "stop_use", _("Storage only")


def _mask_name(value: str) -> str:
    return masks.show(value) if is_company(value) else masks.name(value)


class Client(SealedModel):
    """One person or company in one book. The row is the subject: its key is this row's `key_id`.

    The unsealed columns are codes, dates and ids: what lists filter and sort by.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ClientBook, on_delete=models.PROTECT, related_name="clients")
    kind = models.CharField(max_length=10, choices=ClientKind)
    source = models.CharField(max_length=20, choices=Source, default=Source.OTHER)
    purpose = models.CharField(max_length=20, choices=Purpose)
    grade = models.SmallIntegerField(choices=Grade)
    state = models.CharField(max_length=10, choices=ClientState, default=ClientState.ACTIVE)
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    identity = SealedGroup(Group.IDENTITY.value)
    name = SealedText(identity, 1, mask=_mask_name)
    id_number = SealedText(identity, 2, mask=masks.id_number)
    credit_code = SealedText(identity, 3, mask=masks.show)
    birth_date = SealedText(identity, 4, mask=masks.birth_date)

    contact = SealedGroup(Group.CONTACT.value)
    phone = SealedText(contact, 1, mask=masks.phone)
    email = SealedText(contact, 2, mask=masks.email)
    address = SealedText(contact, 3, mask=masks.address)

    financial = SealedGroup(Group.FINANCIAL.value)
    bank_account = SealedText(financial, 1, mask=masks.bank_account)

    remarks = SealedGroup(Group.NOTES.value)
    notes = SealedText(remarks, 1, mask=masks.notes)
    extras = SealedExtras(remarks, mask=masks.hide)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ClientKind.values), name="client_kind_known"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="client_source_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="client_purpose_known"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="client_grade_known"),
            models.CheckConstraint(condition=Q(state__in=ClientState.values), name="client_state_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="client_version_positive"),
            models.CheckConstraint(condition=Q(identity__isnull=False), name="client_has_an_identity"),
            models.UniqueConstraint(fields=["key_id"], name="client_key_is_its_own"),
        ]
        indexes = [models.Index(F("book"), F("id").desc(), name="client_by_book")]

    def __str__(self) -> str:
        return str(self.pk)

    def sealed_subject(self) -> uuid.UUID:
        return self.pk

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.book_id.bytes


_CHANGED: dict[str, str | Promise] = {
    **{field.value: label for field, label in FIELD_LABELS.items()},
    "extras": _("Extra fields"),
    "kind": _("Kind"),
    "source": _("Source"),
    "grade": _("Grade"),
    "assigned": _("Assigned"),
}
SEALED_COLUMNS = ("identity", "contact", "financial", "remarks")


class ClientVersion(models.Model):
    """A client as it was before a change: the very sealed bytes and counters; who changed what, when, why.

    The bytes open only as the client's own (`as_client`): they are bound to its row, group and counter.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    fields = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(max_length=20, choices=ChangeReason)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    identity = models.BinaryField(null=True)
    identity_seal = models.PositiveIntegerField()
    contact = models.BinaryField(null=True)
    contact_seal = models.PositiveIntegerField()
    financial = models.BinaryField(null=True)
    financial_seal = models.PositiveIntegerField()
    remarks = models.BinaryField(null=True)
    remarks_seal = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "number"], name="client_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="client_version_number_positive"),
        ]

    @property
    def fields_in_words(self) -> list[str]:
        """The names of what was changed."""
        return [str(_CHANGED.get(code, code)) for code in self.fields]

    def as_client(self) -> Client:
        """The client as it was, never to be saved; opens under the client's key like the client itself."""
        now = self.client
        then = Client(id=now.pk, book_id=now.book_id, key_id=now.key_id, kind=now.kind)
        for column in SEALED_COLUMNS:
            then.__dict__[column] = getattr(self, column)
            then.__dict__[f"{column}_seal"] = getattr(self, f"{column}_seal")
        return then
