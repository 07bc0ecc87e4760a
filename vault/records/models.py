"""Client books, who works in them, clients and what they were before each change."""

import uuid
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from vault.masking import masks
from vault.masking.grades import Grade
from vault.purposes.catalogue import ChangeReason, Holding, Purpose
from vault.records.facets import Origin, Use, Visibility
from vault.records.grading.masking import graded_mask
from vault.records.labels import HELD_LABELS, Field, Group, IndexLabel
from vault.records.review.columns import Confirmations, ReviewPeriods, periods_sane
from vault.sealed.fields import SealedExtras, SealedGroup, SealedText
from vault.sealed.models import SealedModel, sealed_groups
from vault.sealed.opened import Mask, Masked
from vault.sealed.sealing import SealedBytes


class ClientBook(ReviewPeriods):
    """A list of clients under one compartment key. It states whose data it holds: that decides a lot."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(pgettext_lazy("book", "name"), max_length=80)
    holding = models.CharField(_("whose clients"), max_length=10, choices=Holding)
    deal_id = models.UUIDField(null=True)
    purpose = models.CharField(_("main purpose"), max_length=20, choices=Purpose)
    key_id = models.BigIntegerField(unique=True)
    lead = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Field code → the grade that this book raised it to. Migration 0007's triggers: never below the declared
    # grade, and lower again only by an approval of the data protection officer.
    field_grades = models.JSONField(default=dict, blank=True)
    # The facets of a client that is added without any.
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.PRIVATE)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.INTERNAL)
    use = models.CharField(max_length=10, choices=Use, default=Use.BUSINESS)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            periods_sane(),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="book_visibility_known"
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="book_origin_known"),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="book_use_known"),
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


class IndexKeyState(models.IntegerChoices):
    """Where an index key stands in a rotation. Tokens are written and sought under the live ones."""

    IN_FORCE = 1
    FILLING = 2
    RETIRED = 3


class IndexKeys(models.QuerySet["IndexKey"]):
    def live(self) -> "IndexKeys":
        """Those under which tokens are written and sought, those in force first."""
        return self.exclude(state=IndexKeyState.RETIRED).order_by("state", "label")


class IndexKey(models.Model):
    """Which key of the keyring makes a book's tokens for one blind index, in which generation of keys."""

    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="index_keys")
    label = models.SmallIntegerField()
    odd = models.BooleanField(default=False)
    state = models.SmallIntegerField(choices=IndexKeyState, default=IndexKeyState.IN_FORCE)
    key_id = models.BigIntegerField(unique=True)

    objects = IndexKeys.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "label", "odd"], name="book_index_key_once"),
            models.UniqueConstraint(fields=["book", "label", "state"], name="book_index_key_one_each"),
            models.CheckConstraint(
                condition=Q(label__in=[label.value for label in IndexLabel]), name="book_index_label_known"
            ),
            models.CheckConstraint(
                condition=Q(state__in=IndexKeyState.values), name="book_index_key_state_known"
            ),
        ]

    @property
    def signed(self) -> int:
        """The label as tokens carry it: negative in an odd generation."""
        return -self.label if self.odd else self.label


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


# Sorted by, empty values need a place of their own: nobody comes first, no end of protection last.
NOBODY = uuid.UUID(int=0)
NO_END = datetime(9999, 1, 1, tzinfo=UTC)
ASSIGNED = Coalesce(F("assigned_id"), Value(NOBODY, output_field=models.UUIDField()))
PROTECTED = Coalesce(F("protected_until"), Value(NO_END, output_field=models.DateTimeField()))


class ClientFields(SealedModel):
    """The sealed values of a client: as it is now, and as it was before each change."""

    identity = SealedGroup(Group.IDENTITY.value)
    name = SealedText(identity, 1, mask=masks.name)
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
        abstract = True

    def graded_as(self) -> "Client":
        """The client whose grade, facets and book decide how strong the masks are: as it is now."""
        raise TypeError("values of a client say whose they are")

    def sealed_mask(self, text: Masked) -> Mask:
        """One mask of a field for everybody, every page and every version: its grade alone decides."""
        client = self.graded_as()
        return partial(
            graded_mask,
            Field(text.name),
            raised=client.book.field_grades,
            company=client.kind == ClientKind.COMPANY,
            client=client.grade,
            visibility=client.visibility,
        )


class Client(ClientFields, Confirmations):
    """One person or company in one book. The row is the subject: its key is this row's `key_id`.

    The unsealed columns are codes, dates and ids: what lists filter and sort by.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The indexes below begin with the book.
    book = models.ForeignKey(ClientBook, on_delete=models.PROTECT, related_name="clients", db_index=False)
    kind = models.CharField(max_length=10, choices=ClientKind)
    source = models.CharField(max_length=20, choices=Source, default=Source.OTHER)
    purpose = models.CharField(max_length=20, choices=Purpose)
    grade = models.SmallIntegerField(choices=Grade)
    state = models.CharField(max_length=10, choices=ClientState, default=ClientState.ACTIVE)
    # Looked up within books alone.
    assigned = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    visibility = models.CharField(max_length=12, choices=Visibility, default=Visibility.PRIVATE)
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.INTERNAL)
    use = models.CharField(max_length=10, choices=Use, default=Use.BUSINESS)
    # Whose it is, and until when nobody else may claim it; without an owner it lies in the public pool.
    protected_until = models.DateTimeField(null=True)
    # A client taken in from a chat is to be completed by then.
    complete_by = models.DateTimeField(null=True)
    # The import that brought it; for undoing that import.
    import_id = models.UUIDField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ClientKind.values), name="client_kind_known"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="client_source_known"),
            models.CheckConstraint(condition=Q(purpose__in=Purpose.values), name="client_purpose_known"),
            models.CheckConstraint(condition=Q(grade__in=Grade.values), name="client_grade_known"),
            models.CheckConstraint(
                condition=Q(visibility__in=Visibility.values), name="client_visibility_known"
            ),
            models.CheckConstraint(condition=Q(origin__in=Origin.values), name="client_origin_known"),
            models.CheckConstraint(condition=Q(use__in=Use.values), name="client_use_known"),
            models.CheckConstraint(condition=Q(state__in=ClientState.values), name="client_state_known"),
            models.CheckConstraint(condition=Q(version__gte=1), name="client_version_positive"),
            models.CheckConstraint(condition=Q(identity__isnull=False), name="client_has_an_identity"),
            models.UniqueConstraint(fields=["key_id"], name="client_key_is_its_own"),
        ]
        # What lists sort by (vault/records/sorting.py), within a book and with the id as tie-break.
        indexes = [
            models.Index(F("book"), F("id").desc(), name="client_by_book"),
            models.Index(F("book"), F("source"), F("id").desc(), name="client_by_source"),
            models.Index(fields=["book", "updated_at", "id"], name="client_by_change"),
            models.Index(fields=["book", "grade", "id"], name="client_by_grade"),
            models.Index(F("book"), ASSIGNED, F("id"), name="client_by_assigned"),
            models.Index(F("book"), PROTECTED, F("id"), name="client_by_protection_end"),
            models.Index(fields=["book", "confirmed_at", "id"], name="client_by_confirmation"),
            models.Index(
                F("book"), F("id").desc(), condition=Q(assigned__isnull=True), name="client_in_pool"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def graded_as(self) -> "Client":
        return self

    def sealed_subject(self) -> uuid.UUID:
        return self.pk

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.book_id.bytes


_CHANGED: dict[str, str | Promise] = {
    **HELD_LABELS,
    "kind": _("Kind"),
    "source": _("Source"),
    "grade": _("Grade"),
    "visibility": pgettext_lazy("facet", "Openness"),
    "origin": pgettext_lazy("facet", "Origin"),
    "use": pgettext_lazy("facet", "Use"),
    "assigned": _("Assigned"),
}


def in_words(fields: Iterable[str]) -> list[str]:
    """The names of what a change touches, from their codes."""
    return [str(_CHANGED.get(code, code)) for code in fields]


class SavedView(models.Model):
    """A choice of filters and an order that a person comes back to: what stands in the list's address.

    It has no name of its own, which would be free text about people: its words come from its codes.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    query = models.CharField(max_length=500)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "query"], name="saved_view_once"),
            models.CheckConstraint(
                condition=Q(query__regex=r"^[a-z_]+=[0-9a-z_-]+(&[a-z_]+=[0-9a-z_-]+)*$"),
                name="saved_view_holds_codes",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ClientVersion(ClientFields):
    """A client as it was before a change: the very sealed bytes and counters; who changed what, when, why.

    They stay bound to the client's row, so a version opens as what the client was and as nobody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="versions")
    # The compartment in the bytes' binding; a client never moves to another book.
    book = models.ForeignKey(ClientBook, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    fields = ArrayField(models.CharField(max_length=20))
    reason = models.CharField(max_length=20, choices=ChangeReason)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # The second person, where the change needed one (vault.records.versions.rule).
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("changed_by")),
                name="client_version_by_two_people",
            ),
            models.UniqueConstraint(fields=["client", "number"], name="client_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="client_version_number_positive"),
        ]
        indexes = [models.Index(fields=["key_id"], name="client_version_by_key")]

    @classmethod
    def of(cls, client: Client, **about: object) -> "ClientVersion":
        """What the client is now, sealed as it is, to be saved before it changes."""
        version = cls(client=client, book_id=client.book_id, key_id=client.key_id, **about)
        for group in sealed_groups(Client):
            sealed = client.__dict__[group.attname]
            version.__dict__[group.attname] = None if sealed is None else SealedBytes(sealed)
            setattr(version, group.counter_name, getattr(client, group.counter_name))
        return version

    @property
    def fields_in_words(self) -> list[str]:
        """The names of what was changed."""
        return in_words(self.fields)

    def graded_as(self) -> Client:
        return self.client

    def sealed_subject(self) -> uuid.UUID:
        return self.client_id

    def sealed_row(self) -> bytes:
        return self.client_id.bytes

    def sealed_compartment(self) -> bytes:
        return self.book_id.bytes
