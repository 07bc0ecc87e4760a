"""How long the log is kept, and what is known of its months: ids, counts and codes."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.dropped import bundle_name

LEAST_MONTHS = 6  # Cybersecurity Law of the People's Republic of China, article 23
LEAST_YEARS = 3  # Civil Code, article 188: the limitation of claims
MOST_MONTHS = 600
MOST_YEARS = 50
MONTHS, YEARS = 36, 3  # until an officer says otherwise


class Trouble(models.TextChoices):
    """Why a month could not be got ready, or did not leave. Codes: kept in the log for ever."""

    NO_BUNDLE = "drop.no_bundle", _("Its bundle could not be made or does not verify")
    FILE_GONE = "drop.file_gone", _("Its bundle is missing or differs from its digest")
    KEPT = "drop.kept", _("Something in it must stay after all")
    REFUSED = "drop.refused", _("The database refused it: entries, tree and chains do not agree")


class Keeps(models.TextChoices):
    """What keeps a month. Codes are kept for as long as their rows."""

    LIVING = "living", pgettext_lazy("kept month", "clients who are still kept")
    RECENT = "recent", pgettext_lazy("kept month", "clients destroyed not long enough ago")
    FROZEN = "frozen", pgettext_lazy("kept month", "books or rooms that are frozen")
    DEAL = "deal", pgettext_lazy("kept month", "deals that are not in their last stage")
    FINDING = "finding", pgettext_lazy("kept month", "findings that nobody has decided on")
    SAMPLE = "sample", pgettext_lazy("kept month", "samples that are still open")
    ORDER = "order", pgettext_lazy("kept month", "orders about keys that are not carried out yet")
    STREAM = "stream", pgettext_lazy("kept month", "receivers that have not got them yet")
    ALARM = (
        "alarm",
        pgettext_lazy("kept month", "alarms whose beginning is in a month that is still there"),
    )


ONE: dict[Keeps, str | Promise] = {
    Keeps.LIVING: pgettext_lazy("kept month", "client who is still kept"),
    Keeps.RECENT: pgettext_lazy("kept month", "client destroyed not long enough ago"),
    Keeps.FROZEN: pgettext_lazy("kept month", "book or room that is frozen"),
    Keeps.DEAL: pgettext_lazy("kept month", "deal that is not in its last stage"),
    Keeps.FINDING: pgettext_lazy("kept month", "finding that nobody has decided on"),
    Keeps.SAMPLE: pgettext_lazy("kept month", "sample that is still open"),
    Keeps.ORDER: pgettext_lazy("kept month", "order about keys that is not carried out yet"),
    Keeps.STREAM: pgettext_lazy("kept month", "receiver that has not got them yet"),
    Keeps.ALARM: pgettext_lazy("kept month", "alarm whose beginning is in a month that is still there"),
}


class LogPolicy(models.Model):
    """The one row: months kept, and for how long after its end a subject's entries stay."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    months = models.PositiveSmallIntegerField(default=MONTHS)
    subject_years = models.PositiveSmallIntegerField(default=YEARS)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="log_policy_is_one"),
            models.CheckConstraint(
                condition=Q(months__gte=LEAST_MONTHS, months__lte=MOST_MONTHS),
                name="log_policy_months_lawful",
            ),
            models.CheckConstraint(
                condition=Q(subject_years__gte=LEAST_YEARS, subject_years__lte=MOST_YEARS),
                name="log_policy_years_lawful",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=models.F("set_by")),
                name="log_policy_by_two_people",
            ),
        ]


class LogMonth(models.Model):
    """A month as it was last looked at. What the log itself says of one that left is log.dropped.

    `kept` counts entries and things by code of Keeps; None before it was looked at for that. `bundle` is the
    SHA-256 of its file, and `leaves` is the code by which an order names what is in it; a bundle without one
    was made when months left in order, and may lack what that of the month before holds. `ordered` is the
    entry that ordered it to leave, until it has or cannot.
    """

    month = models.DateField(primary_key=True)
    entries = models.PositiveBigIntegerField(default=0)
    looked_at = models.DateTimeField(default=timezone.now)
    kept = models.JSONField(null=True)
    bundle = models.BinaryField(max_length=32, null=True)
    bundle_bytes = models.PositiveBigIntegerField(null=True)
    bundle_size = models.PositiveBigIntegerField(null=True)  # the checkpoint's
    bundled_at = models.DateTimeField(null=True)
    leaves = models.CharField(max_length=64, blank=True, default="")
    ordered = models.UUIDField(null=True)
    ordered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    trouble = models.CharField(max_length=20, choices=Trouble, blank=True)
    left_at = models.DateTimeField(null=True)
    details = models.PositiveBigIntegerField(default=0)  # keys of reasons sealed in this month
    shred_order = models.UUIDField(null=True)
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="log_month_begins"),
            models.CheckConstraint(
                condition=Q(trouble__in=["", *Trouble.values]), name="log_month_trouble_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    bundle__isnull=True,
                    bundle_bytes__isnull=True,
                    bundle_size__isnull=True,
                    bundled_at__isnull=True,
                )
                | Q(
                    bundle__isnull=False,
                    bundle_bytes__isnull=False,
                    bundle_size__isnull=False,
                    bundled_at__isnull=False,
                ),
                name="log_month_bundle_whole",
            ),
            models.CheckConstraint(
                condition=Q(leaves="") | Q(bundle__isnull=False), name="log_month_leaves_of_a_bundle"
            ),
            models.CheckConstraint(
                condition=Q(ordered__isnull=True, ordered_by__isnull=True)
                | Q(ordered__isnull=False, ordered_by__isnull=False),
                name="log_month_ordered_by_someone",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(ordered__isnull=False), name="log_month_left_by_order"
            ),
            models.CheckConstraint(
                condition=Q(shredded_at__isnull=True) | Q(shred_order__isnull=False),
                name="log_month_shredded_by_order",
            ),
        ]

    @property
    def code(self) -> str:
        return f"{self.month:%Y-%m}"

    @property
    def file_name(self) -> str:
        return bundle_name(self.code)

    @property
    def may_shred(self) -> bool:
        """It is old enough and stays all the same, and there are words whose time is over."""
        return bool(self.kept) and self.details > 0 and self.shred_order is None and self.ordered is None

    @property
    def is_bundled(self) -> bool:
        """Its bundle holds exactly its entries, or it has none."""
        return self.entries == 0 or (self.bundle is not None and bool(self.leaves))

    @property
    def is_ready(self) -> bool:
        """Nothing keeps it, and its bundle is there, if it has entries."""
        return self.kept == {} and self.is_bundled and not self.trouble
