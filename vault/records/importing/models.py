"""The import of one file: its sealed file, how far it is, and what came of it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.ids import uuid7
from vault.formats.checked import Problem
from vault.records.importing.headings import TARGETS
from vault.records.models import ClientBook


class ImportState(models.TextChoices):
    CHECKING = "checking", pgettext_lazy("import", "Being checked")
    UPLOADED = "uploaded", pgettext_lazy("import", "Waiting to be started")
    RUNNING = "running", pgettext_lazy("import", "Running")
    DONE = "done", pgettext_lazy("import", "Done")
    FAILED = "failed", pgettext_lazy("import", "Failed")
    CANCELLED = "cancelled", pgettext_lazy("import", "Cancelled")
    UNDOING = "undoing", pgettext_lazy("import", "Being undone")
    UNDONE = "undone", pgettext_lazy("import", "Undone")


class ImportProblem(models.TextChoices):
    """Why an import failed as a whole; rows that fail are in the sheet of bad rows."""

    UNREADABLE = "unreadable", _("The uploaded list can no longer be read. Upload it again.")
    WITHHELD = (
        "withheld",
        _(
            "The keys of the client book could not be had, so the import stopped. "
            "What was imported is in it; import the list again once the book opens."
        ),
    )
    NO_ACCESS = "no_access", _("You may no longer import into this client book.")


ENDED = (
    *(ImportState.DONE, ImportState.FAILED, ImportState.CANCELLED),
    *(ImportState.UNDOING, ImportState.UNDONE),
)


class ImportJob(models.Model):
    """`cursor` counts the rows that are settled; it moves in the same transaction as they do.

    The file's own name is not kept: people name files after people. `extension` is what the reader needs.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="imports")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    language = models.CharField(max_length=10)
    extension = models.CharField(max_length=10, blank=True)
    source = models.ForeignKey(
        "vault.ListSource", null=True, on_delete=models.PROTECT, related_name="imports"
    )
    file_id = models.UUIDField(null=True)
    file_key = models.BigIntegerField(null=True)
    bad_file_id = models.UUIDField(null=True)
    bad_file_key = models.BigIntegerField(null=True)
    # How the list is read: numbers and codes (`plan.Plan`), never a heading.
    plan = models.JSONField(null=True)
    # What is wrong with the file as a whole: a message's code and its numbers.
    flaw = models.JSONField(null=True)
    total = models.PositiveIntegerField(default=0)
    cursor = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    present = models.PositiveIntegerField(default=0)
    bad = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=20, choices=ImportProblem, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="import_state_known"),
            models.CheckConstraint(
                condition=Q(file_id__isnull=True, file_key__isnull=True)
                | Q(file_id__isnull=False, file_key__isnull=False),
                name="import_file_with_its_key",
            ),
            models.CheckConstraint(
                condition=Q(bad_file_id__isnull=True, bad_file_key__isnull=True)
                | Q(bad_file_id__isnull=False, bad_file_key__isnull=False),
                name="import_bad_file_with_its_key",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True, file_id__isnull=False)),
                name="import_ended_has_time",
            ),
            models.CheckConstraint(
                condition=Q(cursor=F("added") + F("present") + F("bad")), name="import_every_row_counted"
            ),
        ]
        indexes = [
            models.Index(fields=["book", "-created_at"], name="import_by_book"),
            models.Index(
                fields=["id"],
                name="import_with_files",
                condition=Q(file_id__isnull=False) | Q(bad_file_id__isnull=False),
            ),
        ]

    @property
    def flaw_in_words(self) -> str:
        """What is wrong with the file and how to mend it."""
        return Problem(self.flaw["code"], self.flaw["params"]).message if self.flaw else ""

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED


class RememberedHeading(models.Model):
    """That a heading became a certain field in this book. `token` stands for it (see `remembering`)."""

    book = models.ForeignKey(ClientBook, on_delete=models.CASCADE, related_name="+")
    token = models.BinaryField(max_length=16)
    target = models.CharField(max_length=20)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["book", "token"], name="import_heading_once"),
            models.CheckConstraint(condition=Q(target__in=TARGETS), name="import_heading_target_known"),
        ]


class UndoReason(models.TextChoices):
    """Why a whole import is taken back."""

    WRONG_LIST = "wrong_list", pgettext_lazy("undo", "The wrong list was imported")
    WRONG_BOOK = "wrong_book", pgettext_lazy("undo", "It went into the wrong book")
    WRONG_COLUMNS = "wrong_columns", pgettext_lazy("undo", "Columns became the wrong fields")
    NOT_ALLOWED = "not_allowed", pgettext_lazy("undo", "We may not hold these data")


class ImportUndo(models.Model):
    """The undoing of one import: who ordered it, and what came of it."""

    job = models.OneToOneField(ImportJob, primary_key=True, on_delete=models.CASCADE, related_name="undo")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=20, choices=UndoReason)
    ordered_at = models.DateTimeField(default=timezone.now)
    removed = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)
    keys = models.PositiveIntegerField(default=0)
    index_rows = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=UndoReason.values), name="import_undo_reason_known"
            ),
            models.CheckConstraint(condition=Q(keys__gte=F("removed")), name="import_undo_keys_of_removed"),
        ]
