"""What left the house: the register and its counts, recipients, exports, and the marks in them."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from people.partners.models import Partner
from vault.disclosures.categories import Category
from vault.records.labels import Field
from vault.sealed.fields import SealedGroup, SealedText
from vault.sealed.models import SealedModel

REVIEW_HOLDS = timedelta(days=30)
EXPORT_KEPT = timedelta(hours=72)
MAX_DOWNLOADS = 3


class Channel(models.TextChoices):
    """By which way somebody's data were taken."""

    REVEAL = "reveal", pgettext_lazy("channel", "Shown on a page")
    EXPORT = "export", pgettext_lazy("channel", "Export")
    SHARE = "share", pgettext_lazy("channel", "Share")
    API = "api", pgettext_lazy("channel", "Program interface")


class Disclosure(models.Model):
    """The register: that this data subject reached this recipient through this person for this purpose, in
    this class, for the first time. Ids and codes only, and never changed (triggers of migration 0008).

    `subject_id` and `object_id` are no foreign keys: that somebody was disclosed stays known for three years
    after they are destroyed (网络数据条例 12), and tells nothing of them.
    """

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recipient_id = models.UUIDField()
    purpose = models.CharField(max_length=20)
    category = models.SmallIntegerField(choices=Category)
    subject_id = models.UUIDField()
    channel = models.CharField(max_length=10, choices=Channel)
    object_id = models.UUIDField(null=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "recipient_id", "purpose", "category", "subject_id"],
                name="disclosure_counted_once",
            ),
            models.CheckConstraint(
                condition=Q(category__in=Category.values), name="disclosure_category_known"
            ),
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="disclosure_channel_known"),
            models.CheckConstraint(condition=~Q(purpose=""), name="disclosure_names_a_purpose"),
        ]
        indexes = [
            models.Index(fields=["subject_id", "category"], name="disclosure_by_subject"),
            models.Index(fields=["at", "person"], name="disclosure_by_time"),
        ]


class Scope(models.IntegerChoices):
    """Over what a count runs. All three are kept, so that splitting a list evades none."""

    EXACT = 1, _("this person, recipient and purpose")
    PERSON = 2, _("this person, all recipients and purposes")
    RECIPIENT = 3, _("this recipient, whoever gave and for whatever purpose")


class DisclosureTotal(models.Model):
    """How many distinct people, per scope and class. Written by the register's trigger alone."""

    id = models.BigAutoField(primary_key=True)
    scope = models.SmallIntegerField(choices=Scope)
    person_id = models.UUIDField(null=True)
    recipient_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=20, blank=True)
    category = models.SmallIntegerField(choices=Category)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "person_id", "recipient_id", "purpose", "category"],
                name="disclosure_total_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(scope__in=Scope.values), name="disclosure_total_scope_known"),
        ]


class OfficerReview(models.Model):
    """An officer looked at how far a person is towards a recipient for a purpose (`base`, in points of
    `categories`): these two stop again once as much has come on top, or after thirty days.

    `recipient_id` is null for what the person looks at themselves. A review without a purpose lets nothing
    pass.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recipient_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=20, db_default="")
    base = models.PositiveIntegerField()
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approval_id = models.UUIDField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(person=F("officer")), name="review_by_another"),
            models.CheckConstraint(condition=Q(until__gt=F("at")), name="review_ends_later"),
        ]
        indexes = [models.Index(fields=["person", "until"], name="review_by_person")]


class MarkKeys(models.Model):
    """The one row that names the slice's own compartment and the key of its marks."""

    one_row = models.BooleanField(primary_key=True, default=True)
    compartment = models.UUIDField(unique=True)
    key_id = models.BigIntegerField(unique=True)
    mark_key_id = models.BigIntegerField(unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one_row=True), name="mark_keys_one_row")]


class RecipientKind(models.TextChoices):
    PARTNER = "partner", _("Partner firm")
    ADVISER = "adviser", _("Adviser or filing agent")
    AUTHORITY = "authority", _("Authority or court")
    CLIENT = "client", _("The client's own choice")
    OTHER = "other", pgettext_lazy("recipient", "Other")


class Agreement(models.TextChoices):
    """On which the recipient is given anything (PIPL 21, 23)."""

    ENTRUSTMENT = "entrustment", _("Processing agreement (entrusted)")
    PROVISION = "provision", _("Agreement on providing data, with separate consent")
    ORDER = "order", _("Written order of an authority")


class Recipient(SealedModel):
    """Somebody outside who is given exports. The name is sealed under the row's own key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    compartment = models.UUIDField()
    kind = models.CharField(max_length=10, choices=RecipientKind)
    agreement = models.CharField(max_length=12, choices=Agreement)
    agreed_on = models.DateField()
    agreed_until = models.DateField(null=True)
    # Outside mainland China: what goes there leaves the country (PIPL 38, 39). Those of whom nobody was asked
    # count as such until they are recorded anew.
    abroad = models.BooleanField(db_default=True)
    # A partner firm is given something only while it is in force (people.partners).
    partner = models.ForeignKey(Partner, null=True, on_delete=models.PROTECT, related_name="recipients")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    identity = SealedGroup("recipient.identity")
    name = SealedText(identity, 1, mask=lambda value: value)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RecipientKind.values), name="recipient_kind_known"),
            models.CheckConstraint(
                condition=Q(agreement__in=Agreement.values), name="recipient_agreement_known"
            ),
            models.CheckConstraint(
                condition=Q(agreed_until__isnull=True) | Q(agreed_until__gte=F("agreed_on")),
                name="recipient_agreement_ends_later",
            ),
            models.CheckConstraint(condition=Q(identity__isnull=False), name="recipient_has_a_name"),
            models.CheckConstraint(
                condition=Q(partner__isnull=True)
                | Q(kind__in=[RecipientKind.PARTNER, RecipientKind.ADVISER]),
                name="recipient_firm_is_a_partner",
            ),
        ]

    def sealed_subject(self) -> uuid.UUID:
        return self.pk

    def sealed_row(self) -> bytes:
        return self.pk.bytes

    def sealed_compartment(self) -> bytes:
        return self.compartment.bytes


class ExportState(models.TextChoices):
    ASKED = "asked", pgettext_lazy("export", "Waiting for approval")
    APPROVED = "approved", pgettext_lazy("export", "Being made")
    READY = "ready", pgettext_lazy("export", "Ready")
    REFUSED = "refused", pgettext_lazy("export", "Not approved")
    FAILED = "failed", pgettext_lazy("export", "Failed")
    ENDED = "ended", pgettext_lazy("export", "Destroyed")


class Format(models.TextChoices):
    XLSX = "xlsx", "Excel (.xlsx)"
    CSV = "csv", "CSV"


OVER = (ExportState.REFUSED, ExportState.FAILED, ExportState.ENDED)


class Export(models.Model):
    """One export: what was asked for, never changed after; and how far it is (triggers of migration 0008)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    requester = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    outsider = models.ForeignKey(Recipient, null=True, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20)
    fields = ArrayField(models.CharField(max_length=20))
    format = models.CharField(max_length=4, choices=Format)
    masked = models.BooleanField()
    priced = models.BooleanField()
    grade = models.SmallIntegerField()
    # Scope by scope, class by class, this export included, as they stood when it was asked for.
    asked_counts = ArrayField(models.PositiveIntegerField(), size=9)
    left_out = models.JSONField(default=dict)
    size = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    created_at = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.ASKED)
    approval_id = models.UUIDField(null=True)
    delivered = models.PositiveIntegerField(null=True)
    # Whom the file holds (listdigest.ids_digest): as many others are not the same people.
    delivered_digest = models.CharField(max_length=64, blank=True)
    file_id = models.UUIDField(null=True)
    file_key = models.BigIntegerField(null=True)
    built_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    downloads = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExportState.values), name="export_state_known"),
            models.CheckConstraint(condition=Q(format__in=Format.values), name="export_format_known"),
            models.CheckConstraint(
                condition=Q(colleague__isnull=True) ^ Q(outsider__isnull=True),
                name="export_has_one_recipient",
            ),
            models.CheckConstraint(
                condition=Q(file_id__isnull=True, file_key__isnull=True)
                | Q(file_id__isnull=False, file_key__isnull=False),
                name="export_file_with_its_key",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExportState.READY)
                | Q(file_id__isnull=False, built_at__isnull=False, expires_at__isnull=False),
                name="export_ready_has_a_file",
            ),
            models.CheckConstraint(
                condition=Q(downloads__lte=MAX_DOWNLOADS), name="export_downloads_bounded"
            ),
            models.CheckConstraint(
                condition=Q(state__in=OVER, ended_at__isnull=False)
                | (~Q(state__in=OVER) & Q(ended_at__isnull=True)),
                name="export_over_has_time",
            ),
            models.CheckConstraint(condition=Q(size__gte=1), name="export_of_somebody"),
            models.CheckConstraint(condition=~Q(purpose=""), name="export_names_a_purpose"),
        ]
        indexes = [
            models.Index(fields=["requester", "-created_at"], name="export_by_requester"),
            models.Index(
                fields=["state"], name="export_alive", condition=~Q(state__in=OVER) | Q(file_id__isnull=False)
            ),
        ]

    @property
    def recipient_id(self) -> uuid.UUID:
        """Of the colleague, or of the recipient outside: what the register counts by."""
        found = self.colleague_id or self.outsider_id
        assert found is not None  # by constraint
        return found

    @property
    def chosen(self) -> tuple[Field, ...]:
        return tuple(Field(code) for code in self.fields)

    @property
    def downloads_left(self) -> int:
        return MAX_DOWNLOADS - self.downloads


class ExportItem(models.Model):
    """Who was asked for. The id stays when the client is destroyed, as in the register."""

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="items")
    client_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "client_id"], name="export_item_once"),
        ]
        indexes = [models.Index(fields=["client_id"], name="export_item_by_client")]


class CanaryToken(models.Model):
    """By which an invented person of an export is known again.

    Keyed, so that whoever reads the table learns no number; of nobody real, so that nothing of a client
    outlives them here.
    """

    id = models.BigAutoField(primary_key=True)
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="canaries")
    number = models.PositiveSmallIntegerField()
    token = models.BinaryField(max_length=16)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "export"], name="canary_token_once"),
        ]


class SharedList(models.Model):
    """That a file, which others may take, holds an exported list: known by the marks in it (sharing.py).

    `file_id` is no foreign key: files belong to upper layers.
    """

    id = models.BigAutoField(primary_key=True)
    file_id = models.UUIDField()
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["file_id", "export"], name="shared_list_once"),
        ]


class Place(models.TextChoices):
    """Where an invented person turned up."""

    SEARCH = "search", pgettext_lazy("canary", "In a search")
    ADDED = "added", pgettext_lazy("canary", "Among clients that were added or imported")


class CanarySighting(models.Model):
    """An invented person of an export turned up where only a leaked list can have brought it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    export = models.ForeignKey(Export, on_delete=models.PROTECT, related_name="sightings")
    place = models.CharField(max_length=10, choices=Place)
    person_id = models.UUIDField(null=True)
    canaries = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(place__in=Place.values), name="sighting_place_known"),
            models.CheckConstraint(
                condition=Q(handled_at__isnull=True, handled_by__isnull=True)
                | Q(handled_at__isnull=False, handled_by__isnull=False),
                name="sighting_handled_by_somebody",
            ),
        ]
